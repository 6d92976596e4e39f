import { describe, expect, test } from 'vitest';

import { recordOf, type JsonObject } from './objects.ts';
import type { DevCluster } from './dev-cluster.ts';
import { call, serviceObject, startTestCluster } from './testing.ts';

async function specOf(spec: JsonObject, serviceCidr = '10.96.0.0/12,fd00:10:96::/108'): Promise<JsonObject> {
  await using cluster = await startTestCluster({ serviceCidr });
  return recordOf(cluster.apply(serviceObject('a', spec)).spec);
}

describe('families and addresses', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'one address of the first family',
      {},
      { clusterIPs: ['10.96.1.0'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
    ],
    [
      'an address that is wanted',
      { clusterIP: '10.107.37.188' },
      { clusterIP: '10.107.37.188', clusterIPs: ['10.107.37.188'] },
    ],
    ['the second family', { ipFamilies: ['IPv6'] }, { clusterIP: 'fd00:10:96::100', ipFamilies: ['IPv6'] }],
    [
      'both',
      { ipFamilyPolicy: 'PreferDualStack' },
      { clusterIPs: ['10.96.1.0', 'fd00:10:96::100'], ipFamilies: ['IPv4', 'IPv6'] },
    ],
    [
      'both addresses wanted',
      { clusterIPs: ['10.96.0.9', 'fd00:10:96::9'] },
      { clusterIP: '10.96.0.9', ipFamilyPolicy: 'RequireDualStack' },
    ],
    ['headless', { clusterIP: 'None' }, { clusterIPs: ['None'], ipFamilies: ['IPv4'] }],
    [
      'a node port',
      { type: 'NodePort' },
      { ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30_000 }], externalTrafficPolicy: 'Cluster' },
    ],
    [
      'defaults',
      { type: 'LoadBalancer' },
      { sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true },
    ],
  ])('%s', async (_name, spec, expected) => {
    expect(await specOf(spec)).toMatchObject(expected);
  });

  test('an ExternalName has none', async () => {
    const spec = await specOf({ type: 'ExternalName', externalName: 'www.example.com', ports: [] });
    expect(spec).not.toHaveProperty('clusterIP');
    expect(spec).not.toHaveProperty('ipFamilies');
  });

  test.each<[string, JsonObject, string]>([
    ['out of range', { clusterIP: '192.0.2.1' }, 'the provided network does not match the current range'],
    ['no address', { clusterIP: 'x' }, 'spec.clusterIPs[0]'],
    ['a family that is not there', { ipFamilies: ['IPv6'] }, 'not configured on this cluster'],
    ['both, of one', { ipFamilyPolicy: 'RequireDualStack' }, 'this cluster is not configured for dual-stack services'],
    [
      'a node port out of range',
      { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
      'The range of valid ports is 30000-32767',
    ],
    [
      'headless with a node port',
      { type: 'NodePort', clusterIP: 'None' },
      "may not be set to 'None' for NodePort services",
    ],
    ['an unknown type', { type: 'Odd' }, 'supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
  ])('%s is refused', async (_name, spec, message) => {
    await expect(specOf(spec, '10.96.0.0/24')).rejects.toThrow(message);
  });
});

test('nothing is given twice, and all is given back', async () => {
  await using cluster = await startTestCluster({ serviceCidr: '10.0.0.0/29' });
  const spec = (name: string, more: JsonObject = {}): JsonObject =>
    recordOf(cluster.apply(serviceObject(name, more)).spec);
  expect(spec('a').clusterIP).toBe('10.0.0.1');
  expect(() => spec('b', { clusterIP: '10.0.0.1' })).toThrow('provided IP is already allocated');
  for (const name of ['b', 'c', 'd', 'e', 'f']) spec(name);
  expect(() => spec('g')).toThrow('range is full');
  cluster.delete(serviceObject('c'));
  expect(spec('g').clusterIP).toBe('10.0.0.3');
});

describe('a change of the type', () => {
  const path = '/api/v1/namespaces/default/services/a';
  const patch = async (cluster: DevCluster, spec: JsonObject): Promise<JsonObject> => {
    const headers = { 'Content-Type': 'application/strategic-merge-patch+json' };
    return recordOf((await call(cluster, 'PATCH', path, { spec }, headers)).body.spec);
  };

  test('the address stays, node ports come and go', async () => {
    await using cluster = await startTestCluster();
    const { clusterIP } = recordOf(cluster.apply(serviceObject('a')).spec);
    expect(await patch(cluster, { type: 'NodePort' })).toMatchObject({ clusterIP, ports: [{ nodePort: 30_000 }] });
    expect(await patch(cluster, { type: 'LoadBalancer' })).toMatchObject({ clusterIP, ports: [{ nodePort: 30_000 }] });
    const plain = await patch(cluster, { type: 'ClusterIP', allocateLoadBalancerNodePorts: null });
    expect(plain).toMatchObject({ clusterIP, ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }] });
    expect(plain).not.toHaveProperty('externalTrafficPolicy');
  });

  test('to a name elsewhere and back', async () => {
    await using cluster = await startTestCluster();
    cluster.apply(serviceObject('a'));
    const elsewhere = await patch(cluster, { type: 'ExternalName', externalName: 'www.example.com' });
    expect(elsewhere).toMatchObject({ type: 'ExternalName', externalName: 'www.example.com' });
    expect(elsewhere).not.toHaveProperty('clusterIP');
    expect(await patch(cluster, { type: 'ClusterIP', externalName: null })).toMatchObject({
      clusterIPs: ['10.96.1.1'],
    });
  });
});

test('a service that is loaded again keeps its address', async () => {
  await using cluster = await startTestCluster();
  const { clusterIP } = recordOf(cluster.apply(serviceObject('a')).spec);
  expect(recordOf(cluster.apply(serviceObject('a', { ports: [{ port: 81 }] })).spec).clusterIP).toBe(clusterIP);
});
