import { expect, test } from 'vitest';
import { RoundTripTime } from './round-trip-time.ts';

function after(...samples: readonly number[]): number {
  const time = new RoundTripTime();
  for (const sample of samples) time.sample(sample);
  return time.patience;
}

const often = (count: number, milliseconds: number): number[] => Array.from({ length: count }, () => milliseconds);

test('an upstream that nobody knows has 376 ms, one that has answered once three times as long as that took', () => {
  expect(after()).toBe(376);
  expect(after(100)).toBe(300);
});

test('never less than 50 ms', () => {
  expect(after(...often(100, 0.2))).toBe(50);
});

test('one that always takes the same is soon known for it', () => {
  expect(after(...often(40, 80))).toBeCloseTo(80, 1);
});

test('one that has half of the answers in its cache is not given up when it asks others', () => {
  expect(after(...Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : 200)))).toBeGreaterThan(400);
});

test('a single late answer is forgotten', () => {
  expect(after(...often(40, 1), 2000)).toBeGreaterThan(2000);
  expect(after(...often(40, 1), 2000, ...often(60, 1))).toBe(50);
});
