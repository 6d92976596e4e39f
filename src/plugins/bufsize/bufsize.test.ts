import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { createEdns, type Edns } from '../../dns/message.ts';
import { makeFailure, makeReply } from '../../plugin-api/reply.ts';
import { setUp, type TestNext } from '../../plugin-api/testing.ts';
import { bufsize } from './bufsize.ts';

const cookie = { code: 10, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) };

test.each<[directive: string, asked: number, size: number, limit: number]>([
  ['bufsize', 4096, 1232, 1232],
  ['bufsize', 1232, 1232, 1232],
  // The limit holds for whoever asks the same: the answer may be remembered.
  ['bufsize', 1231, 1231, 1232],
  ['bufsize 512', 65_535, 512, 512],
  ['bufsize 4096', 4097, 4096, 4096],
  ['bufsize 600', 0, 0, 600],
])('%s: who asks for %i octets gets %i', async (directive, asked, size, limit) => {
  const { ask, problems } = setUp(bufsize, directive);
  expect(problems).toEqual([]);
  let passed: Edns | undefined;
  const edns = createEdns(asked, { dnssecOk: true, options: [cookie] });
  const reply = await ask({ name: 'a.test', message: { edns } }, (query) => {
    passed = query.message.edns;
    return makeReply(query);
  });
  expect(passed).toEqual({ ...edns, payloadSize: size });
  expect(reply?.payloadLimit).toBe(limit);
});

test('queries without EDNS pass as they are', async () => {
  const seen: (Edns | undefined)[] = [];
  const reply = await setUp(bufsize, 'bufsize').ask({ name: 'a.test' }, (query) => {
    seen.push(query.message.edns);
    return makeReply(query);
  });
  expect(seen).toEqual([undefined]);
  expect(reply?.payloadLimit).toBeUndefined();
});

test.each<[what: string, next: TestNext, expected: object]>([
  ['later', async (query) => makeReply(query, { rcode: 3 }), { rcode: 3, payloadLimit: 1232 }],
  ['by nobody', (query) => makeFailure(query, 2), { rcode: 2, unwritten: true, payloadLimit: 1232 }],
])('an answer that is made %s is limited too', async (_what, next, expected) => {
  expect(
    await setUp(bufsize, 'bufsize').ask({ name: 'a.test', message: { edns: createEdns(4096) } }, next),
  ).toMatchObject(expected);
});

test('a query without an answer has none', async () => {
  const { ask } = setUp(bufsize, 'bufsize');
  expect(await ask({ name: 'a.test', message: { edns: createEdns(4096) } }, () => null)).toBeNull();
});

test('the first of several counts', async () => {
  const { ask, problems } = setUp(bufsize, 'bufsize 700\nbufsize 600');
  expect(problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`)).toEqual([
    'warning Corefile:3:1: this "bufsize" has no effect: the one in line 2 counts (remove one of them)',
  ]);
  expect((await ask({ name: 'a.test', message: { edns: createEdns(4096) } }))?.payloadLimit).toBe(700);
});

test.each([
  ['bufsize 511', 'Corefile:2:9: 511 is out of range (write SIZE from 512 to 4096)'],
  ['bufsize 4097', 'Corefile:2:9: 4097 is out of range (write SIZE from 512 to 4096)'],
  ['bufsize x', 'Corefile:2:9: "x" is not a whole number (write SIZE from 512 to 4096)'],
  ['bufsize 600 700', 'Corefile:2:13: "bufsize" takes one argument, "700" is one too many (write: bufsize [SIZE])'],
])('%j is refused', (directives, problem) => {
  expect(setUp(bufsize, directives).problems.map(describeProblem)).toEqual([problem]);
});
