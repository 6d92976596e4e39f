import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { RCODE } from '../../dns/codes.ts';
import { SOA } from '../../dns/records/soa.ts';
import type { Metadata } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Reply } from '../../plugin-api/reply.ts';
import { setUp, type TestQuery, testQuery } from '../../plugin-api/testing.ts';
import { log } from './log.ts';

/** The lines about one query. */
function lines(
  directives: string,
  parts: Partial<TestQuery> = {},
  reply: (query: ReturnType<typeof testQuery>) => Reply | null = makeReply,
): readonly string[] {
  const made = setUp(log, directives, { clock: { now: () => 0, monotonic: () => 1.5 } });
  expect(made.problems).toEqual([]);
  const query = testQuery({ name: 'a.example.org', arrival: 0, ...parts });
  made.instance.observe?.(query, reply(query));
  return made.log;
}

test('without arguments every query has its line in the common format', () => {
  expect(lines('log')).toEqual([
    '[INFO] 127.0.0.1:40000 - 4711 "A IN a.example.org. udp 31 false 512" NOERROR qr,rd 31 0.0015s',
  ]);
});

describe('names and formats', () => {
  test.each([
    ['log example.org', true],
    ['log Example.ORG.', true],
    ['log example.net', false],
    ['log example.net org', true],
    ['log xample.org', false],
    // One argument is always a name.
    ['log "{name}"', false],
  ])('%j: %s', (directives, logged) => {
    expect(lines(directives)).toHaveLength(logged ? 1 : 0);
  });

  test.each([
    ['log . "q {name} {type}"', ['[INFO] q a.example.org. A']],
    ['log example.net example.org "{type}"', ['[INFO] A']],
    ['log . {combined}', [expect.stringMatching(/ 0\.0015s "0"$/)]],
    // What stands first and covers the name decides alone.
    ['log example.org one{type}\nlog . two{type}', ['[INFO] oneA']],
    ['log example.net one{type}\nlog . two{type}', ['[INFO] twoA']],
    ['log org one{type}\nlog example.org two{type}', ['[INFO] oneA']],
  ])('%j', (directives, expected) => {
    expect(lines(directives)).toEqual(expected);
  });

  test('a rule whose class does not fit lets no later rule in', () => {
    expect(lines('log example.org one {\n class error\n}\nlog . two')).toEqual([]);
  });
});

describe('replies', () => {
  const denial = (query: ReturnType<typeof testQuery>): Reply => makeReply(query, { rcode: RCODE.NXDOMAIN });
  const refusal = (query: ReturnType<typeof testQuery>): Reply => makeFailure(query, RCODE.REFUSED);
  const silence = (): null => null;
  const noData = (query: ReturnType<typeof testQuery>): Reply => {
    const { name } = query.question;
    const fields = { primary: name, mailbox: name, serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 };
    return makeReply(query, { authorities: [SOA.make(name, 1, fields)] });
  };
  const replies = { success: makeReply, denial, noData, refusal, silence };

  test.each([
    ['', ['success', 'denial', 'noData', 'refusal', 'silence']],
    ['class all', ['success', 'denial', 'noData', 'refusal', 'silence']],
    ['class success', ['success']],
    ['class denial', ['denial', 'noData']],
    ['class error', ['refusal', 'silence']],
    ['class denial error', ['denial', 'noData', 'refusal', 'silence']],
    ['class denial\nclass success', ['success', 'denial', 'noData']],
    ['class denial all', ['success', 'denial', 'noData', 'refusal', 'silence']],
  ])('%j selects %j', (option, selected) => {
    const found = Object.entries(replies).filter(([, reply]) => lines(`log {\n${option}\n}`, {}, reply).length > 0);
    expect(found.map(([name]) => name)).toEqual(selected);
  });

  test.each([
    ['that no plugin has written show what the server writes', refusal, 'REFUSED qr,rd 31'],
    ['that are not sent show a dash', silence, '- - 0'],
  ])('%s', (_what, reply, expected) => {
    expect(lines('log . "{rcode} {>rflags} {rsize}"', {}, reply)).toEqual([`[INFO] ${expected}`]);
  });

  test('are described by metadata labels, before the line is made', () => {
    const metadata: Metadata = new Map();
    expect(lines('log . "{/log/type} {/log/class}"', { metadata }, denial)).toEqual(['[INFO] NXDOMAIN denial']);
    expect(metadata.get('log/class')?.()).toBe('denial');
  });
});

test.each([
  ['log {\n class\n}', 'Corefile:3:2: "class" needs an argument (write: class all|success|denial|error...)'],
  [
    'log {\n class denail\n}',
    'Corefile:3:8: "denail" is not one of all, success, denial, error (did you mean "denial"?)',
  ],
  ['log {\n clas all\n}', 'Corefile:3:2: plugin log has no option "clas" (did you mean "class"?)'],
])('%j is refused', (directives, problem) => {
  expect(setUp(log, directives).problems.map(describeProblem)).toEqual([problem]);
});

test('a word that is neither name nor format is a warning, since CoreDNS takes it', () => {
  const { problems } = setUp(log, 'log a..b . "{name}"');
  expect(problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`)).toEqual([
    'warning Corefile:2:5: "a..b" is not a domain name, so no query is logged for it (a format stands last, after a name)',
  ]);
});
