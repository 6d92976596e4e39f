import { describe, expect, it, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { CLASS } from '../../dns/codes.ts';
import { createEdns } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import { TYPE } from '../../dns/types.ts';
import { makeFailure, makeReply, type Outcome, type ReplyParts } from '../../plugin-api/reply.ts';
import type { Query } from '../../plugin-api/query.ts';
import { setUp, type TestNext, type TestQuery, type TestResolve } from '../../plugin-api/testing.ts';
import { dns64 } from './dns64.ts';

const IPV6 = { address: '2001:db8::1', port: 50_000 };
const SOA = 'test. 30 IN SOA ns.test. h.test. 1 2 3 4 5';

/** A reply by its sections: records in presentation format. */
interface Sections {
  readonly answers?: readonly string[];
  readonly authorities?: readonly string[];
  readonly additionals?: readonly string[];
  readonly rcode?: number;
  readonly truncated?: boolean;
}

function replyTo(query: Query, sections: Sections, parts: ReplyParts = {}): Outcome {
  const parse = (lines: readonly string[] = []): ReturnType<typeof parseRecord>[] =>
    lines.map((line) => parseRecord(line));
  const { rcode = 0, truncated = false } = sections;
  const [answers, authorities, additionals] = [sections.answers, sections.authorities, sections.additionals].map(parse);
  return makeReply(query, {
    rcode,
    truncated,
    authoritative: true,
    recursionAvailable: true,
    ...(answers && { answers }),
    ...(authorities && { authorities }),
    ...(additionals && { additionals }),
    ...parts,
  });
}

/** What a client gets if the chain says `aaaa` and the server, asked for A records, `a`. Undefined: what `aaaa` says, unchanged. */
async function ask(
  directives: string,
  aaaa: Sections,
  a: Sections,
  query: Partial<TestQuery> = {},
): Promise<Sections | undefined> {
  const { ask: put, problems } = setUp(dns64, directives);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  let made: Outcome = null;
  const reply = await put(
    {
      name: 'v4.test',
      type: 'AAAA',
      client: IPV6,
      resolve: (asked, question) => {
        expect(question).toEqual({ ...asked.question, type: TYPE.A });
        return replyTo(asked, a);
      },
      ...query,
    },
    (passed) => (made = replyTo(passed, aaaa)),
  );
  if (reply === made || reply === null) return undefined;
  const { rcode, truncated, authoritative, recursionAvailable } = reply;
  expect({ authoritative, recursionAvailable }).toEqual({ authoritative: false, recursionAvailable: false });
  const print = (records: typeof reply.answers): string[] =>
    records.map((record) => printRecord(record).replaceAll(/\s+/g, ' '));
  const [answers = [], authorities = [], additionals = []] = [reply.answers, reply.authorities, reply.additionals].map(
    print,
  );
  return { answers, authorities, additionals, rcode, truncated };
}

const A = ['v4.test. 60 IN A 198.51.100.2'];
const NODATA = { authorities: [SOA] };
const EMPTY = { answers: [], authorities: [], additionals: [], rcode: 0, truncated: false };

describe('addresses', () => {
  // The table of RFC 6052 §2.4.
  it.each([
    ['2001:db8::/32', '2001:db8:c000:221::'],
    ['2001:db8:100::/40', '2001:db8:1c0:2:21::'],
    ['2001:db8:122::/48', '2001:db8:122:c000:2:2100::'],
    ['2001:db8:122:300::/56', '2001:db8:122:3c0:0:221::'],
    ['2001:db8:122:344::/64', '2001:db8:122:344:c0:2:2100:0'],
    ['2001:db8:122:344::/96', '2001:db8:122:344::c000:221'],
    ['2001:db8:122:344::7/96', '2001:db8:122:344::c000:221'],
    ['64:ff9b::/96', '64:ff9b::c000:221'],
  ])('with %s: 192.0.2.33 is %s', async (prefix, address) => {
    const a = { answers: ['v4.test. 60 IN A 192.0.2.33'] };
    const expected = { ...EMPTY, answers: [`v4.test. 30 IN AAAA ${address}`] };
    expect(await ask(`dns64 ${prefix}`, NODATA, a)).toEqual(expected);
    expect(await ask(`dns64 {\nprefix ${prefix}\n}`, NODATA, a)).toEqual(expected);
  });
});

describe('an answer', () => {
  it.each<[what: string, aaaa: Sections, a: Sections, expected: Sections]>([
    [
      'lives as long as the denial at most',
      NODATA,
      { answers: A },
      { answers: ['v4.test. 30 IN AAAA 64:ff9b::c633:6402'] },
    ],
    [
      'lives as long as the A record at most',
      { authorities: ['test. 90 IN SOA ns.test. h.test. 1 2 3 4 5'] },
      { answers: A },
      { answers: ['v4.test. 60 IN AAAA 64:ff9b::c633:6402'] },
    ],
    [
      'lives ten minutes at most without an SOA record',
      {},
      { answers: ['v4.test. 900 IN A 198.51.100.2'] },
      { answers: ['v4.test. 600 IN AAAA 64:ff9b::c633:6402'] },
    ],
    [
      'keeps aliases, other sections and TC',
      { answers: ['v4.test. 60 IN CNAME x.test.'], authorities: [SOA] },
      {
        answers: ['v4.test. 60 IN CNAME x.test.', 'x.test. 20 IN A 10.0.0.1', 'x.test. 40 IN A 10.0.0.2'],
        authorities: ['test. 5 IN NS ns.test.'],
        additionals: ['ns.test. 5 IN A 10.0.0.3'],
        truncated: true,
      },
      {
        answers: [
          'v4.test. 60 IN CNAME x.test.',
          'x.test. 20 IN AAAA 64:ff9b::a00:1',
          'x.test. 30 IN AAAA 64:ff9b::a00:2',
        ],
        authorities: ['test. 5 IN NS ns.test.'],
        additionals: ['ns.test. 5 IN A 10.0.0.3'],
        truncated: true,
      },
    ],
    ['is made for failures too', { rcode: 2 }, { answers: A }, { answers: ['v4.test. 60 IN AAAA 64:ff9b::c633:6402'] }],
    ['is empty for names without addresses', NODATA, NODATA, { authorities: [SOA] }],
    ['has the rcode of the other one', NODATA, { rcode: 5 }, { rcode: 5 }],
    ['denies what the other one denies', NODATA, { rcode: 3, authorities: [SOA] }, { rcode: 3, authorities: [SOA] }],
  ])('%s', async (_what, aaaa, a, expected) => {
    expect(await ask('dns64', aaaa, a)).toEqual({ ...EMPTY, ...expected });
  });

  it('is not made for names with AAAA records, nor for such that do not exist', async () => {
    expect(await ask('dns64', { answers: ['v4.test. 60 IN AAAA fd00::1'] }, { answers: A })).toBeUndefined();
    expect(await ask('dns64', { rcode: 3, authorities: [SOA] }, { answers: A })).toBeUndefined();
    const all = 'dns64 {\ntranslate_all\n}';
    expect(await ask(all, { rcode: 3, authorities: [SOA] }, { answers: A })).toBeUndefined();
    expect(await ask(all, { answers: ['v4.test. 60 IN AAAA fd00::1'] }, { answers: A })).toEqual({
      ...EMPTY,
      answers: ['v4.test. 60 IN AAAA 64:ff9b::c633:6402'],
    });
  });

  it('keeps what the other one says besides its records', async () => {
    const edns = createEdns(1232, { options: [{ code: 15, data: Uint8Array.of(0, 3) }] });
    const reply = await setUp(dns64, 'dns64').ask(
      { name: 'v4.test', type: 'AAAA', client: IPV6, resolve: (query) => replyTo(query, { answers: A }, { edns }) },
      (query) => replyTo(query, NODATA),
    );
    expect(reply?.edns).toBe(edns);
  });
});

describe('queries that pass', () => {
  it.each<[what: string, directives: string, query: Partial<TestQuery>]>([
    ['by IPv4', 'dns64', { client: { address: '192.0.2.1', port: 5000 } }],
    ['for A records', 'dns64', { type: 'A' }],
    ['for everything', 'dns64', { type: 'ANY' }],
    [
      'of another class',
      'dns64',
      { message: { questions: [{ name: DomainName.parse('v4.test'), type: TYPE.AAAA, class: CLASS.CH }] } },
    ],
  ])('%s', async (_what, directives, query) => {
    expect(await ask(directives, NODATA, { answers: A }, query)).toBeUndefined();
  });

  it('are none by IPv4 with allow_ipv4', async () => {
    const client = { address: '192.0.2.1', port: 5000 };
    expect(await ask('dns64 {\nallow_ipv4\n}', NODATA, { answers: A }, { client })).toMatchObject({ rcode: 0 });
  });
});

describe('what cannot be told', () => {
  const query = { name: 'v4.test', type: 'AAAA', client: IPV6 } as const;
  const { ask: put, metrics } = setUp(dns64, 'dns64');

  it.each<[what: string, next: TestNext, resolve: TestResolve, expected: object | null]>([
    [
      'no plugin has an answer',
      (asked) => makeFailure(asked, 2),
      (asked) => replyTo(asked, { answers: A }),
      { rcode: 2, unwritten: true },
    ],
    ['nothing is sent', () => null, (asked) => replyTo(asked, { answers: A }), null],
    [
      'nothing is sent for A',
      (asked) => replyTo(asked, NODATA),
      () => null,
      { rcode: 2, unwritten: true, error: { message: 'no answer about the addresses of v4.test.' } },
    ],
    [
      'nothing is sent for A, later',
      async (asked) => replyTo(asked, NODATA),
      async () => null,
      { rcode: 2, unwritten: true },
    ],
    [
      'no plugin has an answer for A',
      (asked) => replyTo(asked, NODATA),
      (asked) => makeFailure(asked, 2),
      { rcode: 2, unwritten: false },
    ],
    [
      'both come later',
      async (asked) => replyTo(asked, NODATA),
      async (asked) => replyTo(asked, { answers: A }),
      { rcode: 0, unwritten: false },
    ],
  ])('%s', async (_what, next, resolve, expected) => {
    const reply = await put({ ...query, resolve }, next);
    if (expected === null) expect(reply).toBeNull();
    else expect(reply).toMatchObject(expected);
  });

  it('is not counted', () => {
    expect(metrics.expose()).toContain('coredns_dns64_requests_translated_total{server="dns://:53"} 2\n');
  });
});

test('A records are asked for in lower case', async () => {
  let asked = '';
  await setUp(dns64, 'dns64').ask(
    {
      name: 'V4.Test',
      type: 'AAAA',
      client: IPV6,
      resolve(query, { name }) {
        asked = name.text;
        return replyTo(query, { answers: A });
      },
    },
    (query) => replyTo(query, NODATA),
  );
  expect(asked).toBe('v4.test.');
});

test('several directives add up, and the last prefix counts', async () => {
  const client = { address: '192.0.2.1', port: 5000 };
  const directives =
    'dns64 64:1::/96\ndns64 {\nallow_ipv4\nprefix 64:2::/96\nprefix 64:3::/96\n}\ndns64 {\ntranslate_all\n}';
  expect(await ask(directives, { answers: ['v4.test. 60 IN AAAA fd00::1'] }, { answers: A }, { client })).toMatchObject(
    {
      answers: ['v4.test. 60 IN AAAA 64:3::c633:6402'],
    },
  );
});

test('a block behind a prefix has no effect, and that is said', async () => {
  const directives = 'dns64 64:1::/96 {\nallow_ipv4\nprefix 64:2::/96\n}';
  const client = { address: '192.0.2.1', port: 5000 };
  expect(await ask(directives, NODATA, { answers: A }, { client })).toBeUndefined();
  expect(await ask(directives, NODATA, { answers: A })).toMatchObject({
    answers: ['v4.test. 30 IN AAAA 64:1::c633:6402'],
  });
  expect(setUp(dns64, directives).problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`)).toEqual(
    [
      'warning Corefile:3:1: the block of dns64 has no effect: a prefix stands before it (move the prefix into the block: prefix PREFIX)',
    ],
  );
});

test.each([
  ['dns64 64:ff9b::', 'Corefile:2:7: "64:ff9b::" is not an address block (write one as 64:ff9b::/96)'],
  ['dns64 10.0.0.0/8', 'Corefile:2:7: "10.0.0.0/8" is not an IPv6 prefix (write one as 64:ff9b::/96)'],
  ...['64:ff9b::/72', '64:ff9b::/95', '64::/24', '64::/128'].map((prefix): [string, string] => [
    `dns64 ${prefix}`,
    `Corefile:2:7: the length of "${prefix}" is not one of 32, 40, 48, 56, 64, 96 (RFC 6052) (take one of these lengths)`,
  ]),
  ['dns64 64:1::/96 b', 'Corefile:2:17: "dns64" takes one argument, "b" is one too many (write: dns64 [PREFIX])'],
  ['dns64 {\nprefix\n}', 'Corefile:3:1: "prefix" needs an argument (write: prefix PREFIX)'],
  [
    'dns64 {\ntranslate_all x\n}',
    'Corefile:3:15: "translate_all" takes no argument, "x" is one too many (write: translate_all)',
  ],
  [
    'dns64 {\nbogus\n}',
    'Corefile:3:1: plugin dns64 has no option "bogus" (dns64 has: prefix, translate_all, allow_ipv4)',
  ],
])('%j is refused', (directives, problem) => {
  expect(setUp(dns64, directives).problems.map(describeProblem)).toEqual([problem]);
});
