import { expect, test } from 'vitest';
import { LimitedMap } from './limited-map.ts';

test('the oldest entry makes room', () => {
  const map = new LimitedMap<number>(2, 100, () => 1);
  expect(map.set('a', 1)).toBe(0);
  expect(map.set('b', 2)).toBe(0);
  expect(map.set('a', 3)).toBe(0);
  expect(map.set('c', 4)).toBe(1);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([3, undefined, 4, 2]);
  expect(map.delete('a')).toBe(true);
  expect(map.delete('a')).toBe(false);
  expect([map.size, map.octets]).toEqual([1, 1]);
});

test('a large entry takes the room of several', () => {
  const map = new LimitedMap<string>(10, 10, (value) => value.length);
  for (const key of 'abcd') map.set(key, 'xxx');
  expect(['a', 'b', 'c', 'd'].filter((key) => map.get(key) !== undefined)).toEqual(['b', 'c', 'd']);
  expect(map.set('e', 'xxxxxx')).toBe(2);
  expect([map.size, map.octets]).toEqual([2, 9]);
  expect(map.set('f', 'xxxxxxxxxxx')).toBe(0);
  expect([map.get('f'), map.size]).toEqual([undefined, 2]);
});
