import { expect, test } from 'vitest';
import { RCODE, rcodeName } from '../dns/codes.ts';
import { printRecord, parseRecord } from '../dns/presentation.ts';
import { createEdns } from '../dns/message.ts';
import { makeZone } from '../zone/testing/zones.ts';
import type { Metadata, Query } from './query.ts';
import { makeFailure, makeReply, type Outcome, type Reply } from './reply.ts';
import { testQuery, type TestQuery } from './testing.ts';
import { Generations } from './generations.ts';
import { validWhile } from './validity.ts';
import { isLater } from './later.ts';
import { answerFrom, isUnknownName, replyFrom } from './zone-reply.ts';

const zone = makeZone(`$TTL 5
@ SOA ns h 7 1 1 1 1
@ NS ns
www A 10.0.0.1
out CNAME www.example.
self CNAME self
cut NS ns.cut
*.w A 10.0.0.2
dd DNAME dd.dd
`);

const SOA = 'z.test. 5 IN SOA ns.z.test. h.z.test. 7 1 1 1 1';
const NS = 'z.test. 5 IN NS ns.z.test.';
const OUT = 'out.z.test. 5 IN CNAME www.example.';
const TARGET = parseRecord('www.example. 5 IN A 10.0.0.9');

function show(reply: Reply | null): string[] {
  if (reply === null) return ['dropped'];
  const { answers, authorities } = reply;
  const marks = [reply.authoritative && 'AA', reply.truncated && 'TC', reply.unwritten && 'unwritten'];
  return [
    [rcodeName(reply.rcode), ...marks.filter((mark) => mark !== false)].join(' '),
    ...[...answers, ...authorities].map(printRecord),
  ];
}

function ask(asked: TestQuery): Outcome {
  const query = testQuery(asked);
  return replyFrom(zone, answerFrom(zone, query), query, validWhile(new Generations(), []));
}

test.each<[name: string, expected: readonly string[]]>([
  ['WWW.z.test', ['NOERROR AA', 'www.z.test. 5 IN A 10.0.0.1', NS]],
  ['nope.z.test', ['NXDOMAIN AA', SOA]],
  ['w.z.test', ['NOERROR AA', SOA]],
  ['x.cut.z.test', ['NOERROR', 'cut.z.test. 5 IN NS ns.cut.z.test.']],
  ['self.z.test', ['SERVFAIL unwritten']],
])('%s', (name, expected) => {
  const reply = ask({ name });
  // What is in the zone is there at once.
  expect(isLater(reply)).toBe(false);
  if (!isLater(reply)) expect(show(reply)).toEqual(expected);
});

test('a name that a DNAME makes too long is YXDOMAIN', async () => {
  const label = 'x'.repeat(63);
  const reply = await ask({ name: `${label}.${label}.${label}.${'x'.repeat(49)}.dd.z.test` });
  expect(reply?.rcode).toBe(RCODE.YXDOMAIN);
});

test.each<[what: string, resolve: (query: Query) => Reply | null, expected: readonly string[]]>([
  ['records', (query) => makeReply(query, { answers: [TARGET] }), ['NOERROR AA', OUT, printRecord(TARGET), NS]],
  [
    'cut records',
    (query) => makeReply(query, { answers: [TARGET], truncated: true }),
    ['NOERROR AA TC', OUT, printRecord(TARGET), NS],
  ],
  ['no records', (query) => makeReply(query), ['NOERROR AA', OUT, SOA]],
  ['no such name', (query) => makeReply(query, { rcode: RCODE.NXDOMAIN }), ['NXDOMAIN AA', OUT, SOA]],
  ['a failure', (query) => makeFailure(query, RCODE.SERVFAIL), ['SERVFAIL AA', OUT, NS]],
  ['a refusal', (query) => makeFailure(query, RCODE.REFUSED), ['NOERROR AA', OUT, NS]],
  ['nothing', () => null, ['NOERROR AA', OUT, NS]],
])('an alias whose target is %s', async (_what, resolve, expected) => {
  const asked: string[] = [];
  const note = (query: Query, question: Query['question']): Reply | null => {
    asked.push(`${question.name.text} ${question.type}`);
    return resolve(query);
  };
  const now = ask({ name: 'out.z.test', resolve: note });
  expect(isLater(now)).toBe(false);
  if (!isLater(now)) expect(show(now)).toEqual(expected);
  expect(show(await ask({ name: 'out.z.test', resolve: async (...from) => note(...from) }))).toEqual(expected);
  expect(asked).toEqual(['www.example. 1', 'www.example. 1']);
});

test('signatures are for those who ask for them', () => {
  const signed = makeZone(
    '@ 5 SOA ns h 7 1 1 1 1\na 5 A 10.0.0.1\na 5 RRSIG A 13 3 5 20300101000000 20200101000000 1 @ AAAA\n',
  );
  const types = (dnssecOk: boolean): number[] => {
    const query = testQuery({ name: 'a.z.test', message: { edns: createEdns(1232, { dnssecOk }) } });
    return answerFrom(signed, query).answers.map(({ type }) => type);
  };
  expect(types(false)).toEqual([1]);
  expect(types(true)).toEqual([1, 46]);
});

test('the wildcard is a label', () => {
  const metadata: Metadata = new Map();
  void ask({ name: 'x.w.z.test', metadata });
  expect(metadata.get('zone/wildcard')?.()).toBe('*.w.z.test.');
});

test.each([
  ['nope.z.test', true],
  ['w.z.test', true],
  ['www.z.test', false],
  ['x.cut.z.test', false],
  ['x.w.z.test', false],
])('another plugin may know %s: %s', (name, expected) => {
  expect(isUnknownName(answerFrom(zone, testQuery({ name })))).toBe(expected);
  expect(isUnknownName(answerFrom(zone, testQuery({ name, type: 'TXT' })))).toBe(expected);
});
