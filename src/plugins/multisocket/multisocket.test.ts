import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { multisocket } from './multisocket.ts';

test.each([
  ['multisocket', availableParallelism()],
  ['multisocket 1', 1],
  ['multisocket 1024', 1024],
])('%j', (directive, sockets) => {
  const { instance, problems } = setUp(multisocket, directive);
  expect(problems).toEqual([]);
  expect(instance.settings).toEqual({ sockets });
});

test.each([
  ['multisocket 0', '2:13: 0 is out of range (write COUNT from 1 to 1024)'],
  ['multisocket -2', '2:13: -2 is out of range (write COUNT from 1 to 1024)'],
  ['multisocket 1025', '2:13: 1025 is out of range (write COUNT from 1 to 1024)'],
  ['multisocket two', '2:13: "two" is not a whole number (write COUNT from 1 to 1024)'],
  ['multisocket 1.5', '2:13: "1.5" is not a whole number (write COUNT from 1 to 1024)'],
  ['multisocket 2 3', '2:15: "multisocket" takes one argument, "3" is one too many (write: multisocket [COUNT])'],
])('%j is refused', (directive, problem) => {
  expect(setUp(multisocket, directive).problems.map(describeProblem)).toEqual([`Corefile:${problem}`]);
});
