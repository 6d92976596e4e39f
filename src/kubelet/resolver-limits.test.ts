import { expect, it } from 'vitest';
import { checkNodeFile } from './resolver-limits.ts';

const long = 'a'.repeat(254);

it.each<[about: string, searches: readonly string[] | Error, domain: string, message: string | undefined]>([
  ['29 searches', Array(29).fill('a'), 'cluster.local', undefined],
  ['30 searches', Array(30).fill('a'), 'cluster.local', 'contains search line consisting of more than 29 domains!'],
  [
    '33 searches, no cluster domain',
    Array(33).fill('a'),
    '',
    'contains search line consisting of more than 32 domains!',
  ],
  ['a long one', [long], '', 'contains a search path which length is more than allowed 253 chars!'],
  [
    'long ones',
    Array(9).fill('a'.repeat(240)),
    '',
    'contains search line which length is more than allowed 2048 chars!',
  ],
  ['no file', new Error('no such file'), '', 'cannot be used: no such file'],
])('the check of a node: %s', (_, searches, clusterDomain, message) => {
  const file = searches instanceof Error ? searches : { nameservers: [], searches, options: [] };
  expect(checkNodeFile('/etc/resolv.conf', file, clusterDomain)).toEqual(
    message === undefined
      ? []
      : [
          {
            object: 'node',
            reason: 'CheckLimitsForResolvConf',
            message: `Resolv.conf file "/etc/resolv.conf" ${message}`,
          },
        ],
  );
});
