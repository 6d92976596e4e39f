import { expect, test } from 'vitest';
import type { ReceivedQuery } from './case.ts';
import { compareReceived } from './received.ts';

const a: ReceivedQuery = { name: 'a.test.', type: 'A', transport: 'udp', flags: ['RD', 'AD'] };
const probe: ReceivedQuery = { name: '.', type: 'NS', transport: 'udp', flags: [] };

test.each([
  ['as a multiset, health checks left out', { upstream: 'u' }, [a, a], [a, probe, { ...a, flags: ['AD', 'RD'] }], 0],
  ['one too few', { upstream: 'u' }, [a, a], [a], 1],
  ['one too many', { upstream: 'u' }, [a], [a, a], 1],
  ['only the first', { upstream: 'u', limit: 1 }, [a], [a, a], 0],
  ['other names left out', { upstream: 'u', ignore: ['A.test.'] }, [probe], [a, probe], 0],
])('%s', (_, received, queries, came, differences) => {
  expect(compareReceived({ received, queries }, came)).toHaveLength(differences);
});
