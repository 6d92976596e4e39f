import { describe, expect, it } from 'vitest';
import { figuresOf, parseTimes } from './latency.ts';
import { Disturbed } from './load.ts';

describe('figuresOf', () => {
  it('tells mean, median and the 99th percentile of what was answered', () => {
    const times = Array.from({ length: 1000 }, (_, i) => (i === 500 ? -1 : i + 1));
    expect(figuresOf(times)).toEqual({
      mean: expect.closeTo(500.5, 1),
      p50: expect.closeTo(500, -1),
      p99: expect.closeTo(990, -1),
    });
  });

  it('says nothing where answers are missing', () => {
    expect(() => figuresOf([50, 60, -1])).toThrow(Disturbed);
  });
});

it('reads what the generator prints', () => {
  expect(parseTimes('51.5\n-1\n48')).toEqual([51.5, -1, 48]);
});
