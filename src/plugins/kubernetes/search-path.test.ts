import { expect, test } from 'vitest';
import { applyManifest } from '../../kube/testing/fill-store.ts';
import { testQuery } from '../../plugin-api/testing.ts';
import { searchPath } from './search-path.ts';
import { manifests, testCluster } from './testing/ask.ts';

const { parts } = testCluster('kubernetes cluster.local in-addr.arpa set.local {\npods verified\n}', {
  objects: [
    ...manifests('shop.yaml'),
    {
      kind: 'Pod',
      metadata: { name: 'two', namespace: 'data' },
      status: { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }] },
    },
    { kind: 'Pod', metadata: { name: 'n1', namespace: 'data' }, status: { podIP: '192.0.2.200' } },
    { kind: 'Pod', metadata: { name: 'n2', namespace: 'data' }, status: { podIP: '192.0.2.200' } },
    { kind: 'Pod', metadata: { name: 'done', namespace: 'data' }, status: { phase: 'Succeeded', podIP: '10.0.0.9' } },
  ],
});

function path(address: string, name = 'x.cluster.local'): string[] | undefined {
  const query = testQuery({ name, client: { address, port: 1 } });
  return searchPath(parts.store, parts.zones, query)?.map((domain) => domain.text);
}

const of = (namespace: string, zone = 'cluster.local.'): string[] => [`${namespace}.svc.${zone}`, `svc.${zone}`, zone];

test.each<[what: string, address: string, name: string | undefined, expected: string[] | undefined]>([
  ['a pod', '10.244.1.2', undefined, of('shop')],
  ['a pod that asks for a name of another zone', '10.244.1.2', 'x.set.local', of('shop', 'set.local.')],
  ['a pod that asks for something else', '10.244.1.2', 'www.example.com', undefined],
  ['a pod that asks for an address', '10.244.1.2', '1.2.0.192.in-addr.arpa', undefined],
  ['a pod by its second address', 'fd00::1', undefined, of('data')],
  ['no pod', '10.99.0.1', undefined, undefined],
  ['a finished pod', '10.0.0.9', undefined, undefined],
  ['pods of one namespace on their node’s network', '192.0.2.200', undefined, of('data')],
  ['pods of several', '192.0.2.100', undefined, undefined],
])('%s', (_what, address, name, expected) => {
  expect(path(address, name)).toEqual(expected);
});

test('an address that goes to another pod', () => {
  const pod = (name: string, namespace: string): unknown => ({
    kind: 'Pod',
    metadata: { name, namespace },
    status: { podIP: '10.0.0.7' },
  });
  applyManifest(parts.store, 'Pod', pod('old', 'shop'));
  expect(path('10.0.0.7')).toEqual(of('shop'));
  parts.store.remove('Pod', 'shop', 'old');
  expect(path('10.0.0.7')).toBeUndefined();
  applyManifest(parts.store, 'Pod', pod('new', 'data'));
  expect(path('10.0.0.7')).toEqual(of('data'));
});
