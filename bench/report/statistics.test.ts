import { expect, test } from 'vitest';
import { median, percentile } from './statistics.ts';

test.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
  [[], Number.NaN],
])('the median of %j is %f', (numbers, middle) => {
  expect(median(numbers)).toEqual(middle);
});

test.each([
  [[1, 2, 3, 4], 0.5, 2],
  [[4, 3, 2, 1], 0.99, 4],
  [Array.from({ length: 200 }, (_, i) => i + 1), 0.99, 198],
  [[], 0.99, Number.NaN],
])('percentile of %j, %f', (numbers, share, expected) => {
  expect(percentile(numbers, share)).toEqual(expected);
});
