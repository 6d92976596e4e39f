import { expect, test } from 'vitest';

import { ageOf } from './resource-type.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [0, '0s'],
  [119, '119s'],
  [200, '3m20s'],
  [9 * MINUTE, '9m'],
  [100 * MINUTE, '100m'],
  [5 * HOUR + 10 * MINUTE, '5h10m'],
  [47 * HOUR, '47h'],
  [3 * DAY + HOUR, '3d1h'],
  [400 * DAY, '400d'],
  [3 * 365 * DAY + 30 * DAY, '3y30d'],
  [10 * 365 * DAY, '10y'],
])('%i seconds: %s', (seconds, expected) => {
  expect(ageOf('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:00Z') + seconds * 1000)).toBe(expected);
});

test('without a time', () => {
  expect(ageOf(undefined, 0)).toBe('<unknown>');
});
