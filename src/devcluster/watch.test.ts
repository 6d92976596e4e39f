import { expect, test } from 'vitest';

import { recordOf, textOf, type JsonObject } from './objects.ts';
import { call, serviceObject, startTestCluster, watchEvents } from './testing.ts';

const short = (event: JsonObject): string =>
  `${textOf(event.type)} ${textOf(recordOf(recordOf(event.object).metadata).name)}`.trim();

/** What a watch says until it is over; `change` happens after its first `wait` events. */
async function collect(events: AsyncGenerator<JsonObject>, wait: number, change: () => void): Promise<JsonObject[]> {
  const seen: JsonObject[] = [];
  let changed = false;
  if (wait === 0) setTimeout(change, 100);
  for await (const event of events) {
    seen.push(event);
    if (wait > 0 && seen.length === wait && !changed) {
      changed = true;
      change();
    }
  }
  return seen;
}

test('without a version everything there is comes first', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a'));
  const events = await collect(watchEvents(cluster, '/api/v1/services?watch=true&timeoutSeconds=1'), 1, () => {
    cluster.apply(serviceObject('b'));
    cluster.apply(serviceObject('b', { ports: [{ port: 81 }] }));
    cluster.delete(serviceObject('a'));
  });
  expect(events.map((event) => short(event))).toEqual(['ADDED a', 'ADDED b', 'MODIFIED b', 'DELETED a']);
  expect(recordOf(events[3]?.object)).toMatchObject({
    kind: 'Service',
    metadata: { resourceVersion: cluster.resourceVersion },
  });
});

test('from a version on, with bookmarks', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a'));
  const version = cluster.resourceVersion;
  cluster.apply(serviceObject('b'));
  const path = `/api/v1/services?watch=true&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=${version}`;
  const events = await collect(watchEvents(cluster, path), 0, () => {});
  expect(events.map((event) => short(event))).toEqual(['ADDED b', 'BOOKMARK']);
  expect(events[1]?.object).toEqual({
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { resourceVersion: cluster.resourceVersion },
    spec: {},
    status: { loadBalancer: {} },
  });
});

test('a streamed list ends with an annotated bookmark', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a'));
  const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=';
  const path = `/api/v1/services?watch=true&timeoutSeconds=3&${query}`;
  const controller = new AbortController();
  const seen: JsonObject[] = [];
  for await (const event of watchEvents(cluster, path, controller.signal)) {
    seen.push(event);
    if (event.type === 'BOOKMARK') break;
  }
  controller.abort();
  expect(seen.map((event) => short(event))).toEqual(['ADDED a', 'BOOKMARK']);
  expect(recordOf(recordOf(seen[1]?.object).metadata).annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
});

test('with a selector, what stops matching is DELETED with its last state that matched', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a', {}, { tier: 'edge' }));
  cluster.apply(serviceObject('b', {}, { tier: 'core' }));
  const version = cluster.resourceVersion;
  const path = `/api/v1/services?watch=true&timeoutSeconds=1&labelSelector=tier%3Dedge&resourceVersion=${version}`;
  const events = await collect(watchEvents(cluster, path), 0, () => {
    cluster.apply(serviceObject('b', {}, { tier: 'edge' }));
    cluster.apply(serviceObject('a', {}, { tier: 'core' }));
    cluster.apply(serviceObject('c', {}, { tier: 'core' }));
  });
  expect(events.map((event) => short(event))).toEqual(['ADDED b', 'DELETED a']);
  expect(recordOf(events[1]?.object).metadata).toMatchObject({ labels: { tier: 'edge' } });
});

test('a version that is forgotten is an ERROR event', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a'));
  cluster.apply(serviceObject('b'));
  cluster.faults.compact();
  const current = cluster.resourceVersion;
  const events = await collect(watchEvents(cluster, '/api/v1/services?watch=true&resourceVersion=2'), 0, () => {});
  const message = `too old resource version: 2 (${current})`;
  const status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'Expired',
    code: 410,
  };
  expect(events).toEqual([{ type: 'ERROR', object: status }]);
});

test.each([
  ['sendInitialEvents=true', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
  [
    'resourceVersionMatch=NotOlderThan',
    'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
  ],
])('%s alone is refused', async (query, why) => {
  await using cluster = await startTestCluster();
  const { body } = await call(cluster, 'GET', `/api/v1/services?watch=true&${query}`);
  expect(body).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(body.message).toContain(why);
});
