import { expect, it } from 'vitest';
import { type NodeDNS, type PodDNS, podResolverFile } from './pod-resolver-file.ts';

// What comes out for every policy, host file and dnsConfig is recorded in test/conformance/vectors/resolvconf.

const pod: PodDNS = { namespace: 'shop', dnsPolicy: 'ClusterFirst', hostNetwork: false, dnsConfig: undefined };
const node: NodeDNS = {
  clusterDNS: ['10.96.0.10'],
  clusterDomain: 'cluster.local',
  resolvConf: { nameservers: ['192.0.2.1'], searches: ['example.com'], options: ['rotate'] },
  nodeAddresses: [],
};

it.each<[pod: Partial<PodDNS>, source: string]>([
  [{}, 'cluster'],
  [{ dnsPolicy: 'None' }, 'none'],
  [{ dnsPolicy: 'Default' }, 'node'],
  [{ hostNetwork: true }, 'node'],
  [{ dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }, 'cluster'],
])('%j asks the DNS of: %s', (part, source) => {
  expect(podResolverFile({ ...pod, ...part }, node).source).toBe(source);
});

it('tells node and pod that there is no cluster DNS', () => {
  const { source, events } = podResolverFile(pod, { ...node, clusterDNS: [] });
  const message =
    'kubelet does not have ClusterDNS IP configured and cannot create Pod using "ClusterFirst" policy. Falling back to "Default" policy.';
  expect(source).toBe('node');
  expect(events).toEqual([
    { object: 'node', reason: 'MissingClusterDNS', message },
    { object: 'pod', reason: 'MissingClusterDNS', message },
  ]);
});

it('tells what did not fit', () => {
  const dnsConfig = {
    nameservers: ['192.0.2.2', '192.0.2.3', '192.0.2.4'],
    searches: Array.from({ length: 32 }, (_, i) => `d${i}`),
    options: [],
  };
  expect(podResolverFile({ ...pod, dnsPolicy: 'Default', dnsConfig }, node).events).toEqual([
    {
      object: 'pod',
      reason: 'DNSConfigForming',
      message:
        'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: 192.0.2.1 192.0.2.2 192.0.2.3',
    },
    {
      object: 'pod',
      reason: 'DNSConfigForming',
      message: `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: example.com ${dnsConfig.searches.slice(0, 31).join(' ')}`,
    },
  ]);
});
