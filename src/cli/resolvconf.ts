import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { KubeletEvent } from '../kubelet/kubelet-event.ts';
import { printResolverFile } from '../kubelet/resolver-file.ts';
import { checkNodeFile } from '../kubelet/resolver-limits.ts';
import { parseArguments } from './arguments.ts';
import { clusterAccess } from './cluster-access.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { readKubeletSettings, readNodeFile } from './node-dns.ts';
import { type Pod, readPodFile } from './pod-dns.ts';
import { readPod, resolverOf } from './pod-resolver.ts';
import { UsageError, UserError } from './user-error.ts';

const HELP = `usage: clusterfirst resolvconf --pod FILE|NAMESPACE/NAME [--kubelet-config FILE] [--host-resolv-conf FILE]
                               [--kubeconfig FILE] [--json]

Prints the resolv.conf that the kubelet gives a pod. The events that it records go to standard error: what did not fit
the limits, a missing cluster DNS.

  --pod FILE                a manifest of a pod, or of a workload that makes pods; "-" reads standard input
  --pod NAMESPACE/NAME      a pod of the cluster
  --kubelet-config FILE     the kubelet's configuration, for clusterDNS, clusterDomain and resolvConf;
                            10.96.0.10, cluster.local and /etc/resolv.conf unless given
  --host-resolv-conf FILE   the node's resolv.conf in place of the one that the kubelet's configuration names; "" for none
  --kubeconfig FILE         where the pod is; the embedded cluster unless given
  --json                    an object: nameservers, searches, options, events

exit code: 0, or 1 when the pod cannot start

examples:
  clusterfirst resolvconf --pod pod.yaml
  clusterfirst resolvconf --pod default/test --kubelet-config /var/lib/kubelet/config.yaml
  kubectl get pod test -o yaml | clusterfirst resolvconf --pod - --host-resolv-conf /run/systemd/resolve/resolv.conf`;

export const resolvconf: Command = {
  name: 'resolvconf',
  summary: 'print the resolv.conf that the kubelet gives a pod',
  help: HELP,
  async run(args, terminal) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: {
        pod: { type: 'string' },
        'kubelet-config': { type: 'string' },
        'host-resolv-conf': { type: 'string' },
        kubeconfig: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    if (values.pod === undefined || positionals.length > 0)
      throw new UsageError('which pod? clusterfirst resolvconf --pod FILE, or --pod NAMESPACE/NAME');
    const settings = readKubeletSettings(values, terminal);
    const pod = await findPod(values.pod, values.kubeconfig, terminal);
    const nodeFile = readNodeFile(settings.resolvConf, terminal);
    const events = nodeFile === undefined ? [] : checkNodeFile(settings.resolvConf, nodeFile, settings.clusterDomain);
    if (nodeFile instanceof UserError) {
      throw new UserError(
        `${nodeFile.message}; a pod needs its node's file to start: name it with --host-resolv-conf`,
        {
          cause: nodeFile,
        },
      );
    }
    const resolver = resolverOf(pod, settings, nodeFile);
    events.push(...resolver.events);
    if (values.json) {
      terminal.out(JSON.stringify({ ...resolver.file, events }, undefined, 2));
    } else {
      for (const event of events) terminal.error(printEvent(event, pod));
      const text = printResolverFile(resolver.file).trimEnd();
      if (text !== '') terminal.out(text);
    }
    return EXIT.ok;
  },
};

function printEvent({ object, reason, message }: KubeletEvent, { name, dns }: Pod): string {
  const about = object === 'node' ? 'node' : `pod ${dns.namespace}/${name}`;
  return `Warning ${reason} ${about}: ${message}`;
}

/** A file wins over a pod of the cluster that is written the same. */
async function findPod(text: string, kubeconfig: string | undefined, terminal: Terminal): Promise<Pod> {
  const [, namespace, name] = /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(text) ?? [];
  const isFile =
    text === '-' || statSync(resolve(terminal.workingDirectory, text), { throwIfNoEntry: false }) !== undefined;
  if (isFile || namespace === undefined || name === undefined || /\.(?:ya?ml|json)$/.test(text)) {
    return readPodFile(text, terminal);
  }
  return readPod(namespace, name, clusterAccess(kubeconfig, terminal));
}
