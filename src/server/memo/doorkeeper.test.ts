import { expect, it } from 'vitest';
import { Doorkeeper } from './doorkeeper.ts';

it('lets in what comes again, also if much came in between', () => {
  const door = new Doorkeeper();
  expect(door.admits(0x1234_5678)).toBe(false);
  for (let i = 0; i < 100_000; i++) door.admits(Math.imul(i, 0x9e37_79b1));
  expect(door.admits(0x1234_5678)).toBe(true);
});

it('keeps out most of what never comes again', () => {
  const door = new Doorkeeper();
  let admitted = 0;
  for (let i = 0; i < 1_000_000; i++) if (door.admits(Math.imul(i, 0x9e37_79b1) ^ (i >>> 3))) admitted++;
  expect(admitted).toBeLessThan(3000);
});
