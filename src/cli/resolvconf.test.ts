import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DevCluster } from '../devcluster/dev-cluster.ts';
import { silentLogger } from '../log/logger.ts';
import { systemClock } from '../plugin-api/clock.ts';
import { resolvconf } from './resolvconf.ts';
import { runCommand, runProcess, temporaryFolder } from './testing.ts';
import { UsageError, UserError } from './user-error.ts';

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  containers: [{name: main, image: busybox}]
`;

const FILES = {
  'pod.yaml': POD,
  'deployment.yaml': `kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    spec:
      hostNetwork: true
      dnsConfig: {options: [{name: ndots, value: '2'}]}
`,
  'cronjob.json':
    '{"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": {"dnsPolicy": "Default"}}}}}}',
  'many.yaml': `${POD}  dnsConfig:\n    nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3]\n`,
  'two.yaml': `${POD}---\n${POD}`,
  'none.yaml': 'kind: Service\n',
  'wrong-policy.yaml': `${POD}  dnsPolicy: Cluster\n`,
  'wrong-address.yaml': `${POD}  dnsConfig:\n    nameservers:\n      - 192.0.2.1\n      - ns.example\n`,
  'wrong-type.yaml': `${POD}  dnsConfig:\n    searches: a.example\n`,
  'wrong-yaml.yaml': 'kind: Pod\nspec: {\n',
  'list.yaml': '- a\n',
  host: 'nameserver 192.0.2.53\nsearch node.example\noptions rotate\n',
  'host-bad': 'nameserver\n',
  'host-long': `search ${Array.from({ length: 30 }, (_, i) => `d${i}`).join(' ')}\n`,
  'kubelet.yaml': 'kind: KubeletConfiguration\nclusterDNS: [10.0.0.10]\nclusterDomain: k8s.example\nresolvConf: host\n',
  'kubelet-empty.yaml': 'kind: KubeletConfiguration\nresolvConf: ""\n',
  'kubelet-bad.yaml': 'kind: KubeletConfiguration\nclusterDNS:\n- dns\n',
} as const;

describe('resolvconf', () => {
  const folder = temporaryFolder(FILES);
  let cluster: DevCluster;

  beforeAll(async () => {
    cluster = await DevCluster.start({ clock: systemClock, logger: silentLogger() });
    await cluster.loadText('{apiVersion: v1, kind: Namespace, metadata: {name: shop}}');
    await cluster.loadText(POD);
    writeFileSync(join(folder.path, 'kubeconfig'), cluster.kubeconfig);
  });

  afterAll(async () => {
    await cluster.stop();
    folder[Symbol.dispose]();
  });

  const usual = [
    'search shop.svc.cluster.local svc.cluster.local cluster.local node.example',
    'nameserver 10.96.0.10',
    'options ndots:5',
  ];

  it.each<[args: string, out: readonly string[]]>([
    ['--pod pod.yaml --host-resolv-conf host', usual],
    ['--pod shop/web --kubeconfig kubeconfig --host-resolv-conf host', usual],
    [
      '--pod pod.yaml --kubelet-config kubelet.yaml',
      [
        'search shop.svc.k8s.example svc.k8s.example k8s.example node.example',
        'nameserver 10.0.0.10',
        'options ndots:5',
      ],
    ],
    [
      '--pod deployment.yaml --kubelet-config kubelet.yaml',
      ['search node.example', 'nameserver 192.0.2.53', 'options rotate ndots:2'],
    ],
    ['--pod cronjob.json --host-resolv-conf host', ['search node.example', 'nameserver 192.0.2.53', 'options rotate']],
    ['--pod cronjob.json --kubelet-config kubelet-empty.yaml', ['search .', 'nameserver 127.0.0.1']],
  ])('%s', async (args, out) => {
    const words = args.split(' ').map((word) => (word === 'kubeconfig' ? join(folder.path, word) : word));
    expect(await runCommand(resolvconf, words, { folder: folder.path })).toEqual({ code: 0, out, error: [] });
  });

  it('reads the pod from standard input', async () => {
    const { code, out } = await runProcess(['resolvconf', '--pod', '-', '--host-resolv-conf', ''], { input: POD });
    expect([code, out[0]]).toEqual([0, 'search shop.svc.cluster.local svc.cluster.local cluster.local']);
  });

  it.each<[args: string, error: RegExp]>([
    [
      '--pod many.yaml --host-resolv-conf host',
      /^Warning DNSConfigForming pod shop\/web: Nameserver limits .* is: 10\.96\.0\.10 192\.0\.2\.1 192\.0\.2\.2$/,
    ],
    [
      '--pod pod.yaml --host-resolv-conf host-long',
      /^Warning CheckLimitsForResolvConf node: Resolv\.conf file "host-long" contains search line consisting of more than 29/,
    ],
    ['--pod pod.yaml --kubelet-config kubelet-empty.yaml', /^Warning MissingClusterDNS node: /],
  ])('%s tells of events', async (args, line) => {
    const { code, error } = await runCommand(resolvconf, args.split(' '), { folder: folder.path });
    expect(code).toBe(0);
    expect(error[0]).toMatch(line);
  });

  it('--json gives an object', async () => {
    const args = ['--json', '--pod', 'many.yaml', '--host-resolv-conf', 'host'];
    const { out, error } = await runCommand(resolvconf, args, { folder: folder.path });
    expect(error).toEqual([]);
    expect(JSON.parse(out.join('\n'))).toEqual({
      nameservers: ['10.96.0.10', '192.0.2.1', '192.0.2.2'],
      searches: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'node.example'],
      options: ['ndots:5'],
      events: [{ object: 'pod', reason: 'DNSConfigForming', message: expect.any(String) }],
    });
  });

  it.each<[args: string, message: string]>([
    ['--pod nosuch.yaml', 'cannot read nosuch.yaml: no such file'],
    ['--pod two.yaml', 'two.yaml:9:1: this is the second pod or workload of the file; give a file with one'],
    ['--pod none.yaml', 'none.yaml: there is no pod, nor a workload that makes pods; give a manifest with one'],
    ['--pod list.yaml', 'list.yaml:1:1: this is no object: it should have fields'],
    [
      '--pod wrong-policy.yaml',
      'wrong-policy.yaml:8:3: the API server refuses this pod: "Cluster" is no dnsPolicy: write one of ClusterFirst, ClusterFirstWithHostNet, Default, None',
    ],
    [
      '--pod wrong-address.yaml',
      'wrong-address.yaml:11:9: the API server refuses this pod: "ns.example" is no IP address',
    ],
    ['--pod wrong-type.yaml', 'wrong-type.yaml:9:5: searches is not a list'],
    [
      '--pod pod.yaml --host-resolv-conf nosuch',
      "cannot read nosuch: no such file; a pod needs its node's file to start: name it with --host-resolv-conf",
    ],
    [
      '--pod pod.yaml --host-resolv-conf host-bad',
      'host-bad: line 1 says "nameserver" without an address; a pod needs its node\'s file to start: name it with --host-resolv-conf',
    ],
    ['--pod pod.yaml --kubelet-config kubelet-bad.yaml', 'kubelet-bad.yaml:3:3: "dns" is no IP address'],
    [
      '--pod pod.yaml --kubelet-config pod.yaml',
      'pod.yaml:2:1: there is no KubeletConfiguration; give the file of the kubelet, /var/lib/kubelet/config.yaml on most nodes',
    ],
    [
      '--pod shop/nosuch --kubeconfig KUBECONFIG',
      'there is no pod nosuch in namespace shop; `kubectl get pods -n shop` lists them',
    ],
  ])('%s is refused', async (args, message) => {
    const words = args.replace('KUBECONFIG', join(folder.path, 'kubeconfig')).split(' ');
    await expect(runCommand(resolvconf, words, { folder: folder.path })).rejects.toThrow(new UserError(message));
  });

  it('tells where YAML is none', async () => {
    await expect(runCommand(resolvconf, ['--pod', 'wrong-yaml.yaml'], { folder: folder.path })).rejects.toThrow(
      /^wrong-yaml\.yaml:\d+:\d+: this is no YAML: /,
    );
  });

  it.each([[[]], [['pod.yaml']]])('%j names no pod', async (args) => {
    await expect(runCommand(resolvconf, args)).rejects.toThrow(UsageError);
  });
});
