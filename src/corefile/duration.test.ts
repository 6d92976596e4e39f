import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, printDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0', 0],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['1.s', 1_000],
    ['1.1s', 1_100],
    ['100ms', 100],
    ['250us', 0.25],
    ['250\u{b5}s', 0.25],
    ['250\u{3bc}s', 0.25],
    ['1ns', 0.000001],
    ['-1m', -60_000],
    ['+1m', 60_000],
    ['-0s', 0],
    ['1h1h', 7_200_000],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', '-', 's', '1 s', '1s ', '5d', '1e3s', '.s', '1s5', '10000000000000h', '1m\n'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('printDuration', () => {
  it.each([
    [0, '0s'],
    [300_000, '5m0s'],
    [1_500, '1.5s'],
    [100, '100ms'],
    [1.5, '1.5ms'],
    [0.25, '250\u{b5}s'],
    [0.000001, '1ns'],
    [3_600_000, '1h0m0s'],
    [90_061_000, '25h1m1s'],
    [-1_500, '-1.5s'],
    [10_000, '10s'],
  ])('%d ms as %s', (milliseconds, text) => {
    expect(printDuration(milliseconds)).toBe(text);
  });

  it('prints what parseDuration reads back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (microseconds) => {
        expect(parseDuration(printDuration(microseconds / 1e3))).toBeCloseTo(microseconds / 1e3, 6);
      }),
    );
  });
});
