import { describe, expect, it, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { makeReply, type Reply } from '../../plugin-api/reply.ts';
import { setUp, type TestQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { acl } from './acl.ts';

/** `next`, `block`, `filter` or `drop`. */
async function ask(setup: TestSetup, query: TestQuery): Promise<string> {
  const reply = await setup.ask(query, (passed) => makeReply(passed, { rcode: 3 }));
  if (reply === null) return 'drop';
  return reply.rcode === 3 ? 'next' : `${reply.rcode === 5 ? 'block' : 'filter'} ${extendedError(reply)}`;
}

/** The reply's only EDNS option, as hexadecimal. */
function extendedError(reply: Reply): string {
  expect(reply).toMatchObject({
    authoritative: false,
    answers: [],
    authorities: [],
    additionals: [],
    unwritten: false,
  });
  expect(reply.edns?.options).toHaveLength(1);
  return Buffer.from(reply.edns?.options[0]?.data ?? []).toString('hex');
}

const from = (address: string): Pick<TestQuery, 'client'> => ({ client: { address, port: 5000 } });
const BLOCK = 'block 000f';
const FILTER = 'filter 0011';

describe('one rule', () => {
  it.each<[lines: string, query: TestQuery, outcome: string]>([
    ['', { name: 'a.test' }, 'next'],
    ['block', { name: 'a.test' }, BLOCK],
    ['filter', { name: 'a.test' }, FILTER],
    ['drop', { name: 'a.test' }, 'drop'],
    ['allow', { name: 'a.test' }, 'next'],
    ['Block NET * TYPE *', { name: 'a.test' }, BLOCK],
    ['block type MX', { name: 'a.test', type: 'MX' }, BLOCK],
    ['block type MX', { name: 'a.test', type: 'A' }, 'next'],
    ['block type A TYPE65280 AAAA', { name: 'a.test', type: 'TYPE65280' }, BLOCK],
    ['block type ANY', { name: 'a.test', type: 'ANY' }, BLOCK],
    ['block type ANY', { name: 'a.test', type: 'A' }, 'next'],
    ['block type A *', { name: 'a.test', type: 'MX' }, BLOCK],
    ['block net 10.0.0.0/8', { name: 'a.test', ...from('10.1.2.3') }, BLOCK],
    ['block net 10.0.0.0/8', { name: 'a.test', ...from('11.1.2.3') }, 'next'],
    ['block net 10.1.2.3/8', { name: 'a.test', ...from('10.9.9.9') }, BLOCK],
    ['block net 10.0.0.1', { name: 'a.test', ...from('10.0.0.1') }, BLOCK],
    ['block net 10.0.0.1', { name: 'a.test', ...from('10.0.0.2') }, 'next'],
    ['block net fd00::/8', { name: 'a.test', ...from('fd12:3::4') }, BLOCK],
    ['block net fd00::/8', { name: 'a.test', ...from('10.0.0.1') }, 'next'],
    ['block net ::ffff:10.0.0.0/104', { name: 'a.test', ...from('10.1.2.3') }, BLOCK],
    ['block net ::1', { name: 'a.test', ...from('::1') }, BLOCK],
    ['block net 10.0.0.1 *', { name: 'a.test', ...from('::1') }, BLOCK],
    // Both sections have to fit.
    ['block type MX net 10.0.0.0/8', { name: 'a.test', type: 'MX', ...from('10.0.0.1') }, BLOCK],
    ['block type MX net 10.0.0.0/8', { name: 'a.test', type: 'A', ...from('10.0.0.1') }, 'next'],
    ['block net 10.0.0.0/8 type MX', { name: 'a.test', type: 'MX', ...from('11.0.0.1') }, 'next'],
    ['block net 10.0.0.0/8 type MX net 11.0.0.0/8', { name: 'a.test', type: 'MX', ...from('11.0.0.1') }, BLOCK],
    // The first line that fits decides, whatever it does.
    ['allow net 10.0.0.1\nblock', { name: 'a.test', ...from('10.0.0.1') }, 'next'],
    ['allow net 10.0.0.1\nblock', { name: 'a.test', ...from('10.0.0.2') }, BLOCK],
    ['drop type MX\nallow\nblock', { name: 'a.test', type: 'MX' }, 'drop'],
    ['block type MX\nfilter type A\nblock type A', { name: 'a.test' }, FILTER],
  ])('%j and %j: %s', async (lines, query, outcome) => {
    const setup = setUp(acl, `acl {\n${lines}\n}`);
    expect(setup.problems).toEqual([]);
    expect(await ask(setup, query)).toBe(outcome);
  });
});

describe('rules', () => {
  const setup = setUp(
    acl,
    'acl a.test 10.0.0.0/8 {\nallow net ::1\nfilter type TXT\n}\nacl A.Test {\nblock net ::1\nblock type A\n}\nacl b.test x.a.test {\ndrop\n}',
    { zones: ['test.', '10.in-addr.arpa.'] },
  );

  it.each<[query: TestQuery, outcome: string]>([
    [{ name: 'other.test' }, 'next'],
    [{ name: 'www.a.test', type: 'TXT' }, FILTER],
    [{ name: 'WWW.A.TEST', type: 'A' }, BLOCK],
    [{ name: 'a.test', type: 'MX' }, 'next'],
    [{ name: 'x.a.test', type: 'MX' }, 'drop'],
    [{ name: 'b.test' }, 'drop'],
    [{ name: '1.0.0.10.in-addr.arpa', type: 'TXT' }, FILTER],
    // What one rule allows, the next ones cannot keep out.
    [{ name: 'x.a.test', type: 'A', ...from('::1') }, 'next'],
    [{ name: 'b.test', type: 'A', ...from('::1') }, 'drop'],
  ])('of several zones: %j: %s', async (query, outcome) => {
    expect(setup.problems).toEqual([]);
    expect(await ask(setup, query)).toBe(outcome);
  });

  it('without zones are for those of the block', async () => {
    const { ask: put } = setUp(acl, 'acl {\ndrop\n}', { zones: ['a.test.'] });
    expect(await put({ name: 'x.a.test' })).toBeNull();
    expect(await put({ name: 'b.test' })).not.toBeNull();
  });
});

test('an address that is none is blocked, and that is said', async () => {
  const setup = setUp(acl, 'acl a.test {\nallow\n}');
  expect(await ask(setup, { name: 'a.test', ...from('nowhere') })).toBe(BLOCK);
  expect(await ask(setup, { name: 'b.test', ...from('nowhere') })).toBe('next');
  expect(setup.log).toEqual(['[ERROR] Blocking request. Unable to parse source address: nowhere']);
});

test('what becomes of queries is counted', async () => {
  const setup = setUp(acl, 'acl a.test x.a.test {\nblock type MX\nfilter type TXT\ndrop type SRV\nallow type A\n}');
  for (const type of ['MX', 'TXT', 'TXT', 'SRV', 'A', 'AAAA']) await ask(setup, { name: 'y.x.a.test', type });
  await ask(setup, { name: 'a.test', type: 'MX' });
  await ask(setup, { name: 'b.test', type: 'MX' });
  expect(
    setup.metrics
      .expose()
      .split('\n')
      .filter((line) => !line.startsWith('#')),
  ).toEqual([
    'coredns_acl_allowed_requests_total{server="dns://:53",view=""} 3',
    'coredns_acl_blocked_requests_total{server="dns://:53",zone="a.test.",view=""} 1',
    'coredns_acl_blocked_requests_total{server="dns://:53",zone="x.a.test.",view=""} 1',
    'coredns_acl_dropped_requests_total{server="dns://:53",zone="x.a.test.",view=""} 1',
    'coredns_acl_filtered_requests_total{server="dns://:53",zone="x.a.test.",view=""} 2',
    '',
  ]);
});

test.each([
  ['acl a..b {\nblock\n}', 'Corefile:2:5: "a..b" is neither a zone nor an address block'],
  ['acl {\npermit\n}', 'Corefile:3:1: plugin acl has no option "permit" (acl has: allow, block, filter, drop)'],
  [
    'acl {\nallow 10.0.0.0/8\n}',
    'Corefile:3:7: "10.0.0.0/8" is neither "type" nor "net" (write: allow [type TYPE...] [net SOURCE...])',
  ],
  ['acl {\nblock type A net\n}', 'Corefile:3:14: nothing stands behind "net" (name at least one, or write net *)'],
  [
    'acl {\nblock type net 10.0.0.1\n}',
    'Corefile:3:7: nothing stands behind "type" (name at least one, or write type *)',
  ],
  ['acl {\nblock type a\n}', 'Corefile:3:12: invalid query type "a" (write it in capital letters: A)'],
  ['acl {\nblock type BOGUS\n}', 'Corefile:3:12: invalid query type "BOGUS" (write a mnemonic as IANA has it)'],
  ...['10.0.0.0/33', '10.0.0.300', 'host.test', '10.01.2.3', 'fd00::/129', '::1%eth0'].map(
    (source): [string, string] => [
      `acl {\nblock net ${source}\n}`,
      `Corefile:3:11: "${source}" is neither an address nor an address block (write one as 10.0.0.1, 10.0.0.0/8 or fd00::/8, or * for everybody)`,
    ],
  ),
])('%j is refused', (directives, problem) => {
  expect(setUp(acl, directives).problems.map(describeProblem)).toEqual([problem]);
});
