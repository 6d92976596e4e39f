import { expect, it } from 'vitest';
import { Interner } from './interner.ts';

it('gives back the first of equal values, and forgets when there are too many', () => {
  const interner = new Interner<object>();
  const first = {};
  expect(interner.share('a', first)).toBe(first);
  expect(interner.share('a', {})).toBe(first);
  for (let i = 0; i < 20_000; i++) interner.share(`key ${i}`, {});
  expect(interner.share('a', {})).not.toBe(first);
});
