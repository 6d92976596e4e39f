import { expect, test } from 'vitest';
import type { QueryVector, ReplyVector, UpstreamRule } from './case.ts';
import { ask } from './client/ask.ts';
import { claimPorts } from './ports.ts';
import { Upstream } from './upstream.ts';

const rules: UpstreamRule[] = [
  { name: 'once.test.', type: 'A', times: 1, answer: ['{{qname}} 5 IN A 10.0.0.1'] },
  { name: '*.wild.test.', rcode: 'NXDOMAIN' },
  { name: 'big.test.', truncate_udp: true, answer: ['big.test. 5 IN A 10.0.0.2'] },
  { name: 'tcp.test.', transport: 'tcp', rcode: 'NOTIMP' },
  { name: 'flags.test.', flags: ['AA'] },
  { name: 'silent.test.', drop: true },
  { name: 'edns.test.', edns: null },
];

const cases: [string, QueryVector, ReplyVector | null][] = [
  ['a rule that fits', { name: 'Once.test', type: 'A' }, { rcode: 'NOERROR', answer: ['Once.test. 5 IN A 10.0.0.1'] }],
  ['... is used up', { name: 'once.test', type: 'A' }, { rcode: 'REFUSED', flags: ['QR', 'RD', 'RA'] }],
  ['a suffix', { name: 'a.b.wild.test', type: 'MX' }, { rcode: 'NXDOMAIN' }],
  ['... without the name itself', { name: 'wild.test', type: 'MX' }, { rcode: 'REFUSED' }],
  ['truncated by UDP', { name: 'big.test', type: 'A' }, { flags: ['QR', 'TC', 'RD', 'RA'], answer: [] }],
  ['... but not by TCP', { name: 'big.test', type: 'A', transport: 'tcp' }, { answer: ['big.test. 5 IN A 10.0.0.2'] }],
  ['a rule for TCP', { name: 'tcp.test', type: 'A' }, { rcode: 'REFUSED' }],
  ['flags in place of the usual', { name: 'flags.test', type: 'A' }, { flags: ['QR', 'AA'] }],
  ['no answer', { name: 'silent.test', type: 'A', timeout_ms: 100 }, null],
  ['an OPT as asked', { name: 'x', type: 'A', edns: { do: true } }, { edns: { payload: 1232, do: true, version: 0 } }],
];

test('answers by rules and remembers questions', async () => {
  await using ports = await claimPorts();
  const port = await ports.next();
  await using upstream = new Upstream(port, rules);
  await upstream.up();
  for (const [what, query, expected] of cases) {
    const { reply } = await ask(query, { directory: '', port });
    if (expected === null) expect(reply, what).toBeNull();
    else expect(reply, what).toMatchObject(expected);
  }
  const { reply } = await ask({ name: 'edns.test', type: 'A', edns: {} }, { directory: '', port });
  expect(reply?.edns).toBeUndefined();
  expect([...upstream.problems]).toEqual([]);
  expect(upstream.received).toHaveLength(cases.length + 1);
  expect(upstream.received[5]).toEqual({ name: 'big.test.', type: 'A', transport: 'tcp', flags: ['RD'] });
});

test('goes down and comes up at the same port', async () => {
  await using ports = await claimPorts();
  const port = await ports.next();
  await using upstream = new Upstream(port, [{ name: '*' }]);
  const query: QueryVector = { name: 'a.test', type: 'A', transport: 'tcp' };
  await upstream.up();
  await upstream.down();
  expect((await ask(query, { directory: '', port })).reply).toBeNull();
  await upstream.up();
  expect((await ask(query, { directory: '', port })).reply).toMatchObject({ rcode: 'NOERROR' });
});
