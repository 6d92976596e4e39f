import { expect, test } from 'vitest';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { setUp, testBlock } from '../../plugin-api/testing.ts';
import { cache } from './cache.ts';

/** A cache between two plugins, of which one says that it answers names below `now.test.` from data that is always current. */
function cacheWith(place: 'before' | 'behind'): ReturnType<typeof setUp> {
  const current = {
    name: 'store',
    instance: {
      answersNow: (query: { question: { name: { text: string } } }) => query.question.name.text.endsWith('now.test.'),
    },
  };
  const self = { name: 'cache', instance: {} };
  const instances = () => (place === 'before' ? [current, self] : [self, current]);
  return setUp(cache, 'cache 30', { block: testBlock({ instances }) });
}

test.each([
  ['a name that a plugin behind it answers from current data', 'behind', 'a.now.test.', ['1', '2', '3']],
  ['another name', 'behind', 'a.later.test.', ['1', '1', '1']],
  ['a name of a plugin in front of it', 'before', 'a.now.test.', ['1', '1', '1']],
] as const)('%s', async (_what, place, name, answers) => {
  const { ask } = cacheWith(place);
  let asked = 0;
  const seen: string[] = [];
  for (let i = 0; i < 3; i++) {
    const reply = await ask({ name }, (query) =>
      makeReply(query, { answers: [parseRecord(`${name} 3 IN A 192.0.2.${++asked}`)] }),
    );
    const [record] = reply?.answers ?? [];
    if (record !== undefined) seen.push(printRecord(record));
  }
  // The TTL is the one that a miss gives: at least 5 s, as in CoreDNS.
  expect(seen).toEqual(answers.map((last) => `${name} 5 IN A 192.0.2.${last}`));
});

test('a name that did not exist is there in the next answer', async () => {
  const { ask } = cacheWith('behind');
  const soa = parseRecord('test. 30 IN SOA ns.test. h.test. 1 2 3 4 30');
  expect(
    (await ask({ name: 'new.now.test.' }, (query) => makeReply(query, { rcode: 3, authorities: [soa] })))?.rcode,
  ).toBe(3);
  const answer = parseRecord('new.now.test. 5 IN A 192.0.2.1');
  expect((await ask({ name: 'new.now.test.' }, (query) => makeReply(query, { answers: [answer] })))?.rcode).toBe(0);
});
