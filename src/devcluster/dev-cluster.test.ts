import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { recordOf, type JsonObject } from './objects.ts';
import { call, serviceObject, startTestCluster, watchEvents } from './testing.ts';
import type { DevCluster } from './dev-cluster.ts';

const PATH = '/api/v1/services';

/** The status and body of a GET over https. */
async function callSecurely(cluster: DevCluster, path: string, token?: string): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const sent = request(`${cluster.httpsUrl}${path}`, { headers, rejectUnauthorized: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sent.on('error', reject).end();
  });
}

describe('https with accounts', () => {
  test.each([
    ['admin-token', PATH, 200, undefined],
    ['reader-token', PATH, 200, undefined],
    [
      'reader-token',
      '/api/v1/configmaps',
      403,
      'configmaps is forbidden: User "reader" cannot list resource "configmaps" in API group "" at the cluster scope',
    ],
    [
      'no-slices-token',
      '/apis/discovery.k8s.io/v1/endpointslices',
      403,
      'endpointslices.discovery.k8s.io is forbidden: User "no-slices" cannot list resource "endpointslices" in API group "discovery.k8s.io" at the cluster scope',
    ],
    [
      'nobody-token',
      PATH,
      403,
      'services is forbidden: User "nobody" cannot list resource "services" in API group "" at the cluster scope',
    ],
    ['wrong-token', PATH, 401, 'Unauthorized'],
    [
      undefined,
      PATH,
      403,
      'services is forbidden: User "system:anonymous" cannot list resource "services" in API group "" at the cluster scope',
    ],
  ])('%s %s %i', async (token, path, status, message) => {
    await using cluster = await startTestCluster();
    const answer = await callSecurely(cluster, path, token);
    expect(answer.status).toBe(status);
    expect(recordOf(answer.body).message).toBe(message);
  });
});

describe('faults', () => {
  test('refused, then up on the same port', async () => {
    await using cluster = await startTestCluster();
    const { url } = cluster;
    await cluster.faults.refuse();
    await expect(call(cluster, 'GET', PATH)).rejects.toThrow('fetch failed');
    cluster.apply(serviceObject('meanwhile'));
    await cluster.faults.up();
    expect(cluster.url).toBe(url);
    expect((await call(cluster, 'GET', PATH)).status).toBe(200);
  });

  test('hanging: accepted and not answered', async () => {
    await using cluster = await startTestCluster();
    await cluster.faults.hang();
    const signal = AbortSignal.timeout(200);
    await expect(fetch(`${cluster.url}${PATH}`, { signal })).rejects.toThrow('timeout');
    await cluster.faults.up();
    expect((await call(cluster, 'GET', PATH)).status).toBe(200);
  });

  test('cut: watches end', async () => {
    await using cluster = await startTestCluster();
    cluster.apply(serviceObject('a'));
    const events = watchEvents(cluster, `${PATH}?watch=true`);
    await events.next();
    cluster.faults.cut();
    await expect(events.next()).rejects.toThrow('terminated');
  });

  test('overloaded for the next requests', async () => {
    await using cluster = await startTestCluster();
    cluster.faults.overload(1, 3);
    const { status, headers, body } = await call(cluster, 'GET', PATH);
    expect([status, headers.get('retry-after'), body.reason]).toEqual([429, '3', 'TooManyRequests']);
    expect((await call(cluster, 'GET', PATH)).status).toBe(200);
  });

  test('slow', async () => {
    await using cluster = await startTestCluster();
    cluster.faults.delay(150);
    const start = performance.now();
    await call(cluster, 'GET', PATH);
    expect(performance.now() - start).toBeGreaterThan(140);
  });
});

test('reset brings a state back', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a'));
  const state = cluster.snapshot();
  cluster.delete(serviceObject('a'));
  cluster.apply(serviceObject('b', { clusterIP: '10.96.1.0' }));
  const before = Number(cluster.resourceVersion);
  await cluster.reset(state);
  expect(cluster.list('v1', 'Service').map(({ metadata }) => metadata.name)).toEqual(['a']);
  expect(Number(cluster.resourceVersion)).toBeGreaterThan(before);
  expect(() => cluster.apply(serviceObject('c', { clusterIP: '10.96.1.0' }))).toThrow('already allocated');
});

test('stop does not wait for watches', async () => {
  const cluster = await startTestCluster();
  cluster.apply(serviceObject('a'));
  const events = watchEvents(cluster, `${PATH}?watch=true`);
  await events.next();
  const start = performance.now();
  await cluster.stop();
  expect(performance.now() - start).toBeLessThan(100);
  await expect(events.next()).rejects.toThrow('terminated');
});

test('a cluster with controllers has what every cluster has', async () => {
  await using cluster = await startTestCluster({ controllers: true, corefile: '.:53 {\n}\n' });
  const spec = (namespace: string, name: string): JsonObject =>
    recordOf(cluster.get('v1', 'Service', namespace, name)?.spec);
  expect(spec('default', 'kubernetes').clusterIP).toBe('10.96.0.1');
  expect(spec('kube-system', 'kube-dns').clusterIP).toBe('10.96.0.10');
  expect(cluster.get('v1', 'ConfigMap', 'kube-system', 'coredns')?.data).toEqual({ Corefile: '.:53 {\n}\n' });
  expect(cluster.get('discovery.k8s.io/v1', 'EndpointSlice', 'default', 'kubernetes')?.endpoints).toMatchObject([
    { addresses: ['127.0.0.1'] },
  ]);
});

test('without controllers it has two namespaces, and what is loaded stays as it is', async () => {
  await using cluster = await startTestCluster();
  expect(cluster.list('v1', 'Namespace').map(({ metadata }) => metadata.name)).toEqual([
    'default',
    'kube-node-lease',
    'kube-public',
  ]);
  await cluster.loadText(`
{apiVersion: v1, kind: Namespace, metadata: {name: retired}, status: {phase: Terminating}}
---
apiVersion: v1
kind: Pod
metadata: {name: leaving, namespace: retired, deletionTimestamp: "2026-01-01T00:00:00Z"}
spec: {containers: [{name: a, image: b}]}
status: {phase: Running, podIP: 10.244.1.97}
`);
  expect(cluster.get('v1', 'Namespace', '', 'retired')?.status).toEqual({ phase: 'Terminating' });
  const pod = cluster.get('v1', 'Pod', 'retired', 'leaving');
  expect(pod?.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
  expect(pod?.status).toMatchObject({ phase: 'Running', podIP: '10.244.1.97' });
});

test('the example shop', async () => {
  await using cluster = await startTestCluster({ controllers: true });
  await cluster.load(join(import.meta.dirname, '../../examples/web-shop'));
  const web = recordOf(cluster.get('v1', 'Service', 'default', 'web-service')?.spec);
  expect(web).toMatchObject({ clusterIP: '10.107.37.188', ports: [{ name: 'http', protocol: 'TCP', port: 80 }] });
  expect(cluster.get('v1', 'Pod', 'default', 'client')?.status).toMatchObject({
    podIP: '10.244.2.5',
    phase: 'Running',
  });
  expect(cluster.get('v1', 'Pod', 'default', 'test')).toBeDefined();
  const pods = cluster.list('v1', 'Pod');
  expect(pods.filter(({ status }) => recordOf(status).phase !== 'Running')).toEqual([]);
});
