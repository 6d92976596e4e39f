import { expect, test } from 'vitest';
import type { ReplyVector } from './case.ts';
import { type ReplyTolerance, compareReply } from './compare-reply.ts';

const strict: ReplyTolerance = { ordered: false, case: false, ttlSlack: 0, volatile: [], question: 'a.test. IN A' };
const recorded: ReplyVector = { rcode: 'NOERROR', flags: ['QR', 'RD'], answer: ['a.test. 60 IN A 10.0.0.1'] };
const came: ReplyVector = {
  ...recorded,
  id: 7,
  opcode: 'QUERY',
  question: ['a.test. IN A'],
  authority: [],
  additional: [],
};

const cases: [string, ReplyVector | null, ReplyVector | null, Partial<ReplyTolerance>, string[]][] = [
  ['what is recorded', recorded, came, {}, []],
  ['flags in another order', recorded, { ...came, flags: ['RD', 'QR'] }, {}, []],
  ['no reply', null, null, {}, []],
  ['silence', recorded, null, {}, ['expected NOERROR with a.test. 60 IN A 10.0.0.1, no reply came']],
  ['an answer where there was none', null, came, {}, ['expected no reply, came NOERROR with a.test. 60 IN A 10.0.0.1']],
  ['another rcode', recorded, { ...came, rcode: 'SERVFAIL' }, {}, ['rcode: expected "NOERROR", came "SERVFAIL"']],
  ['... that does not count', recorded, { ...came, rcode: 'SERVFAIL' }, { volatile: ['rcode'] }, []],
  ['another id', { ...recorded, id: 8 }, came, {}, ['id: expected 8, came 7']],
  [
    'the question in other letters',
    recorded,
    { ...came, question: ['A.test. IN A'] },
    {},
    ['question: expected ["a.test. IN A"], came ["A.test. IN A"]'],
  ],
  [
    'another answer',
    recorded,
    { ...came, answer: ['a.test. 60 IN A 10.0.0.2'] },
    {},
    ['answer (- expected, + came):\n  - a.test. 60 IN A 10.0.0.1\n  + a.test. 60 IN A 10.0.0.2'],
  ],
  ['an answer that does not count', recorded, { ...came, answer: [] }, { volatile: ['answer'] }, []],
  [
    'a default of EDNS',
    { ...recorded, edns: { payload: 1232 } },
    { ...came, edns: { payload: 1232, do: false, version: 0 } },
    {},
    [],
  ],
  [
    'an OPT record too many',
    recorded,
    { ...came, edns: { payload: 1232, do: false, version: 0 } },
    {},
    ['edns: expected none, came {"payload":1232,"do":false,"version":0,"options":[]}'],
  ],
  ['a transfer cut short', recorded, { ...came, incomplete: true }, {}, ['incomplete: expected false, came true']],
  ['a failed HTTP request', { http: { status: 404 } }, { http: { status: 404 } }, {}, []],
  [
    'another HTTP status',
    { http: { status: 404 } },
    { http: { status: 400 } },
    {},
    ['http status: expected 404, came 400'],
  ],
];

test.each(cases)('%s', (_, expected, actual, tolerance, differences) => {
  expect(compareReply(expected, actual, { ...strict, ...tolerance })).toEqual(differences);
});
