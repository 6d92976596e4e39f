import { expect, test } from 'vitest';
import { ArgumentError, parseCommandLine } from './command-line.ts';

test('everything has a default', () => {
  const values = parseCommandLine([]);
  expect(values).toMatchObject({ rounds: 5, seconds: 5, queries: 10_000_000, overloadSeconds: 60, plot: false });
  expect(values.scenario.test('anything')).toBe(true);
});

test('options are taken', () => {
  const values = parseCommandLine(['--rounds=2', '--scenario=^dot$', '--coredns=/opt/coredns', '--markdown']);
  expect(values).toMatchObject({ rounds: 2, scenario: /^dot$/, coredns: '/opt/coredns', markdown: true });
});

test.each([
  [['--rounds=0'], '--rounds: "0" is no whole number from 1 to 100'],
  [['--seconds=1e9'], '--seconds: "1e9" is no whole number from 1 to 600'],
  [['--scenario=('], '--scenario: "(" is no regular expression'],
  [['--unknown'], "Unknown option '--unknown'"],
  [['word'], 'Unexpected argument'],
])('%j', (args, message) => {
  expect(() => parseCommandLine(args)).toThrow(ArgumentError);
  expect(() => parseCommandLine(args)).toThrow(message);
});
