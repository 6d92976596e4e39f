import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { setUp, testQuery } from '../../plugin-api/testing.ts';
import { cancel } from './cancel.ts';

/** The deadline that the next plugin sees of a query that arrived at 1000 with this one. */
function deadlineAfter(directives: string, deadline = Infinity): number | undefined {
  const { instance, problems } = setUp(cancel, directives);
  expect(problems).toEqual([]);
  const seen: Query[] = [];
  const outcome = instance.handle?.(testQuery({ name: 'a.test', arrival: 1000, deadline }), (query) => {
    seen.push(query);
    return makeReply(query);
  });
  expect(outcome).toMatchObject({ rcode: 0 });
  return seen[0]?.deadline;
}

test.each([
  ['cancel', 6001],
  ['cancel 700ms', 1700],
  ['cancel 1s {\n}', 2000],
  ['cancel 1s\ncancel 1m', 61_000],
  ['cancel 1s\ncancel', 6001],
])('%j: a query that arrives at 1000 is given up at %d', (directives, expected) => {
  expect(deadlineAfter(directives)).toBe(expected);
});

test('an earlier deadline stays', () => {
  expect(deadlineAfter('cancel 1s', 1500)).toBe(1500);
});

test.each([
  ['cancel 1s 2s', '2:11: "cancel" takes one argument, "2s" is one too many (write: cancel [DURATION])'],
  ['cancel x', '2:8: "x" is not a duration (write a number with a unit, as in 500ms, 30s, 1h30m)'],
  ['cancel 5', '2:8: "5" is not a duration (a unit is missing: 5s?)'],
  ['cancel 0s', '2:8: 0s is too short, at least 1ns is needed'],
  ['cancel -1s', '2:8: -1s is too short, at least 1ns is needed'],
])('%j is refused', (directives, problem) => {
  expect(setUp(cancel, directives).problems.map(describeProblem)).toEqual([`Corefile:${problem}`]);
});
