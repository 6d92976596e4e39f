import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { createEdns, type ResourceRecord } from '../../dns/message.ts';
import { parseRecord } from '../../dns/presentation.ts';
import { makeFailure, makeReply, type Reply, type ReplyParts } from '../../plugin-api/reply.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { minimal } from './minimal.ts';

const { ask } = setUp(minimal, 'minimal');

function records(...lines: string[]): ResourceRecord[] {
  return lines.map((line) => parseRecord(line));
}

const A = records('a.test. 60 IN A 10.0.0.1');
const SOA = records('test. 60 IN SOA ns.test. h.test. 1 2 3 4 5');
const NS = records('sub.test. 60 IN NS ns.test.');
const GLUE = records('ns.test. 60 IN A 10.0.0.53');
const edns = createEdns(4096);

test.each<[what: string, type: string, parts: ReplyParts]>([
  ['answer', 'A', { answers: A, authorities: NS, additionals: GLUE, authoritative: true }],
  ['answer with an OPT record', 'A', { answers: A, edns }],
  ['answer with an SOA record besides', 'A', { answers: A, authorities: SOA }],
  ['answer with additional records alone', 'A', { additionals: GLUE }],
])('of a positive %s only the answer is left', async (_what, type, parts) => {
  const reply = await ask({ name: 'a.test', type }, (query) => makeReply(query, parts));
  expect(reply).toEqual({ ...reply, ...parts, authorities: [], additionals: [], edns: undefined });
});

test.each<[what: string, type: string, parts: ReplyParts]>([
  ['NODATA', 'A', { authorities: SOA, additionals: GLUE }],
  ['NXDOMAIN', 'A', { rcode: 3, authorities: SOA, additionals: GLUE }],
  ['a referral', 'A', { authorities: NS, additionals: GLUE, edns }],
  ['SERVFAIL', 'A', { rcode: 2, authorities: NS }],
  ['REFUSED', 'A', { rcode: 5, additionals: GLUE, edns }],
  ['a zone transfer', 'AXFR', { answers: [...SOA, ...A, ...SOA], additionals: GLUE, transfer: true }],
  ['an answer without anything to leave out', 'A', { answers: A }],
])('%s stays as it is', async (_what, type, parts) => {
  let made: Reply | undefined;
  const reply = await ask({ name: 'a.test', type }, (query) => (made = makeReply(query, parts)));
  expect(reply).toBe(made);
});

test('what is not answered stays unanswered, and a failure a failure', async () => {
  expect(await ask({ name: 'a.test' }, () => null)).toBeNull();
  const failure = await ask({ name: 'a.test' }, (query) => makeFailure(query, 2, new Error('gone')));
  expect(failure).toMatchObject({ rcode: 2, unwritten: true, error: { message: 'gone' } });
});

test.each([
  ['minimal x', 'Corefile:2:9: "minimal" takes no argument, "x" is one too many (write: minimal)'],
  ['minimal {\n}', 'Corefile:2:9: "minimal" takes no block (remove the braces)'],
])('%j is refused', (directives, problem) => {
  expect(setUp(minimal, directives).problems.map(describeProblem)).toEqual([problem]);
});
