import { describe, expect, test } from 'vitest';
import { rcodeName } from '../../dns/codes.ts';
import { createEdns, createMessage, type Message } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Outcome, type Reply, type ReplyParts } from '../../plugin-api/reply.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';
import { eventual, setUp, type TestNext, testQuery, type TestQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { cache } from './cache.ts';

const SOA = 'test. 20 IN SOA ns.test. h.test. 1 2 3 4 10';

/** An upstream that gives these replies one after the other, the last one again and again. */
class Upstream {
  readonly asked: Query[] = [];
  replies: readonly TestNext[];

  constructor(...replies: readonly TestNext[]) {
    this.replies = replies;
  }

  readonly answer = (query: Query): Outcome => {
    const reply = this.replies[Math.min(this.asked.length, this.replies.length - 1)];
    this.asked.push(query);
    return eventual(reply?.(query) ?? null);
  };
}

function reply(answers: readonly string[], parts: ReplyParts = {}, authorities: readonly string[] = []) {
  return (query: Query): Reply =>
    makeReply(query, {
      answers: answers.map((text) => parseRecord(text)),
      authorities: authorities.map((text) => parseRecord(text)),
      recursionAvailable: true,
      ...parts,
    });
}

const one = reply(['a.test. 30 IN A 192.0.2.1']);
const two = reply(['a.test. 30 IN A 192.0.2.2']);
const nothing = reply([], { rcode: 3 }, [SOA]);
const failure = reply([], { rcode: 2 });

function broken(): never {
  throw new Error('broken');
}

/** A cache whose clock stands until it is told to go on. */
class Bench {
  readonly setup: TestSetup;
  readonly upstream: Upstream;
  seconds = 1000;

  constructor(directive: string, ...replies: readonly TestNext[]) {
    this.upstream = new Upstream(...replies);
    const clock = { now: () => Date.UTC(2026, 0, 1) + this.seconds * 1000, monotonic: () => this.seconds * 1000 };
    this.setup = setUp(cache, directive, { clock });
    expect(this.setup.problems).toEqual([]);
  }

  async reply(query: Partial<TestQuery> = {}): Promise<Reply | null> {
    return await this.setup.ask({ name: 'a.test', ...query }, this.upstream.answer);
  }

  /** The rcode, if it is not NOERROR, and the records of the reply. */
  async ask(query: Partial<TestQuery> = {}): Promise<string> {
    const found = await this.reply(query);
    if (found === null) return 'nothing';
    const records = [...found.answers, ...found.authorities, ...found.additionals].map(printRecord);
    return [...(found.rcode === 0 ? [] : [rcodeName(found.rcode)]), ...records].join('; ');
  }

  /** How many queries the upstream got. */
  get count(): number {
    return this.upstream.asked.length;
  }

  /** Lets refreshes in the background happen. */
  async settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  }
}

function withMessage(parts: Partial<Message>): Partial<TestQuery> {
  return { message: { recursionDesired: true, ...parts } };
}

test('a hit counts down, ends, and is asked for anew', async () => {
  const bench = new Bench('cache', one, two);
  expect(await bench.ask()).toBe('a.test. 30 IN A 192.0.2.1');
  bench.seconds += 2.1;
  expect(await bench.ask({ name: 'A.TEST' })).toBe('a.test. 28 IN A 192.0.2.1');
  bench.seconds += 27.8;
  expect(await bench.ask()).toBe('a.test. 1 IN A 192.0.2.1');
  expect(bench.count).toBe(1);
  bench.seconds += 0.2;
  expect(await bench.ask()).toBe('a.test. 30 IN A 192.0.2.2');
  expect(bench.count).toBe(2);
});

describe('what is kept', () => {
  const cname = 'a.test. 60 IN CNAME b.test.';
  test.each<[what: string, upstream: (query: Query) => Reply, first: string, kept: boolean]>([
    [
      'the least TTL counts',
      reply(['a.test. 100 IN A 192.0.2.1', 'a.test. 40 IN A 192.0.2.2'], {}, ['test. 8 IN NS ns.test.']),
      'a.test. 8 IN A 192.0.2.1; a.test. 8 IN A 192.0.2.2; test. 8 IN NS ns.test.',
      true,
    ],
    ['too long', reply(['a.test. 90000 IN A 192.0.2.1']), 'a.test. 3600 IN A 192.0.2.1', true],
    ['too short', reply(['a.test. 0 IN A 192.0.2.1']), 'a.test. 5 IN A 192.0.2.1', true],
    ['NXDOMAIN', nothing, `NXDOMAIN; ${SOA}`, true],
    [
      'NXDOMAIN for long',
      reply([], { rcode: 3 }, [SOA.replace('20', '90000')]),
      `NXDOMAIN; ${SOA.replace('20', '1800')}`,
      true,
    ],
    ['NXDOMAIN without SOA', reply([], { rcode: 3 }), 'NXDOMAIN', false],
    [
      'NXDOMAIN with answers',
      reply([cname], { rcode: 3 }, [SOA]),
      `NXDOMAIN; ${cname.replace('60', '5')}; ${SOA.replace('20', '5')}`,
      false,
    ],
    ['NODATA', reply([], {}, [SOA]), SOA, true],
    ['NODATA without SOA', reply([]), '', true],
    ['a referral', reply([], {}, ['test. 60 IN NS ns.test.']), 'test. 5 IN NS ns.test.', true],
    [
      'an alias and its target',
      reply([cname, 'b.test. 12 IN A 192.0.2.1']),
      'a.test. 12 IN CNAME b.test.; b.test. 12 IN A 192.0.2.1',
      true,
    ],
    ['an alias that ends', reply([cname], {}, [SOA]), `a.test. 20 IN CNAME b.test.; ${SOA}`, true],
    ['an alias that ends, no SOA', reply([cname]), cname, false],
    [
      'a circle of aliases',
      reply([cname, 'b.test. 60 IN CNAME a.test.']),
      `${cname}; b.test. 60 IN CNAME a.test.`,
      false,
    ],
    ['an answer to something else', reply(['b.test. 60 IN A 192.0.2.1']), 'b.test. 60 IN A 192.0.2.1', false],
    ['SERVFAIL', failure, 'SERVFAIL', true],
    ['NOTIMP', reply([], { rcode: 4 }), 'NOTIMP', true],
    ['REFUSED', reply([], { rcode: 5 }), 'REFUSED', false],
    [
      'a truncated reply',
      reply(['a.test. 60 IN A 192.0.2.1'], { truncated: true }),
      'a.test. 60 IN A 192.0.2.1',
      false,
    ],
    [
      'a wrong question',
      reply(['a.test. 60 IN A 192.0.2.1'], { question: { name: DomainName.parse('x'), type: 1, class: 1 } }),
      'a.test. 60 IN A 192.0.2.1',
      false,
    ],
    ['no message', (query) => makeFailure(query, 2), 'SERVFAIL', false],
  ])('%s', async (_what, upstream, first, kept) => {
    const bench = new Bench('cache', upstream);
    expect(await bench.ask()).toBe(first);
    expect(await bench.ask()).toBe(first);
    expect(bench.count).toBe(kept ? 1 : 2);
  });

  test.each<[signature: string, kept: boolean]>([
    ['20500101000000 20200101000000', true],
    ['20250101000000 20200101000000', false],
    ['20500101000000 20400101000000', false],
  ])('a signature %s', async (times, kept) => {
    const edns = createEdns(1232, { dnssecOk: true });
    const records = ['a.test. 60 IN A 192.0.2.1', `a.test. 60 IN RRSIG A 13 2 60 ${times} 1 test. AAAA`];
    const bench = new Bench('cache', reply(records, { edns }));
    await bench.ask(withMessage({ edns }));
    await bench.ask(withMessage({ edns }));
    expect(bench.count).toBe(kept ? 1 : 2);
  });

  test('a transfer passes, with short TTLs', async () => {
    const bench = new Bench('cache', one);
    expect(await bench.ask({ type: 'AXFR' })).toBe('a.test. 5 IN A 192.0.2.1');
    await bench.ask({ type: 'AXFR' });
    expect(bench.count).toBe(2);
  });
});

test('type, class, DO and CD have entries of their own', async () => {
  const bench = new Bench('cache', one);
  const edns = createEdns(1232, { dnssecOk: true });
  const question = { name: DomainName.parse('a.test'), type: 1, class: 3 };
  for (const query of [
    {},
    { type: 'AAAA' },
    withMessage({ edns }),
    withMessage({ checkingDisabled: true }),
    { message: createMessage({ questions: [question] }) },
  ]) {
    await bench.ask(query);
  }
  expect(bench.count).toBe(5);
  await bench.ask(withMessage({ edns }));
  await bench.ask(withMessage({ edns: createEdns(4096) }));
  expect(bench.count).toBe(5);
});

test('flags: AD goes to those who ask for it, RD and CD are the query’s, AA and RA the upstream’s', async () => {
  const edns = createEdns(1232, { dnssecOk: true });
  const bench = new Bench(
    'cache',
    reply(['a.test. 30 IN A 192.0.2.1'], { authenticData: true, authoritative: true, edns }),
  );
  const miss = await bench.reply();
  expect([miss?.authenticData, miss?.edns]).toEqual([false, undefined]);
  const plain = await bench.reply(withMessage({ recursionDesired: false }));
  expect([plain?.authenticData, plain?.recursionDesired]).toEqual([false, false]);
  const asking = await bench.reply(withMessage({ authenticData: true }));
  expect([asking?.authenticData, asking?.authoritative, asking?.recursionAvailable]).toEqual([true, true, true]);
});

test('zones and disable', async () => {
  const inside = new Bench('cache 30 b.test', one);
  await inside.ask();
  await inside.ask();
  expect(inside.count).toBe(2);
  const keeps = (name: string): unknown => inside.setup.instance?.keepsReplies?.(testQuery({ name }));
  expect([keeps('a.test'), keeps('a.b.test')]).toEqual([false, true]);
  const disabled = new Bench('cache {\n disable success a.test\n disable denial\n }', one);
  await disabled.ask();
  await disabled.ask();
  expect(disabled.count).toBe(2);
  disabled.upstream.replies = [nothing];
  await disabled.ask({ name: 'b.test' });
  await disabled.ask({ name: 'b.test' });
  expect(disabled.count).toBe(4);
});

test.each<[directive: string, upstream: (query: Query) => Reply, first: string, later: string]>([
  ['cache 10', one, 'a.test. 10 IN A 192.0.2.1', 'a.test. 8 IN A 192.0.2.1'],
  ['cache 3', one, 'a.test. 3 IN A 192.0.2.1', 'a.test. 1 IN A 192.0.2.1'],
  ['cache 100 {\n success 100 50 40\n }', one, 'a.test. 40 IN A 192.0.2.1', 'a.test. 38 IN A 192.0.2.1'],
  ['cache {\n keepttl\n }', one, 'a.test. 30 IN A 192.0.2.1', 'a.test. 30 IN A 192.0.2.1'],
  [
    'cache {\n denial 100 7\n }',
    nothing,
    'NXDOMAIN; test. 7 IN SOA ns.test. h.test. 1 2 3 4 10',
    'NXDOMAIN; test. 5 IN SOA ns.test. h.test. 1 2 3 4 10',
  ],
])('%s', async (directive, upstream, first, later) => {
  const bench = new Bench(directive, upstream);
  expect(await bench.ask()).toBe(first);
  bench.seconds += 2.5;
  expect(await bench.ask()).toBe(later);
  expect(bench.count).toBe(1);
});

test('servfail', async () => {
  const short = new Bench('cache {\n servfail 1s\n }', failure, one);
  await short.ask();
  expect(await short.ask()).toBe('SERVFAIL');
  short.seconds += 1.1;
  expect(await short.ask()).toBe('a.test. 30 IN A 192.0.2.1');
  const never = new Bench('cache {\n servfail 0\n }', failure, one);
  await never.ask();
  expect(await never.ask()).toBe('a.test. 30 IN A 192.0.2.1');
});

test('prefetch asks once, in the background, as a TCP client', async () => {
  const bench = new Bench('cache {\n prefetch 2 1m 50%\n }', one, async (query) => two(query));
  for (let i = 0; i < 4; i++) await bench.ask();
  bench.seconds += 14;
  await bench.ask();
  await bench.settle();
  expect(bench.count).toBe(1);
  bench.seconds += 1;
  expect(await bench.ask()).toBe('a.test. 15 IN A 192.0.2.1');
  expect(await bench.ask()).toBe('a.test. 15 IN A 192.0.2.1');
  await bench.settle();
  expect(bench.upstream.asked.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  expect(await bench.ask()).toBe('a.test. 30 IN A 192.0.2.2');
  bench.seconds += 70;
  expect(bench.setup.metrics.expose()).toContain(
    'coredns_cache_prefetch_total{server="dns://:53",zones=".",view=""} 1\n',
  );
});

describe('serve_stale', () => {
  test('immediate', async () => {
    const bench = new Bench('cache {\n serve_stale 1m\n }', one, failure, one, two);
    await bench.ask();
    bench.seconds += 30;
    for (let i = 0; i < 2; i++) {
      expect(await bench.ask()).toBe('a.test. 0 IN A 192.0.2.1');
      await bench.settle();
    }
    expect(bench.count).toBe(3);
    bench.seconds += 31;
    expect(await bench.ask()).toBe('a.test. 0 IN A 192.0.2.1');
    await bench.settle();
    expect(await bench.ask()).toBe('a.test. 30 IN A 192.0.2.2');
    bench.seconds += 90;
    await bench.ask();
    expect(bench.count).toBe(5);
  });

  test('a refresh that throws is logged, recheck waits', async () => {
    const bench = new Bench('cache {\n serve_stale 1h immediate 7s 10s\n }', one, broken, two);
    await bench.ask();
    bench.seconds += 31;
    expect(await bench.ask()).toBe('a.test. 7 IN A 192.0.2.1');
    await bench.settle();
    expect(bench.setup.log).toEqual(['[ERROR] Refresh of a.test. failed: broken']);
    bench.seconds += 9;
    await bench.ask();
    await bench.settle();
    expect(bench.count).toBe(2);
    bench.seconds += 2;
    await bench.ask();
    await bench.settle();
    expect(await bench.ask()).toBe('a.test. 30 IN A 192.0.2.2');
  });

  test.each<[what: string, second: TestNext, expected: string]>([
    ['a good answer', two, 'a.test. 30 IN A 192.0.2.2'],
    ['a promised one', async (query) => two(query), 'a.test. 30 IN A 192.0.2.2'],
    ['NXDOMAIN', nothing, `NXDOMAIN; ${SOA}`],
    ['SERVFAIL', failure, 'a.test. 0 IN A 192.0.2.1'],
    ['a truncated answer', reply(['a.test. 30 IN A 192.0.2.2'], { truncated: true }), 'a.test. 0 IN A 192.0.2.1'],
    ['no answer', () => null, 'a.test. 0 IN A 192.0.2.1'],
    ['a rejection', async () => await Promise.reject(new Error('x')), 'a.test. 0 IN A 192.0.2.1'],
  ])('verify and %s', async (_what, second, expected) => {
    const bench = new Bench('cache {\n serve_stale 1h VERIFY\n }', one, second);
    await bench.ask();
    bench.seconds += 31;
    expect(await bench.ask()).toBe(expected);
    expect(bench.count).toBe(2);
  });

  test('verify does not wait longer than its timeout', async () => {
    const { promise, resolve } = Promise.withResolvers<Reply | null>();
    const bench = new Bench('cache {\n serve_stale 1h verify 10ms 30s\n }', one, () => promise);
    await bench.ask();
    bench.seconds += 31;
    expect(await bench.ask()).toBe('a.test. 30 IN A 192.0.2.1');
    const query = bench.upstream.asked[1];
    if (query !== undefined) resolve(two(query));
    await bench.settle();
    expect(await bench.ask()).toBe('a.test. 30 IN A 192.0.2.2');
  });

  test('prefer_positive keeps the last good answer', async () => {
    const directive = 'cache {\n serve_stale 1h\n serve_stale_policy prefer_positive\n }';
    const bench = new Bench(directive, one, nothing, reply([]), two);
    await bench.ask();
    bench.seconds += 31;
    for (let i = 0; i < 3; i++) {
      expect(await bench.ask()).toBe('a.test. 0 IN A 192.0.2.1');
      await bench.settle();
    }
    expect(await bench.ask()).toBe('a.test. 30 IN A 192.0.2.2');
    const plain = new Bench('cache {\n serve_stale 1h\n }', one, nothing);
    await plain.ask();
    plain.seconds += 31;
    await plain.ask();
    await plain.settle();
    expect(await plain.ask()).toBe(`NXDOMAIN; ${SOA}`);
  });
});

test('a failure does not hide an answer that is still good', async () => {
  const bench = new Bench('cache {\n prefetch 1 1m 90%\n }', one, failure);
  await bench.ask();
  bench.seconds += 10;
  await bench.ask();
  await bench.settle();
  expect(bench.count).toBe(2);
  expect(await bench.ask()).toBe('a.test. 20 IN A 192.0.2.1');
});

test('a full part gives up its oldest entry', async () => {
  const bench = new Bench('cache {\n success 0\n }', (query) =>
    reply([`${query.question.name.text} 60 IN A 192.0.2.1`])(query),
  );
  for (let i = 0; i <= 1024; i++) await bench.ask({ name: `n${i}.test` });
  await bench.ask({ name: 'n1.test' });
  expect(bench.count).toBe(1025);
  await bench.ask({ name: 'n0.test' });
  expect(bench.count).toBe(1026);
  const metrics = bench.setup.metrics.expose();
  expect(metrics).toContain('coredns_cache_evictions_total{server="dns://:53",type="success",zones=".",view=""} 2\n');
  expect(metrics).toContain('coredns_cache_entries{server="dns://:53",type="success",zones=".",view=""} 1024\n');
  expect(metrics).toContain('coredns_cache_requests_total{server="dns://:53",zones=".",view=""} 1027\n');
  expect(metrics).toContain('coredns_cache_misses_total{server="dns://:53",zones=".",view=""} 1026\n');
  expect(metrics).toContain('coredns_cache_hits_total{server="dns://:53",type="success",zones=".",view=""} 1\n');
});

test('the label of a wildcard comes back with a hit', async () => {
  const bench = new Bench('cache', (query) => {
    query.metadata?.set('zone/wildcard', () => '*.test.');
    return one(query);
  });
  await bench.ask({ metadata: new Map() });
  const metadata = new Map<string, () => string>();
  await bench.ask({ metadata });
  expect(metadata.get('zone/wildcard')?.()).toBe('*.test.');
});

test.each([
  ['cache 0', 'option/value'],
  ['cache -5', 'option/value'],
  ['cache {\n success\n }', 'option/arguments'],
  ['cache {\n success 100 0\n }', 'option/value'],
  ['cache {\n success 100 10 -1\n }', 'option/value'],
  ['cache {\n success 100 10 1 1\n }', 'option/arguments'],
  ['cache {\n denial a\n }', 'option/value'],
  ['cache {\n prefetch -1\n }', 'option/value'],
  ['cache {\n prefetch 1 1m 10\n }', 'option/value'],
  ['cache {\n prefetch 1 1m 9%\n }', 'option/value'],
  ['cache {\n prefetch 1 1m 10% 1\n }', 'option/arguments'],
  ['cache {\n serve_stale x\n }', 'option/value'],
  ['cache {\n serve_stale -1s\n }', 'option/value'],
  ['cache {\n serve_stale 1h sometimes\n }', 'option/value'],
  ['cache {\n serve_stale 1h verify -1s\n }', 'option/value'],
  ['cache {\n serve_stale 1h immediate 1500ms\n }', 'option/value'],
  ['cache {\n serve_stale 1h immediate 30s 6m\n }', 'option/value'],
  ['cache {\n serve_stale 1h verify 1s 1s 1s 1s\n }', 'option/arguments'],
  ['cache {\n serve_stale\n serve_stale_policy x\n }', 'option/value'],
  [
    'cache {\n serve_stale\n serve_stale_policy prefer_positive\n serve_stale_policy prefer_positive\n }',
    'option/repeated',
  ],
  ['cache {\n serve_stale_policy prefer_positive\n }', 'cache/policy'],
  ['cache {\n servfail 6m\n }', 'option/value'],
  ['cache {\n disable bogus\n }', 'option/value'],
  ['cache {\n bogus\n }', 'option/unknown'],
])('%s is refused', (directive, code) => {
  expect(setUp(cache, directive).problems.map((problem) => problem.code)).toEqual([code]);
});

test('large replies make room for one another before there are too many', async () => {
  // 20 kB each: the 1024 entries of the least capacity have 512 octets apiece.
  const large = (query: Query): Reply =>
    makeReply(query, {
      answers: Array.from({ length: 100 }, (_, i) =>
        parseRecord(`${query.question.name.text} 60 IN TXT "${String(i).padStart(190, 'x')}"`),
      ),
    });
  const bench = new Bench('cache {\nsuccess 1\n}', large);
  for (let i = 0; i < 40; i++) await bench.ask({ name: `n${i}.test`, type: 'TXT' });
  const metrics = bench.setup.metrics.expose();
  const [, entries] =
    /coredns_cache_entries\{server="dns:..:53",type="success",zones=".",view=""\} (\d+)/.exec(metrics) ?? [];
  expect(Number(entries)).toBeGreaterThan(20);
  expect(Number(entries)).toBeLessThan(30);
  expect(metrics).toContain(`type="success",zones=".",view=""} ${40 - Number(entries)}\n`);
  const { count } = bench;
  await bench.ask({ name: 'n39.test', type: 'TXT' });
  expect(bench.count).toBe(count);
  await bench.ask({ name: 'n0.test', type: 'TXT' });
  expect(bench.count).toBe(count + 1);
});

test('what is kept of a reply is its octets, whatever is done with an answer', async () => {
  const bench = new Bench('cache', one);
  const first = await bench.reply();
  expect(first).not.toBeInstanceOf(WireReply);
  const hit = await bench.reply();
  expect(hit?.answers.map(printRecord)).toEqual(['a.test. 30 IN A 192.0.2.1']);
  const again = await bench.reply();
  expect(hit instanceof WireReply && again instanceof WireReply && hit.wire !== again.wire).toBe(true);
});
