import { expect, test } from 'vitest';
import { LimitedMap } from './limited-map.ts';

test('the oldest entry makes room', () => {
  const map = new LimitedMap<number>(2);
  expect(map.set('a', 1)).toBe(false);
  expect(map.set('b', 2)).toBe(false);
  expect(map.set('a', 3)).toBe(false);
  expect(map.set('c', 4)).toBe(true);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([3, undefined, 4, 2]);
  expect(map.delete('a')).toBe(true);
  expect(map.delete('a')).toBe(false);
  expect(map.size).toBe(1);
});
