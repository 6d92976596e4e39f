import { expect, test } from 'vitest';
import { parseRecord } from '../../dns/presentation.ts';
import { typeName } from '../../dns/types.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeReply, type Outcome, type Reply } from '../../plugin-api/reply.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { rewrite } from './rewrite.ts';
import { describeReply, zonePlugin } from './testing.ts';

const zone = zonePlugin('rear.example.', [
  'w3.rear.example. 60 A 10.20.30.1',
  'cn.rear.example. 60 CNAME w3.rear.example.',
  'al.rear.example. 60 CNAME cn.rear.example.',
]);
const W3 = 'w3.rear.example. 60 IN A 10.20.30.1';
const CN = 'cn.rear.example. 60 IN CNAME w3.rear.example.';
const NS = 'rear.example. 60 IN NS ns.rear.example.';

/** The whole server: every name but `gone.` has an address. */
function server(query: Query, question: Query['question']): Outcome {
  const { name, type } = question;
  if (name.text === 'gone.') return null;
  return makeReply(query, { truncated: true, answers: [parseRecord(`${name.text} 5 TXT "${typeName(type)}"`)] });
}

test.each<[rule: string, name: string, type: string, expected: readonly string[]]>([
  [
    'exact W3.rear.example new.test',
    'cn.rear.example',
    'A',
    ['cn.rear.example. 60 IN CNAME new.test.', 'new.test. 5 IN TXT "A"', NS],
  ],
  [
    'w3.rear.example. new.test.',
    'al.rear.example',
    'AAAA',
    [
      'al.rear.example. 60 IN CNAME cn.rear.example.',
      'cn.rear.example. 60 IN CNAME new.test.',
      'new.test. 5 IN TXT "AAAA"',
      NS,
    ],
  ],
  // What stands behind the alias is not kept.
  [
    'cn.rear.example new.test',
    'al.rear.example',
    'A',
    ['al.rear.example. 60 IN CNAME new.test.', 'new.test. 5 IN TXT "A"', NS],
  ],
  [
    'exact w3.rear.example new.test',
    'cn.rear.example',
    'CNAME',
    ['cn.rear.example. 60 IN CNAME new.test.', 'new.test. 5 IN TXT "CNAME"', NS],
  ],
  [
    'prefix W3 w4',
    'cn.rear.example',
    'A',
    ['cn.rear.example. 60 IN CNAME w4.rear.example.', 'w4.rear.example. 5 IN TXT "A"', NS],
  ],
  [
    'suffix .rear.example. .cdn.test.',
    'cn.rear.example',
    'A',
    ['cn.rear.example. 60 IN CNAME w3.cdn.test.', 'w3.cdn.test. 5 IN TXT "A"', NS],
  ],
  ['suffix .rear.example .cdn.test', 'cn.rear.example', 'A', [CN, W3, NS]],
  [
    'substring rear front',
    'cn.rear.example',
    'A',
    ['cn.rear.example. 60 IN CNAME w3.front.example.', 'w3.front.example. 5 IN TXT "A"', NS],
  ],
  [
    'regex ^(w)(\\d)(.*)$ {1}.{2}{3}',
    'cn.rear.example',
    'A',
    ['cn.rear.example. 60 IN CNAME w.3.rear.example.', 'w.3.rear.example. 5 IN TXT "A"', NS],
  ],
  ['exact other.test new.test', 'cn.rear.example', 'A', [CN, W3, NS]],
  ['exact w3.rear.example new.test', 'w3.rear.example', 'A', [W3, NS]],
  // One without an answer changes nothing, one that leads to itself is not asked for.
  ['exact w3.rear.example gone', 'cn.rear.example', 'A', [CN, W3, NS]],
  [
    'exact w3.rear.example cn.rear.example',
    'cn.rear.example',
    'A',
    ['cn.rear.example. 60 IN CNAME cn.rear.example.', NS],
  ],
  ['regex ^w3(.*) {1}', 'cn.rear.example', 'A', ['SERVFAIL']],
])('rewrite cname %s: %s %s', async (rule, name, type, expected) => {
  const { ask, problems } = setUp(rewrite, `rewrite cname ${rule}`);
  expect(problems).toEqual([]);
  const now = await ask({ name, type, resolve: server }, zone);
  const later = await ask({ name, type, resolve: async (...asked) => server(...asked) }, async (query) => zone(query));
  expect([describeReply(now, name), describeReply(later, name)]).toEqual([expected, expected]);
});

test('the reply is cut if what the new target has is, and its failure has a reason', async () => {
  const cut = setUp(rewrite, 'rewrite cname w3.rear.example new.test');
  expect(await cut.ask({ name: 'cn.rear.example', resolve: server }, zone)).toMatchObject({ truncated: true });
  const gone = setUp(rewrite, 'rewrite cname w3.rear.example gone');
  expect((await gone.ask({ name: 'cn.rear.example', resolve: server }, zone))?.error?.message).toBe(
    'upstream lookup failed: gone. got no answer',
  );
});

test('rules around it see what it found', async () => {
  const directives = [
    'rewrite continue ttl regex . 7',
    'rewrite continue cname w3.rear.example new.test',
    'rewrite name x.test cn.rear.example',
  ];
  const reply: Reply | null = await setUp(rewrite, directives.join('\n')).ask(
    { name: 'x.test', resolve: server },
    zone,
  );
  expect(describeReply(reply, 'x.test')).toEqual([
    'x.test. 7 IN CNAME new.test.',
    'new.test. 7 IN TXT "A"',
    'rear.example. 7 IN NS ns.rear.example.',
  ]);
});
