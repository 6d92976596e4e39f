import { expect, it } from 'vitest';
import { BackOff } from './back-off.ts';

it('doubles up to the maximum, with jitter, and starts anew after a quiet time', () => {
  let now = 1_000_000;
  let random = 0.999_999;
  const backOff = new BackOff({
    initial: 800,
    maximum: 30_000,
    resetAfter: 120_000,
    now: () => now,
    random: () => random,
  });
  const waits = Array.from({ length: 8 }, () => Math.round(backOff.next()));
  expect(waits).toEqual([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  random = 0;
  expect(backOff.next()).toBe(15_000);
  now += 120_001;
  expect(backOff.next()).toBe(400);
});
