import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { createEdns, type Edns } from '../../dns/message.ts';
import { makeFailure, makeReply, type Reply } from '../../plugin-api/reply.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { nsid } from './nsid.ts';

const NSID = { code: 3, data: new Uint8Array() };
const COOKIE = { code: 10, data: Uint8Array.of(1, 2) };

/** The OPT record of the reply: size, DO, options with their data as text. */
function describe(reply: Reply | null): string | undefined {
  const edns = reply?.edns;
  if (edns === undefined) return undefined;
  const options = edns.options.map(({ code, data }) => `${code}=${Buffer.from(data).toString('latin1')}`);
  return [edns.payloadSize, ...(edns.dnssecOk ? ['do'] : []), ...options].join(' ');
}

test.each<[directive: string, asked: Edns | undefined, replied: Edns | undefined, expected: string | undefined]>([
  ['nsid site one', createEdns(1232, { options: [NSID] }), undefined, '1232 do 3=site one'],
  ['nsid "site  one" two', createEdns(700, { options: [COOKIE, NSID] }), undefined, '700 do 3=site  one two'],
  ['nsid \u{e9}', createEdns(1232, { options: [NSID] }), undefined, '1232 do 3=\u{c3}\u{a9}'],
  ['nsid', createEdns(1232, { options: [NSID] }), undefined, `1232 do 3=${hostname()}`],
  [
    'nsid here',
    createEdns(1232, { options: [NSID] }),
    createEdns(512, { options: [COOKIE] }),
    '512 10=\u{1}\u{2} 3=here',
  ],
  [
    'nsid here',
    createEdns(1232, { options: [NSID] }),
    createEdns(512, { options: [{ code: 3, data: Buffer.from('there') }, COOKIE] }),
    '512 3=here 10=\u{1}\u{2}',
  ],
  ['nsid here', createEdns(1232, { options: [COOKIE] }), undefined, undefined],
  ['nsid here', createEdns(1232), createEdns(512), '512'],
  ['nsid here', undefined, undefined, undefined],
])('%s: asked with %j, answered with %j', async (directive, asked, replied, expected) => {
  const { ask, problems } = setUp(nsid, directive);
  expect(problems).toEqual([]);
  const query = { name: 'a.test', message: { edns: asked } };
  const now = await ask(query, (passed) => makeReply(passed, { edns: replied }));
  const later = await ask(query, async (passed) => makeReply(passed, { edns: replied }));
  expect([describe(now), describe(later)]).toEqual([expected, expected]);
});

test('a failure that nobody wrote, and no answer, stay as they are', async () => {
  const { ask } = setUp(nsid, 'nsid here');
  const query = { name: 'a.test', message: { edns: createEdns(1232, { options: [NSID] }) } };
  expect(await ask(query, (passed) => makeFailure(passed, 2))).toMatchObject({ unwritten: true, edns: undefined });
  expect(await ask(query, () => null)).toBeNull();
});

test('stands once in a block, without options', () => {
  expect(nsid.repeatable).toBe(false);
  expect(setUp(nsid, 'nsid {\n here\n}').problems.map(describeProblem)).toEqual([
    'Corefile:3:2: plugin nsid has no option "here" (nsid has no options: remove the line)',
  ]);
});
