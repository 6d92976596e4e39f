import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { https } from './https.ts';

test.each<[directives: string, connections: number, streams: number]>([
  ['https', 200, 250],
  ['https {\n}', 200, 250],
  ['https {\n max_connections 7\n max_streams 9\n}', 7, 9],
  ['https {\n max_connections 0\n max_streams 0\n}', Infinity, 250],
  ['https {\n max_streams 4294967295\n}', 200, 4_294_967_295],
  ['https {\n max_connections 1\n}\nhttps {\n max_connections 2\n}', 1, 250],
])('%j', (directives, maximumHttpsConnections, maximumHttpsStreams) => {
  const { instance, problems } = setUp(https, directives);
  expect(problems).toEqual([]);
  expect(instance.settings).toEqual({ maximumHttpsConnections, maximumHttpsStreams });
});

test.each([
  ['https x', 'Corefile:2:7: "https" takes no argument, "x" is one too many'],
  ['https {\n max_connections\n}', 'Corefile:3:2: "max_connections" needs an argument'],
  ['https {\n max_connections x\n}', 'Corefile:3:18: "x" is not a whole number'],
  ['https {\n max_connections -1\n}', 'Corefile:3:18: -1 is out of range'],
  ['https {\n max_streams 4294967296\n}', 'Corefile:3:14: 4294967296 is out of range'],
  ['https {\n max_streams 1\n max_streams 2\n}', 'Corefile:4:2: option "max_streams" is given twice'],
  ['https {\n read_timeout 3s\n}', 'Corefile:3:2: plugin https has no option "read_timeout"'],
])('%j is refused', (directives, message) => {
  const { problems } = setUp(https, directives);
  expect(problems.map(describeProblem)).toEqual([expect.stringContaining(message)]);
});
