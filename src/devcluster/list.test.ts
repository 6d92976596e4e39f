import { expect, test } from 'vitest';

import { recordOf, recordsOf, textOf } from './objects.ts';
import { call, serviceObject, startTestCluster, type Answer } from './testing.ts';

const names = ({ body }: Answer): string[] => recordsOf(body.items).map((item) => textOf(recordOf(item.metadata).name));

test('pages are of one version', async () => {
  await using cluster = await startTestCluster();
  for (const name of ['a', 'b', 'c', 'd']) cluster.apply(serviceObject(name));
  const first = await call(cluster, 'GET', '/api/v1/services?limit=2');
  expect(names(first)).toEqual(['a', 'b']);
  expect(first.body).toMatchObject({ kind: 'ServiceList', apiVersion: 'v1', metadata: { remainingItemCount: 2 } });
  expect(recordsOf(first.body.items)[0]).not.toHaveProperty('kind');

  cluster.delete(serviceObject('c'));
  cluster.apply(serviceObject('cc'));
  const token = textOf(recordOf(first.body.metadata).continue);
  const next = await call(cluster, 'GET', `/api/v1/services?limit=2&continue=${token}`);
  expect(names(next)).toEqual(['c', 'd']);
  expect(next.body.metadata).toEqual({ resourceVersion: recordOf(first.body.metadata).resourceVersion });

  cluster.faults.compact();
  const late = await call(cluster, 'GET', `/api/v1/services?limit=2&continue=${token}`);
  expect(late.body).toMatchObject({ code: 410, reason: 'Expired' });
  const offered = textOf(recordOf(late.body.metadata).continue);
  expect(names(await call(cluster, 'GET', `/api/v1/services?limit=2&continue=${offered}`))).toEqual(['cc', 'd']);
});

test('any version will do: the limit does not count', async () => {
  await using cluster = await startTestCluster();
  for (const name of ['a', 'b', 'c']) cluster.apply(serviceObject(name));
  expect(names(await call(cluster, 'GET', '/api/v1/services?limit=1&resourceVersion=0'))).toEqual(['a', 'b', 'c']);
});

test('exactly a version', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a'));
  const version = cluster.resourceVersion;
  cluster.apply(serviceObject('b'));
  const path = `/api/v1/services?resourceVersionMatch=Exact&resourceVersion=${version}`;
  expect(names(await call(cluster, 'GET', path))).toEqual(['a']);
  cluster.faults.compact();
  const { body } = await call(cluster, 'GET', path);
  expect(body).toMatchObject({ code: 410, message: 'The resourceVersion for the provided list is too old.' });
});

test('selectors', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a', {}, { tier: 'edge' }));
  cluster.apply(serviceObject('b', {}, { tier: 'core' }));
  expect(names(await call(cluster, 'GET', '/api/v1/services?labelSelector=tier%3Dedge'))).toEqual(['a']);
  expect(names(await call(cluster, 'GET', '/api/v1/services?fieldSelector=metadata.name%3Db'))).toEqual(['b']);
});
