import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RCODE, rcodeName } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import { ConfigurationError, type NamedInstance } from '../../plugin-api/context.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Outcome, type Reply } from '../../plugin-api/reply.ts';
import { setUp, testBlock, type TestQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { Later } from '../../plugin-api/later.ts';
import { autopath } from './autopath.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'autopath-'));
  await writeFile(join(folder, 'rc'), 'search shop.svc.test svc.test corp.test\n');
  await writeFile(join(folder, 'empty'), 'nameserver 192.0.2.1\n');
});
afterAll(async () => await rm(folder, { recursive: true }));

interface Place {
  readonly zones?: readonly string[];
  readonly instances?: readonly NamedInstance[];
}

function setUpWith(directives: string, { zones = ['test'], instances = [] }: Place = {}): TestSetup {
  return setUp(autopath, directives, {
    block: testBlock({ zones: zones.map((zone) => DomainName.parse(zone)), instances: () => instances }),
    resolvePath: (path) => join(folder, path),
  });
}

/** What a chain answers, by the name: an address, an rcode, or how it goes wrong. */
type Names = Readonly<Record<string, string>>;

/** Notes what is asked, and how. */
function chain(names: Names, asked: string[], mark: string): (query: Query) => Outcome {
  return (query) => {
    const name = query.question.name.canonical;
    asked.push(`${mark}${name}`);
    const found = names[name] ?? 'NXDOMAIN';
    if (found === 'fails') return makeFailure(query, RCODE.SERVFAIL, new Error('broken'));
    if (found === 'refused') return makeFailure(query, RCODE.REFUSED);
    if (found === 'dropped') return null;
    if (found === 'SERVFAIL') return makeReply(query, { rcode: RCODE.SERVFAIL });
    if (found === 'NXDOMAIN') return makeReply(query, { rcode: RCODE.NXDOMAIN, authoritative: true });
    if (found === 'NODATA') return makeReply(query);
    const records = found.startsWith('CNAME')
      ? [`${name} 7 IN ${found}`, `${found.slice(6)} 60 IN A 192.0.2.9`]
      : [`${query.question.name.text} 30 IN A ${found}`];
    return makeReply(query, { answers: records.map((record) => parseRecord(record)) });
  };
}

function show(reply: Reply | null): string[] {
  if (reply === null) return ['dropped'];
  return [rcodeName(reply.rcode), ...reply.answers.map(printRecord).map((line) => line.replace(' IN ', ' '))];
}

/** The reply to a query, and what was asked for it: `>` of the whole server. */
async function walk(
  setup: TestSetup,
  name: string,
  names: Names,
  more: Partial<TestQuery> & { readonly later?: boolean } = {},
): Promise<{ readonly reply: string[]; readonly asked: string[]; readonly question: string | undefined }> {
  const asked: string[] = [];
  const here = chain(names, asked, '');
  const everywhere = chain(names, asked, '>');
  const { later = false, ...query } = more;
  const next = (passed: Query): Outcome =>
    later ? Later.from(Promise.resolve().then(() => here(passed))) : here(passed);
  const reply = await setup.ask(
    {
      name,
      resolve: (from, question) => everywhere({ ...from, question }),
      zoneOf: (_query, question) =>
        question.name.isWithin(DomainName.parse('test')) ? DomainName.parse('test') : undefined,
      ...query,
    },
    next,
  );
  return { reply: show(reply), asked, question: reply?.question.name.text };
}

describe('with a file', () => {
  test.each<[what: string, name: string, names: Names, reply: readonly string[], asked: number]>([
    [
      'the first domain has it',
      'a.shop.svc.test',
      { 'a.shop.svc.test.': '192.0.2.1' },
      ['NOERROR', 'a.shop.svc.test. 30 A 192.0.2.1'],
      1,
    ],
    [
      'the second has it',
      'b.data.shop.svc.test',
      { 'b.data.svc.test.': '192.0.2.2' },
      ['NOERROR', 'b.data.shop.svc.test. 30 CNAME b.data.svc.test.', 'b.data.svc.test. 30 A 192.0.2.2'],
      2,
    ],
    [
      'letters stay as they were asked',
      'B.Data.SHOP.svc.test',
      { 'b.data.svc.test.': '192.0.2.2' },
      ['NOERROR', 'B.Data.SHOP.svc.test. 30 CNAME B.Data.svc.test.', 'B.Data.svc.test. 30 A 192.0.2.2'],
      2,
    ],
    [
      'the name itself has it',
      'www.example.com.shop.svc.test',
      { 'www.example.com.': '192.0.2.3' },
      ['NOERROR', 'www.example.com.shop.svc.test. 30 CNAME www.example.com.', 'www.example.com. 30 A 192.0.2.3'],
      4,
    ],
    ['none has it', 'x.shop.svc.test', {}, ['NXDOMAIN'], 4],
    [
      'one without records of the type ends it',
      'c.shop.svc.test',
      { 'c.svc.test.': 'NODATA', 'c.': '192.0.2.4' },
      ['NOERROR'],
      2,
    ],
    [
      'the first is an alias already',
      'e.shop.svc.test',
      { 'e.shop.svc.test.': 'CNAME www.example.com.' },
      ['NOERROR', 'e.shop.svc.test. 7 CNAME www.example.com.', 'www.example.com. 60 A 192.0.2.9'],
      1,
    ],
    ['the first fails', 'f.shop.svc.test', { 'f.shop.svc.test.': 'fails', 'f.': '192.0.2.5' }, ['SERVFAIL'], 1],
    ['a later one fails', 'g.shop.svc.test', { 'g.': 'fails' }, ['NXDOMAIN'], 4],
    ['a later one is refused', 'g.shop.svc.test', { 'g.': 'refused' }, ['NXDOMAIN'], 4],
    ['a later one says that it failed', 'g.shop.svc.test', { 'g.': 'SERVFAIL' }, ['SERVFAIL'], 4],
    ['nothing is sent', 'h.shop.svc.test', { 'h.svc.test.': 'dropped', 'h.': '192.0.2.6' }, ['dropped'], 2],
    ['the domain itself is asked for', 'shop.svc.test', { 'shop.svc.test.': 'NODATA' }, ['NOERROR'], 1],
    ['another domain is asked for', 'x.svc.test', {}, ['NXDOMAIN'], 1],
  ])('%s', async (_what, name, names, reply, asked) => {
    const setup = setUpWith('autopath rc');
    for (const later of [false, true]) {
      const seen = await walk(setup, name, names, { later });
      expect(seen.reply).toEqual(reply);
      expect(seen.asked).toHaveLength(asked);
      if (reply[0] !== 'dropped') expect(seen.question).toBe(`${name}.`);
    }
  });

  test('names of other server blocks are asked there', async () => {
    const setup = setUpWith('autopath rc');
    expect((await walk(setup, 'w.shop.svc.test', {})).asked).toEqual([
      'w.shop.svc.test.',
      'w.svc.test.',
      'w.corp.test.',
      '>w.',
    ]);
    const stub = await walk(
      setup,
      'w.shop.svc.test',
      {},
      {
        zoneOf: (_query, { name }) =>
          DomainName.parse(name.isWithin(DomainName.parse('corp.test')) ? 'corp.test' : 'test'),
      },
    );
    expect(stub.asked).toEqual(['w.shop.svc.test.', 'w.svc.test.', '>w.corp.test.', 'w.']);
  });

  test('names that would be too long are left out', async () => {
    const label = 'x'.repeat(60);
    const base = `${label}.${label}.${label}.${'y'.repeat(57)}`;
    const setup = setUpWith('autopath rc2');
    expect(setup.problems.map(({ code }) => code)).toEqual(['autopath/file']);
    await writeFile(join(folder, 'long'), 'search a.test much-longer.corp.test\n');
    const { asked } = await walk(setUpWith('autopath long'), `${base}.a.test`, {});
    expect(asked).toEqual([`${base}.a.test.`, `>${base}.`]);
  });

  test.each([
    ['autopath other.test rc', 1],
    ['autopath shop.svc.test rc', 4],
    ['autopath other.test shop.svc.test rc', 4],
    ['autopath empty', 1],
    ['autopath rc\nautopath empty', 1],
    ['autopath empty\nautopath rc', 4],
  ])('%j: %i questions', async (directives, count) => {
    expect((await walk(setUpWith(directives), 'x.shop.svc.test', {})).asked).toHaveLength(count);
  });

  test('answers are counted', async () => {
    const setup = setUpWith('autopath rc');
    for (const name of ['a.shop.svc.test', 'x.shop.svc.test', 'b.shop.svc.test']) {
      await walk(setup, name, { 'a.shop.svc.test.': '192.0.2.1', 'b.svc.test.': 'NODATA' });
    }
    expect(setup.metrics.expose()).toContain('coredns_autopath_success_total{server="dns://:53"} 2');
  });
});

describe('with a plugin', () => {
  const knowing: NamedInstance = {
    name: 'kubernetes',
    instance: {
      searchPath: ({ client }) =>
        client.address === '10.0.0.1'
          ? ['shop.svc.test', 'svc.test', 'test'].map((name) => DomainName.parse(name))
          : undefined,
    },
  };

  test('the client decides', async () => {
    const setup = setUpWith('autopath @kubernetes', { instances: [knowing] });
    await setup.instance.start?.();
    const pod = { client: { address: '10.0.0.1', port: 1 } };
    const { asked } = await walk(setup, 'x.shop.svc.test', {}, pod);
    expect(asked.slice(0, 3)).toEqual(['x.shop.svc.test.', 'x.svc.test.', 'x.test.']);
    expect(asked.at(-1)).toBe('>x.');
    expect((await walk(setup, 'x.shop.svc.test', {})).asked).toEqual(['x.shop.svc.test.']);
    expect((await walk(setup, 'x.data.svc.test', {}, pod)).asked).toEqual(['x.data.svc.test.']);
  });

  test('that is not there, it does nothing and says so', async () => {
    const setup = setUpWith('autopath @kubernetes');
    await setup.instance.start?.();
    expect(setup.log).toEqual([
      '[WARNING] there is no plugin "kubernetes" in this server block: autopath has no effect',
    ]);
    expect((await walk(setup, 'x.shop.svc.test', {})).asked).toEqual(['x.shop.svc.test.']);
  });

  test('that does not know clients, it is refused', async () => {
    const setup = setUpWith('autopath @whoami', { instances: [{ name: 'whoami', instance: {} }] });
    await expect(setup.instance.start?.()).rejects.toThrow(ConfigurationError);
  });
});

test.each([
  ['autopath', 'option/arguments'],
  ['autopath gone', 'autopath/file'],
  ['autopath a..b rc', 'option/value'],
  ['autopath rc {\nx\n}', 'option/unknown'],
])('%j is refused: %s', (directives, code) => {
  expect(setUpWith(directives).problems.map((problem) => problem.code)).toContain(code);
});
