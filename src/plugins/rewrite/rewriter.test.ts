import { expect, test } from 'vitest';
import { CLASS } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { TYPE } from '../../dns/types.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, type Outcome } from '../../plugin-api/reply.ts';
import { setUp, testQuery } from '../../plugin-api/testing.ts';
import { rewrite } from './rewrite.ts';
import { Later } from '../../plugin-api/later.ts';
import { describeReply, zonePlugin } from './testing.ts';

const zone = zonePlugin('back.example.', [
  'www.back.example. 75 A 10.0.77.1',
  'www.back.example. 75 TXT www',
  't0.back.example. 0 A 10.0.77.5',
  't9.back.example. 900 A 10.0.77.6',
]);

test.each<[rules: readonly string[], name: string, type: string, expected: readonly string[]]>([
  // The last rule is the first that stops; answers are mapped back in reverse.
  [
    [
      'continue name suffix .one.test .two.test answer auto',
      'name suffix .two.test .back.example answer auto',
      'name suffix .back.example .no.test',
    ],
    'www.one.test',
    'A',
    ['www.one.test. 75 IN A 10.0.77.1', 'back.example. 60 IN NS ns.one.test.'],
  ],
  [
    ['continue name suffix .one.test .two.test answer auto', 'stop name suffix .two.test .back.example answer auto'],
    'www.two.test',
    'A',
    ['www.two.test. 75 IN A 10.0.77.1', 'back.example. 60 IN NS ns.two.test.'],
  ],
  [
    [
      'continue {\nttl regex (.*) 11\n}',
      'continue type MX A',
      'continue name exact alias.example www.back.example',
      'stop type TXT A',
      'ttl regex (.*) 99',
    ],
    'alias.example',
    'MX',
    ['alias.example. 11 IN A 10.0.77.1', 'back.example. 11 IN NS ns.back.example.'],
  ],
  [
    ['type TXT A'],
    'www.back.example',
    'TXT',
    ['www.back.example. 75 IN A 10.0.77.1', 'back.example. 60 IN NS ns.back.example.'],
  ],
  // TTLs.
  [
    ['ttl t0.back.example 15'],
    't0.back.example',
    'A',
    ['t0.back.example. 15 IN A 10.0.77.5', 'back.example. 15 IN NS ns.back.example.'],
  ],
  [
    ['ttl regex ^t9[.] -30'],
    't9.back.example',
    'A',
    ['t9.back.example. 30 IN A 10.0.77.6', 'back.example. 30 IN NS ns.back.example.'],
  ],
  [
    ['ttl prefix www. 70-80'],
    'www.back.example',
    'A',
    ['www.back.example. 75 IN A 10.0.77.1', 'back.example. 70 IN NS ns.back.example.'],
  ],
  [
    ['ttl suffix .example 70-'],
    'www.back.example',
    'A',
    ['www.back.example. 75 IN A 10.0.77.1', 'back.example. 70 IN NS ns.back.example.'],
  ],
  [
    ['ttl substring w.back. 0'],
    'www.back.example',
    'A',
    ['www.back.example. 0 IN A 10.0.77.1', 'back.example. 0 IN NS ns.back.example.'],
  ],
  [
    ['ttl substring w.bac 0'],
    'www.back.example',
    'A',
    ['www.back.example. 75 IN A 10.0.77.1', 'back.example. 60 IN NS ns.back.example.'],
  ],
  [
    ['ttl nx.back.example 3'],
    'nx.back.example',
    'A',
    ['NXDOMAIN', 'back.example. 3 IN SOA ns.back.example. h.back.example. 1 2 3 4 5'],
  ],
  // Response codes, of replies that nobody wrote too.
  [
    ['rcode nx.back.example NXDOMAIN NOERROR'],
    'nx.back.example',
    'A',
    ['back.example. 60 IN SOA ns.back.example. h.back.example. 1 2 3 4 5'],
  ],
  [
    ['rcode regex ^nx2(.*) 3 2'],
    'nx2.back.example',
    'A',
    ['SERVFAIL', 'back.example. 60 IN SOA ns.back.example. h.back.example. 1 2 3 4 5'],
  ],
  [
    ['rcode prefix nx. noerror SERVFAIL'],
    'nx.back.example',
    'A',
    ['NXDOMAIN', 'back.example. 60 IN SOA ns.back.example. h.back.example. 1 2 3 4 5'],
  ],
  [['rcode suffix .fore.example REFUSED NXDOMAIN'], 'x.fore.example', 'A', ['NXDOMAIN']],
  [
    ['rcode substring nil. NXDOMAIN 23'],
    'nil.back.example',
    'A',
    ['BADCOOKIE', 'back.example. 60 IN SOA ns.back.example. h.back.example. 1 2 3 4 5'],
  ],
])('%j: %s %s', async (rules, name, type, expected) => {
  const { ask, problems } = setUp(rewrite, rules.map((rule) => `rewrite ${rule}`).join('\n'));
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  expect(describeReply(await ask({ name, type }, zone), name)).toEqual(expected);
});

/** The question that the next plugin gets, and that of the reply. */
async function questions(rules: string, type: string): Promise<readonly string[]> {
  const { ask } = setUp(rewrite, rules);
  const seen: Query[] = [];
  const reply = await ask({ name: 'WWW.back.example', type }, (query) => {
    seen.push(query);
    return zone(query);
  });
  const [query] = seen;
  return [query?.question, query?.message.questions[0], reply?.question].map(
    (question) => `${question?.name.text} ${question?.type}`,
  );
}

test.each([
  ['rewrite type A TXT', 'A', ['WWW.back.example. 16', 'WWW.back.example. 16', 'WWW.back.example. 1']],
  ['rewrite type A TXT', 'MX', ['WWW.back.example. 15', 'WWW.back.example. 15', 'WWW.back.example. 15']],
  // A reply to another question, as in CoreDNS.
  ['rewrite continue type A TXT', 'A', ['WWW.back.example. 16', 'WWW.back.example. 16', 'WWW.back.example. 16']],
  [
    'rewrite continue type A TXT\nrewrite continue ttl regex . 5',
    'A',
    ['WWW.back.example. 16', 'WWW.back.example. 16', 'WWW.back.example. 1'],
  ],
  [
    'rewrite continue name suffix .example .test\nrewrite type A TXT',
    'A',
    ['www.back.test. 16', 'www.back.test. 16', 'WWW.back.example. 1'],
  ],
])('%j, %s: the next plugin gets, and the client is told', async (rules, type, expected) => {
  expect(await questions(rules, type)).toEqual(expected);
});

test('classes', async () => {
  const { ask } = setUp(rewrite, 'rewrite class CH IN');
  const question = { name: DomainName.parse('www.back.example'), type: TYPE.A, class: CLASS.CH };
  const classes: number[] = [];
  const reply = await ask({ name: '.', message: { questions: [question] } }, (query) => {
    classes.push(query.question.class);
    return zone(query);
  });
  expect([classes, reply?.question.class]).toEqual([[CLASS.IN], CLASS.CH]);
});

test('a query that no rule is for goes on as it is, and its answer comes back as it is', () => {
  const { instance } = setUp(rewrite, 'rewrite name a.test b.test\nrewrite ttl a.test 5\nrewrite edns0 nsid set');
  const onlyNames = setUp(rewrite, 'rewrite name a.test b.test').instance;
  const query = testQuery({ name: 'www.back.example' });
  const reply = zone(query);
  const next = (passed: Query): Outcome => (passed === query ? reply : null);
  expect(onlyNames.handle?.(query, next)).toBe(reply);
  expect(instance.handle?.(query, next)).toBe(null);
});

test('nothing waits where nothing has to, and what is promised is changed when it comes', async () => {
  const { instance } = setUp(rewrite, 'rewrite name alias.test www.back.example');
  const query = testQuery({ name: 'alias.test' });
  const now = instance.handle?.(query, zone);
  expect(now).not.toBeInstanceOf(Later);
  const later = instance.handle?.(query, (passed) => Later.from(Promise.resolve(zone(passed))));
  expect(later).toBeInstanceOf(Later);
  expect(await later).toEqual(await now);
});

test('a failure that nobody wrote is written after a rule that changes replies, and keeps its reason', async () => {
  const stopped = await setUp(rewrite, 'rewrite name a.test b.test').ask({ name: 'a.test' }, zone);
  expect(stopped).toMatchObject({ rcode: 5, unwritten: false, error: { message: 'not mine' } });
  expect(stopped?.question.name.text).toBe('a.test.');
  const passed = await setUp(rewrite, 'rewrite continue type A TXT').ask({ name: 'a.test' }, (query) =>
    makeFailure(query, 2),
  );
  expect(passed).toMatchObject({ rcode: 2, unwritten: true });
});

test('no answer stays none', async () => {
  expect(await setUp(rewrite, 'rewrite name a.test b.test').ask({ name: 'a.test' }, () => null)).toBeNull();
});

test.each([
  ['rewrite name a.test b.test\nrewrite continue rcode regex . 3 0', 'question'],
  ['rewrite type A TXT\nrewrite class CH IN', 'question'],
  ['rewrite continue type A TXT', 'everything'],
  ['rewrite continue name suffix a b', 'everything'],
  ['rewrite continue name suffix a b answer auto\nrewrite continue name prefix a. b. answer auto', 'question'],
  ['rewrite ttl regex . 5', 'everything'],
  ['rewrite cname a.test b.test', 'question'],
  ['rewrite name a.test b.test\nrewrite edns0 nsid unset', 'everything'],
])('%j: answers depend on %s', (rules, reads) => {
  expect(setUp(rewrite, rules).instance.reads).toBe(reads);
});
