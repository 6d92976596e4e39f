import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DevCluster } from '../devcluster/dev-cluster.ts';
import { endpointAccess } from '../kube/access.ts';
import { silentLogger } from '../log/logger.ts';
import { systemClock } from '../plugin-api/clock.ts';
import { ask } from './ask.ts';
import { libraryConfiguration, libraryServers, ordinaryPod, readPod, resolverOf } from './pod-resolver.ts';
import { runCommand, temporaryFolder } from './testing.ts';
import { UserError } from './user-error.ts';

const pods = `
- {name: plain}
- {name: host, hostNetwork: true}
- {name: host-first, hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet}
- {name: node, dnsPolicy: Default}
- {name: own, dnsPolicy: None, dnsConfig: {nameservers: [192.0.2.1], searches: [a.example, b.example]}}
- {name: own-dots, dnsPolicy: None, dnsConfig: {nameservers: [192.0.2.1], options: [{name: ndots, value: '3'}]}}
- {name: more, dnsConfig: {searches: [a.example, svc.cluster.local], options: [{name: edns0}, {name: ndots, value: '2'}]}}
`;

const KUBELET = { clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local', resolvConf: '/etc/resolv.conf' };
const NODE = { nameservers: ['192.0.2.2'], searches: ['node.example'], options: ['ndots:2'] };

const own = ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];

describe('the resolver of a pod', () => {
  let cluster: DevCluster;

  beforeAll(async () => {
    cluster = await DevCluster.start({ clock: systemClock, logger: silentLogger() });
    const manifests = pods
      .trim()
      .split('\n')
      .map((line) => {
        const [, name = '', rest = ''] = /^- \{name: ([^,}]+),?(.*)\}$/.exec(line) ?? [];
        const spec = `{containers: [{name: main, image: busybox}]${rest === '' ? '' : `,${rest}`}}`;
        return `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop}, spec: ${spec}}`;
      });
    await cluster.loadText('{apiVersion: v1, kind: Namespace, metadata: {name: shop}}');
    await cluster.loadText(manifests.join('\n---\n'));
  });

  afterAll(() => cluster.stop());

  it.each<[pod: string, source: 'cluster' | 'node' | 'none', search: readonly string[], ndots: number]>([
    ['plain', 'cluster', own, 5],
    ['host-first', 'cluster', own, 5],
    ['host', 'node', ['node.example'], 2],
    ['node', 'node', ['node.example'], 2],
    ['own', 'none', ['a.example', 'b.example'], 1],
    ['own-dots', 'none', [], 3],
    ['more', 'cluster', [...own, 'a.example'], 2],
  ])('%s asks as its %s says', async (name, source, search, ndots) => {
    const pod = await readPod('shop', name, endpointAccess({ url: cluster.url }));
    const resolver = resolverOf(pod, KUBELET, source === 'node' ? NODE : undefined);
    expect(resolver.source).toBe(source);
    expect(libraryConfiguration(resolver.file)).toEqual({ search, ndots });
  });

  it('is asked, for a pod that uses the one of its node', async () => {
    using folder = temporaryFolder({ node: 'nameserver 127.0.0.253\n', empty: '', kubeconfig: cluster.kubeconfig });
    const asNode = (file: string): readonly string[] =>
      `web --as shop/node --kubeconfig ${folder.path}/kubeconfig --host-resolv-conf ${file}`.split(' ');
    // Nobody listens there.
    await expect(runCommand(ask, asNode('node'), { folder: folder.path })).rejects.toThrow(
      /^the DNS server at 127\.0\.0\.253:53 gives no answer: /,
    );
    await expect(runCommand(ask, asNode('empty'), { folder: folder.path })).rejects.toThrow(
      new UserError('the pod has no nameserver (empty); name one with --server'),
    );
    await expect(runCommand(ask, asNode('nosuch'), { folder: folder.path })).rejects.toThrow(
      new UserError("cannot read nosuch: no such file; name the resolv.conf of the pod's node with --host-resolv-conf"),
    );
  });

  it('is not that of a pod which is not there', async () => {
    await expect(readPod('shop', 'nosuch', endpointAccess({ url: cluster.url }))).rejects.toThrow(
      new UserError('there is no pod nosuch in namespace shop; `kubectl get pods -n shop` lists them'),
    );
  });
});

it('a pod that cannot be had is told in one line', async () => {
  const access = endpointAccess({ url: 'http://127.0.0.1:1' });
  const failure: unknown = await readPod('default', 'web', access).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(String(failure)).toMatch(
    /the API server http:\/\/127\.0\.0\.1:1\/ does not tell about pod default\/web: .*connection refused; check --kubeconfig$/,
  );
});

it('an ordinary pod of a namespace asks the DNS of the cluster', () => {
  const { file, source } = resolverOf(ordinaryPod('shop'), KUBELET, undefined);
  expect([source, libraryServers(file)]).toEqual(['cluster', ['10.96.0.10']]);
  expect(libraryConfiguration(file)).toEqual({ search: own, ndots: 5 });
});
