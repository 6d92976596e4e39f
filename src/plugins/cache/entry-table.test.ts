import { expect, test } from 'vitest';
import { TYPE } from '../../dns/types.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { testQuery } from '../../plugin-api/testing.ts';
import { Entry } from './entry.ts';
import { EntryTable } from './entry-table.ts';
import { keyOf, type ReplyKey } from './reply-key.ts';

function keyFor(name: string, type = 'A'): ReplyKey {
  return keyOf(testQuery({ name, type }), 1);
}

/** Puts in an entry of so many octets; how many others had to go. */
function put(table: EntryTable, name: string, size = 1): number | undefined {
  const query = testQuery({ name });
  const gone = table.makeRoom(size);
  if (gone === undefined) return undefined;
  const entry = table.takeSpare() ?? new Entry();
  const parts = { key: keyOf(query, 1), part: 'success', query, reply: makeReply(query), octets: undefined } as const;
  entry.keep({ ...parts, size, lifetime: 30, now: 0, isAnswer: true });
  table.add(entry);
  return gone;
}

function take(table: EntryTable, name: string): void {
  const entry = table.find(keyFor(name));
  if (entry !== undefined) table.delete(entry);
}

/** Which of the names are in. */
function found(table: EntryTable, ...names: readonly string[]): readonly string[] {
  return names.filter((name) => table.find(keyFor(name)) !== undefined);
}

test('an entry is found by name in any letter case, and by type', () => {
  const table = new EntryTable(10, 100);
  put(table, 'a.test');
  expect(found(table, 'A.TeSt', 'b.test', 'a.test.test')).toEqual(['A.TeSt']);
  expect(table.find(keyFor('a.test', 'AAAA'))).toBeUndefined();
  expect(keyFor('a.test').kind).toBe(TYPE.A * 4);
});

test('the oldest entry makes room', () => {
  const table = new EntryTable(2, 100);
  expect([put(table, 'a'), put(table, 'b')]).toEqual([0, 0]);
  take(table, 'a');
  expect([put(table, 'a'), put(table, 'c')]).toEqual([0, 1]);
  expect(found(table, 'a', 'b', 'c')).toEqual(['a', 'c']);
  take(table, 'a');
  expect([table.size, table.octets]).toEqual([1, 1]);
});

test('a large entry takes the room of several', () => {
  const table = new EntryTable(10, 10);
  for (const name of 'abcd') put(table, name, 3);
  expect(found(table, 'a', 'b', 'c', 'd')).toEqual(['b', 'c', 'd']);
  expect(put(table, 'e', 6)).toBe(2);
  expect([table.size, table.octets]).toEqual([2, 9]);
  expect(put(table, 'f', 11)).toBeUndefined();
  expect([found(table, 'd', 'e', 'f'), table.size]).toEqual([['d', 'e'], 2]);
});

test('many entries are found, and the table empties', () => {
  const table = new EntryTable(1000, 1e6);
  const names = Array.from({ length: 1000 }, (_, i) => `n${i}.test`);
  for (const name of names) put(table, name);
  expect(found(table, ...names)).toEqual(names);
  for (const name of names.toReversed()) take(table, name);
  expect([table.size, table.octets, found(table, ...names).length]).toEqual([0, 0, 0]);
});

test('an entry is used again unless somebody may hold it', () => {
  const table = new EntryTable(1, 100);
  put(table, 'a');
  const first = table.find(keyFor('a'));
  put(table, 'b');
  const second = table.find(keyFor('b'));
  expect(second).toBe(first);
  if (second !== undefined) second.wasAskedFor = true;
  put(table, 'c');
  expect(table.find(keyFor('c'))).not.toBe(second);
});

test('whatever comes and goes, what is in is found', () => {
  const table = new EntryTable(48, 1e6);
  const names = new Set<string>();
  // Few places, so that many entries are behind others.
  for (let step = 0, drawn = 1; step < 5000; step++) {
    drawn = Math.imul(drawn, 1_103_515_245) + 12_345;
    const name = `n${(drawn >>> 16) % 60}.test`;
    if (names.delete(name)) take(table, name);
    else if (names.size < 48) {
      put(table, name);
      names.add(name);
    }
    if (step % 50 === 0) expect(found(table, ...names)).toEqual([...names]);
    expect(table.size).toBe(names.size);
  }
});
