import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import type { BlockSettings } from '../../plugin-api/settings.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { timeouts } from './timeouts.ts';

test.each<[directives: string, settings: Partial<BlockSettings>]>([
  ['timeouts {\nread 2s\n}', { readTimeout: 2000 }],
  ['timeouts {\nread 5\nwrite 1m\n}', { readTimeout: 5000, writeTimeout: 60_000 }],
  ['timeouts {\nidle 24h\nidle 1s\n}', { idleTimeout: 1000 }],
  ['timeouts {\nidle 86400\nmaxtcpqueries 3\n}', { idleTimeout: 86_400_000, maximumQueriesPerConnection: 3 }],
  [
    'timeouts {\nmaxtcpqueries 3\n}\ntimeouts {\nmaxtcpqueries -1\nread 1500ms\n}',
    {
      maximumQueriesPerConnection: Infinity,
      readTimeout: 1500,
    },
  ],
])('%j', (directives, settings) => {
  const { instance, problems } = setUp(timeouts, directives);
  expect(problems).toEqual([]);
  expect(instance.settings).toEqual(settings);
});

const NOTHING = 'timeouts sets nothing (write a block with read, write, idle or maxtcpqueries)';

test.each([
  ['timeouts', `2:1: ${NOTHING}`],
  ['timeouts {\n}', `2:1: ${NOTHING}`],
  ['timeouts 5s {\nread 5s\n}', '2:10: "timeouts" takes no argument, "5s" is one too many (write: timeouts)'],
  ['timeouts {\nread\n}', '3:1: "read" needs an argument (write: read DURATION)'],
  ['timeouts {\nread 5s 6s\n}', '3:9: "read" takes one argument, "6s" is one too many (write: read DURATION)'],
  ['timeouts {\nread x\n}', '3:6: "x" is not a duration (write a number with a unit, as in 500ms, 30s, 1h30m)'],
  ['timeouts {\nidle 1.5\n}', '3:6: "1.5" is not a duration (write a number with a unit, as in 500ms, 30s, 1h30m)'],
  ['timeouts {\nread 500ms\n}', '3:6: a time limit of 500ms is out of range (write one from 1s to 24h)'],
  ['timeouts {\nwrite 86401\n}', '3:7: a time limit of 24h0m1s is out of range (write one from 1s to 24h)'],
  ['timeouts {\nidle 0\n}', '3:6: a time limit of 0s is out of range (write one from 1s to 24h)'],
  ...['0', '-2', 'x', '1.5', ''].map((given): [string, string] => [
    `timeouts {\nmaxtcpqueries "${given}"\n}`,
    `3:15: "${given}" is no number of queries (write 1 or more, or -1 for no limit)`,
  ]),
  ['timeouts {\nidel 5s\n}', '3:1: plugin timeouts has no option "idel" (did you mean "idle"?)'],
])('%j is refused', (directives, problem) => {
  expect(setUp(timeouts, directives).problems.map(describeProblem)).toEqual([`Corefile:${problem}`]);
});
