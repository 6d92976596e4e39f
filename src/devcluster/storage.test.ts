import { expect, test } from 'vitest';

import { Storage, type Change } from './storage.ts';

const object = (
  namespace: string,
  name: string,
  value = 1,
): { apiVersion: string; kind: string; metadata: { namespace: string; name: string }; value: number } => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { namespace, name },
  value,
});

test('versions grow over all objects, lists are in the order of keys', () => {
  const storage = new Storage();
  const first = storage.put('things.', object('b', 'x'));
  const second = storage.put('things.', object('a', 'y'));
  expect(Number(second.metadata.resourceVersion)).toBe(Number(first.metadata.resourceVersion) + 1);
  expect(storage.list('things.').map(({ metadata }) => metadata.name)).toEqual(['y', 'x']);
  expect(storage.list('things.', 'b')).toEqual([first]);
});

test('the past can be listed until it is compacted', () => {
  const storage = new Storage();
  storage.put('things.', object('a', 'x', 1));
  const { version } = storage;
  storage.put('things.', object('a', 'x', 2));
  storage.put('things.', object('a', 'y'));
  storage.remove('things.', 'a/x');
  expect(storage.listAt(version, 'things.')).toMatchObject([{ value: 1 }]);
  expect(storage.since(version).map(({ type }) => type)).toEqual(['MODIFIED', 'ADDED', 'DELETED']);
  storage.compact();
  expect(storage.compacted).toBe(storage.version);
  expect(storage.since(version)).toEqual([]);
});

test('a snapshot comes back with a new version', () => {
  const storage = new Storage();
  storage.put('things.', object('a', 'x', 1));
  const snapshot = storage.snapshot();
  const changes: Change[] = [];
  const unsubscribe = storage.subscribe((change) => changes.push(change));
  storage.put('things.', object('a', 'x', 2));
  unsubscribe();
  const { version } = storage;
  storage.restore(snapshot);
  expect(changes).toMatchObject([{ type: 'MODIFIED', object: { value: 2 }, previous: { value: 1 } }]);
  expect(storage.get('things.', 'a/x')).toMatchObject({ value: 1 });
  expect(storage.version).toBeGreaterThan(version);
});
