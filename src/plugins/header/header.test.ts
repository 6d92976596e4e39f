import { describe, expect, it, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import type { Message } from '../../dns/message.ts';
import { makeFailure, makeReply, type Outcome } from '../../plugin-api/reply.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { header } from './header.ts';

const ALL = { authoritative: true, recursionAvailable: true, recursionDesired: true };
const NONE = { authoritative: false, recursionAvailable: false, recursionDesired: false };

/** `aa ra rd`, as far as they are set. */
function flagsOf(message: typeof ALL | undefined): string {
  return [message?.authoritative && 'aa', message?.recursionAvailable && 'ra', message?.recursionDesired && 'rd']
    .filter((flag) => typeof flag === 'string')
    .join(' ');
}

describe('answers', () => {
  it.each<[lines: string, made: typeof ALL, changed: string]>([
    ['response set aa', NONE, 'aa'],
    ['response set aa ra rd', NONE, 'aa ra rd'],
    ['response clear ra', ALL, 'aa rd'],
    ['RESPONSE Clear RA rD', ALL, 'aa'],
    ['response set ra\nresponse clear aa', ALL, 'ra rd'],
    ['response clear ra\nresponse set ra', NONE, 'ra'],
    ['query set aa', NONE, ''],
  ])('with %j and %j have %j', async (lines, made, changed) => {
    const { ask, problems } = setUp(header, `header {\n${lines}\n}`);
    expect(problems).toEqual([]);
    const reply = await ask({ name: 'a.test' }, (query) => makeReply(query, { rcode: 3, ...made }));
    expect(flagsOf(reply ?? undefined)).toBe(changed);
    expect(reply?.rcode).toBe(3);
  });

  it('have their flags changed when they come later', async () => {
    const { ask } = setUp(header, 'header {\nresponse set ra\n}');
    expect((await ask({ name: 'a.test' }, async (query) => makeReply(query)))?.recursionAvailable).toBe(true);
  });

  it('that no plugin wrote stay as they are, and no answer stays none', async () => {
    const { ask } = setUp(header, 'header {\nresponse set ra aa\n}');
    const failure = await ask({ name: 'a.test' }, (query) => makeFailure(query, 2));
    expect(failure).toMatchObject({ rcode: 2, recursionAvailable: false, authoritative: false });
    expect(await ask({ name: 'a.test' }, () => null)).toBeNull();
  });
});

describe('queries', () => {
  it.each<[lines: string, asked: Partial<Message>, passed: string]>([
    ['query clear rd', ALL, 'aa ra'],
    ['query set rd', NONE, 'rd'],
    ['QUERY set aa ra\nquery clear rd', { ...NONE, recursionDesired: true }, 'aa ra'],
    ['response set aa', { ...NONE, recursionDesired: true }, 'rd'],
  ])('with %j and %j go on with %j', async (lines, message, passed) => {
    let flags = '';
    const reply = await setUp(header, `header {\n${lines}\n}`).ask({ name: 'a.test', message }, (query): Outcome => {
      flags = flagsOf(query.message);
      return makeReply(query);
    });
    expect(flags).toBe(passed);
    // The answer repeats what its maker was asked.
    expect(reply?.recursionDesired).toBe(passed.includes('rd'));
  });
});

test('the first directive that says something counts', async () => {
  const { ask, problems } = setUp(
    header,
    'header {\n}\nheader x {\nresponse set ra\n}\nheader {\nresponse clear ra\n}',
  );
  expect(problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`)).toEqual([
    'warning Corefile:4:8: "x" has no effect: header is for all zones of its block (remove it)',
    'warning Corefile:2:1: this "header" has no effect: the one in line 4 counts (remove one of them)',
    'warning Corefile:7:1: this "header" has no effect: the one in line 4 counts (remove one of them)',
  ]);
  expect((await ask({ name: 'a.test' }, (query) => makeReply(query)))?.recursionAvailable).toBe(true);
});

test.each([
  ['header', 'Corefile:2:1: header has nothing to set or clear (add a line as in: response set ra)'],
  ['header {\n}\nheader', 'Corefile:2:1: header has nothing to set or clear (add a line as in: response set ra)'],
  ['header {\nrespond set ra\n}', 'Corefile:3:1: plugin header has no option "respond" (did you mean "response"?)'],
  ['header {\nresponse\n}', 'Corefile:3:1: "response" needs 2 arguments (write: response set|clear FLAG...)'],
  [
    'header {\nresponse set\n}',
    'Corefile:3:10: "response" needs 2 arguments, not 1 (write: response set|clear FLAG...)',
  ],
  ['header {\nresponse toggle aa\n}', 'Corefile:3:10: "toggle" is not one of set, clear (write one of: set, clear)'],
  ['header {\nquery set aa tc\n}', 'Corefile:3:14: "tc" is not one of aa, ra, rd (write one of: aa, ra, rd)'],
])('%j is refused', (directives, problem) => {
  expect(
    setUp(header, directives)
      .problems.filter(({ code }) => code !== 'option/ignored')
      .map(describeProblem)[0],
  ).toBe(problem);
});
