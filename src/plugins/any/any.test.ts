import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { CLASS } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { HINFO } from '../../dns/records/hinfo.ts';
import { TYPE } from '../../dns/types.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { any } from './any.ts';

const { ask } = setUp(any, 'any\nany');

test.each(['a.test.', '.', 'Not.There.Test.'])('ANY of %s has one HINFO record', async (name) => {
  const reply = await ask({ name, type: 'ANY' });
  expect(reply).toMatchObject({ rcode: 0, authoritative: false, authorities: [], additionals: [], unwritten: false });
  expect(reply?.answers).toMatchObject([
    { type: HINFO.code, class: CLASS.IN, ttl: 8482, data: { cpu: 'ANY obsoleted', os: 'See RFC 8482' } },
  ]);
  expect(reply?.answers[0]?.name.text).toBe(name);
});

test('the record is of the class that was asked for', async () => {
  const questions = [{ name: DomainName.parse('a.test'), type: TYPE.ANY, class: CLASS.CH }];
  const reply = await ask({ name: 'a.test', message: { questions } });
  expect(reply?.answers.map((record) => record.class)).toEqual([CLASS.CH]);
});

test.each(['A', 'HINFO', 'AXFR', 'TXT'])('%s queries pass', async (type) => {
  const reply = await ask({ name: 'a.test', type }, (query) => makeReply(query, { rcode: 3 }));
  expect(reply?.rcode).toBe(3);
});

test.each([
  ['any x', 'Corefile:2:5: "any" takes no argument, "x" is one too many (write: any)'],
  ['any {\n}', 'Corefile:2:5: "any" takes no block (remove the braces)'],
])('%j is refused', (directives, problem) => {
  expect(setUp(any, directives).problems.map(describeProblem)).toEqual([problem]);
});
