import { describe, expect, test } from 'vitest';
import { makePolicy } from './policy.ts';

const upstreams = ['a', 'b', 'c'];

describe('policies', () => {
  test('sequential keeps the order', () => {
    const policy = makePolicy('sequential', () => 0);
    expect([policy(upstreams), policy(upstreams)]).toEqual([upstreams, upstreams]);
  });

  test('round_robin begins with the second, the others follow in order', () => {
    const policy = makePolicy('round_robin', () => 0);
    const turns = Array.from({ length: 4 }, () => policy(upstreams).join(''));
    expect(turns).toEqual(['bac', 'cab', 'abc', 'bac']);
    expect(makePolicy('round_robin', () => 0)(['a'])).toEqual(['a']);
  });

  test('random makes each order equally often', () => {
    const policy = makePolicy('random', Math.random);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = policy(upstreams).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    // Six standard deviations around 1000.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(180);
    expect(upstreams).toEqual(['a', 'b', 'c']);
  });
});
