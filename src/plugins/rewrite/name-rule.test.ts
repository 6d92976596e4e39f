import { expect, test } from 'vitest';
import { makeReply } from '../../plugin-api/reply.ts';
import { parseRecord } from '../../dns/presentation.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { rewrite } from './rewrite.ts';
import { describeReply, zonePlugin } from './testing.ts';

const zone = zonePlugin('rear.example.', [
  'rear.example. 60 MX 10 mx.rear.example.',
  'w3.rear.example. 60 A 10.20.30.1',
  'mx.rear.example. 60 A 10.20.30.2',
  'svc.rear.example. 60 SRV 1 2 80 w3.rear.example.',
  'al.rear.example. 60 CNAME w3.rear.example.',
  'a-us.x.rear.example. 60 A 10.20.30.3',
  'dn.rear.example. 60 DNAME x.rear.example.',
  'nap.rear.example. 60 NAPTR 1 1 "s" "x" "" w3.rear.example.',
  'ptr.rear.example. 60 PTR w3.rear.example.',
]);
const NS = 'rear.example. 60 IN NS ns.rear.example.';
const SOA = 'rear.example. 60 IN SOA ns.rear.example. h.rear.example. 1 2 3 4 5';

test.each<[rules: string, name: string, type: string, expected: readonly string[]]>([
  // Exact rules map the new name, and those below it, back by themselves.
  ['name w3.fore.example w3.rear.example', 'w3.fore.example', 'A', ['w3.fore.example. 60 IN A 10.20.30.1', NS]],
  ['name w3.fore.example. W3.rear.example.', 'W3.Fore.example', 'A', ['w3.fore.example. 60 IN A 10.20.30.1', NS]],
  ['NAME EXACT W3.fore.example w3.rear.example', 'w3.fore.example', 'A', ['w3.fore.example. 60 IN A 10.20.30.1', NS]],
  ['name w3.fore.example w3.rear.example', 'x.w3.fore.example', 'A', ['REFUSED']],
  ['name w3.fore.example w3', 'w3.fore.example', 'A', ['REFUSED']],
  [
    'name mail.fore.example rear.example',
    'mail.fore.example',
    'MX',
    [
      'mail.fore.example. 60 IN MX 10 mx.mail.fore.example.',
      'mail.fore.example. 60 IN NS ns.mail.fore.example.',
      'mx.mail.fore.example. 60 IN A 10.20.30.2',
    ],
  ],
  ['name nx.fore.example none.rear.example', 'nx.fore.example', 'A', ['NXDOMAIN', SOA]],
  [
    'name exact al.fore.example al.rear.example answer value ^w3\\. w4.example',
    'al.fore.example',
    'A',
    ['al.fore.example. 60 IN CNAME w4.example.', 'w3.rear.example. 60 IN A 10.20.30.1', NS],
  ],
  // A prefix ends where a label does.
  ['name prefix past- pre-', 'past-one.rear.example', 'A', ['NXDOMAIN', SOA]],
  ['name prefix first w3', 'FIRST.rear.example', 'A', ['w3.rear.example. 60 IN A 10.20.30.1', NS]],
  ['name prefix first.one w3.', 'first.one.rear.example', 'A', ['w3.rear.example. 60 IN A 10.20.30.1', NS]],
  ['name prefix first w3', 'x.first.rear.example', 'A', ['NXDOMAIN', SOA]],
  ['name prefix auto w3 answer auto', 'Auto.rear.example', 'A', ['auto.rear.example. 60 IN A 10.20.30.1', NS]],
  ['name suffix .fore.example .rear.example', 'w3.fore.example', 'A', ['w3.rear.example. 60 IN A 10.20.30.1', NS]],
  ['name suffix .fore.example .rear.example', 'fore.example', 'A', ['REFUSED']],
  ['name suffix fore.example rear.example', 'w3.fore.example', 'A', ['w3.rear.example. 60 IN A 10.20.30.1', NS]],
  [
    'name suffix .auto.test .rear.example answer auto',
    'svc.auto.test',
    'SRV',
    [
      'svc.auto.test. 60 IN SRV 1 2 80 w3.auto.test.',
      'rear.example. 60 IN NS ns.auto.test.',
      'w3.auto.test. 60 IN A 10.20.30.1',
    ],
  ],
  [
    'name suffix .auto.test .rear.example answer auto',
    'NX.AUTO.test',
    'A',
    ['NXDOMAIN', 'rear.example. 60 IN SOA ns.auto.test. h.rear.example. 1 2 3 4 5'],
  ],
  ['name substring .mid. .', 'w3.mid.rear.example', 'A', ['w3.rear.example. 60 IN A 10.20.30.1', NS]],
  ['name substring zz. w3. answer auto', 'zz.rear.example', 'A', ['zz.rear.example. 60 IN A 10.20.30.1', NS]],
  ['name substring q. {1}$&.', 'q.q.rear.example', 'A', ['NXDOMAIN', SOA]],
  [
    'name regex (.*)-(us-west)\\.rx\\.test {1}-us.x.rear.example',
    'a-us-west.rx.test',
    'A',
    ['a-us.x.rear.example. 60 IN A 10.20.30.3', NS],
  ],
  ['name regex ^(.)([0-9]?).*$ {1}{2}.rear.example answer auto', 'w3x', 'A', ['w3x. 60 IN A 10.20.30.1', NS]],
  ['name regex no(.*) {1}', 'w3.rear.example', 'A', ['w3.rear.example. 60 IN A 10.20.30.1', NS]],
  // What the answer's owners and values become.
  [
    'name suffix .val.test .rear.example answer auto value (.*)\\.rear\\.example {1}.other.test',
    'al.val.test',
    'A',
    [
      'al.val.test. 60 IN CNAME w3.other.test.',
      'w3.val.test. 60 IN A 10.20.30.1',
      'rear.example. 60 IN NS ns.other.test.',
    ],
  ],
  [
    'name suffix .only.test .rear.example answer name (.*)\\.rear\\.example {1}.only.test',
    'al.only.test',
    'A',
    ['al.only.test. 60 IN CNAME w3.rear.example.', 'w3.only.test. 60 IN A 10.20.30.1', NS],
  ],
  [
    'name regex ^(.*)\\.c\\.test {1}.rear.example answer value ^w3 one. answer value ^one two. value ^w3 three.',
    'ptr.c.test',
    'PTR',
    ['ptr.rear.example. 60 IN PTR three.', NS],
  ],
  ...['DNAME x.v.', 'NAPTR 1 1 "s" "x" "" w3.v.'].map((data): [string, string, string, readonly string[]] => [
    'name suffix .v .rear.example answer value (.*)\\.rear\\.example {1}.v',
    `${data.startsWith('D') ? 'dn' : 'nap'}.v`,
    data.split(' ')[0] ?? '',
    [`${data.startsWith('D') ? 'dn' : 'nap'}.rear.example. 60 IN ${data}`, 'rear.example. 60 IN NS ns.v.'],
  ]),
  [
    '{\nname regex ^(.*)\\.front\\.test {1}.rear.example\nanswer name (.*)\\.rear\\.example {1}.front.test\n}',
    'w3.front.test',
    'A',
    ['w3.front.test. 60 IN A 10.20.30.1', NS],
  ],
  // Results that are no names.
  ['name regex ^(bad)\\.example\\.$ {1}..example', 'bad.example', 'A', ['SERVFAIL']],
  [`name suffix .long .${'a'.repeat(64)}`, 'x.long', 'A', ['SERVFAIL']],
  ['name suffix .s .rear.example answer name ^(w3)\\. {1}..bad', 'w3.s', 'A', ['SERVFAIL']],
  [
    `name ${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(61)} rear.example`,
    `${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(61)}`,
    'A',
    ['SERVFAIL'],
  ],
])('rewrite %s: %s %s', async (rules, name, type, expected) => {
  const { ask, problems } = setUp(rewrite, `rewrite ${rules}`);
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  expect(describeReply(await ask({ name, type }, zone), name)).toEqual(expected);
});

test.each([
  ['rewrite name a.test b.test', 'B.Test. 1 IN CNAME X.B.TEST.', 'a.test. 1 IN CNAME X.a.test.'],
  ['rewrite name suffix a.test b.test answer auto', 'B.Test. 1 IN CNAME X.B.TEST.', 'a.test. 1 IN CNAME X.a.test.'],
  [
    'rewrite name suffix a.test b.test answer name ^b[.](.*) c.{1}',
    'B.Test. 1 IN A 192.0.2.1',
    'c.test. 1 IN A 192.0.2.1',
  ],
  [
    'rewrite name suffix a.test b.test answer name ^B[.](.*) c.{1}',
    'B.Test. 1 IN A 192.0.2.1',
    'c.Test. 1 IN A 192.0.2.1',
  ],
])('%s: an upstream that answers %j in its own letters', async (rule, answer, expected) => {
  const { ask } = setUp(rewrite, rule);
  const reply = await ask({ name: 'a.test' }, (query) => makeReply(query, { answers: [parseRecord(answer)] }));
  expect(describeReply(reply, 'a.test')).toEqual([expected]);
});

test('what an illegal name says in the log', async () => {
  const { ask } = setUp(rewrite, 'rewrite name regex ^(bad)\\.example\\.$ {1}..example');
  const reply = await ask({ name: 'bad.example' });
  expect(reply).toMatchObject({ unwritten: true, error: { message: 'invalid name after rewrite: bad..example.' } });
});
