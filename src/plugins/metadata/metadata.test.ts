import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { setUp, testQuery } from '../../plugin-api/testing.ts';
import { metadata } from './metadata.ts';

const NAMES = ['example.org', 'a.example.org', 'example.net', '4.3.2.10.in-addr.arpa'];

test.each([
  ['metadata', ['.'], NAMES],
  ['metadata', ['example.org'], ['example.org', 'a.example.org']],
  ['metadata {\n}', ['example.org'], ['example.org', 'a.example.org']],
  ['metadata example.net', ['.'], ['example.net']],
  ['metadata Example.ORG 10.0.0.0/8', ['.'], ['example.org', 'a.example.org', '4.3.2.10.in-addr.arpa']],
])('%j in a block of %j collects labels about %j', (directives, zones, expected) => {
  const { instance, problems } = setUp(metadata, directives, { zones });
  expect(problems).toEqual([]);
  const wanted = instance.settings?.metadata;
  expect(NAMES.filter((name) => wanted?.(testQuery({ name }))).map(String)).toEqual(expected);
});

test.each([
  ['metadata a..b', 'Corefile:2:10: "a..b" is neither a zone nor an address block'],
  [
    'metadata {\n zone example.org\n}',
    'Corefile:3:2: plugin metadata has no option "zone" (metadata has no options: remove the line)',
  ],
])('%j is refused', (directives, problem) => {
  expect(setUp(metadata, directives).problems.map(describeProblem)).toEqual([problem]);
});

test('stands once in a block', () => {
  expect(metadata.repeatable).toBe(false);
});
