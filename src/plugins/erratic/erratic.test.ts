import { describe, expect, test } from 'vitest';
import { printRecord } from '../../dns/presentation.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { erratic } from './erratic.ts';

/** What becomes of the first queries: `-` no answer, `t` a truncated one, `+` a whole one. */
async function behaviour(directive: string, queries: number, type = 'A'): Promise<string> {
  const setup = setUp(erratic, directive);
  let text = '';
  for (let i = 0; i < queries; i++) {
    const reply = await setup.ask({ name: 'a.test', type });
    text += reply === null ? '-' : reply.rcode !== 0 ? 's' : reply.truncated ? 't' : '+';
  }
  return text;
}

test.each([
  ['erratic', '-+-+-+'],
  ['erratic ignored {\n drop\n}', '-+-+-+'],
  ['erratic {\n drop 3\n}', '-++-++'],
  ['erratic {\n drop 0\n}', '++++++'],
  ['erratic {\n truncate 3\n}', 't+++t+'],
  ['erratic {\n truncate\n}', 'tt++tt'],
  ['erratic {\n drop 3\n truncate 1\n}', '-+t-t+'],
  ['erratic {\n delay 2 1ms\n}', '++++++'],
])('%s', async (directive, expected) => {
  expect(await behaviour(directive, 6)).toBe(expected);
});

test('other types fail', async () => {
  expect(await behaviour('erratic', 4, 'MX')).toBe('-s-s');
});

test('a delay', async () => {
  const setup = setUp(erratic, 'erratic {\n delay 2 50ms\n}');
  const start = performance.now();
  await setup.ask({ name: 'a.test' });
  expect(performance.now() - start).toBeGreaterThan(45);
});

describe('records', () => {
  test.each<[type: string, records: readonly string[]]>([
    ['A', ['x.test. 0 IN A 192.0.2.53']],
    ['AAAA', ['x.test. 0 IN AAAA 2001:db8::53']],
    [
      'AXFR',
      [
        'x.test. 0 IN SOA sns.dns.icann.org. noc.dns.icann.org. 2018050825 7200 3600 1209600 3600',
        'x.test. 0 IN NS b.x.test.',
        'x.test. 0 IN NS a.x.test.',
        'a.x.test. 0 IN AAAA 2001:bd8::53',
        'b.x.test. 0 IN AAAA 2001:500::54',
        'x.test. 0 IN SOA sns.dns.icann.org. noc.dns.icann.org. 2018050825 7200 3600 1209600 3600',
      ],
    ],
  ])('%s', async (type, records) => {
    const reply = await setUp(erratic, 'erratic {\n drop 0\n}').ask({ name: 'x.test', type });
    expect(reply?.answers.map(printRecord)).toEqual(records);
    expect(reply?.authoritative).toBe(true);
  });
  test('large', async () => {
    const reply = await setUp(erratic, 'erratic {\n drop 0\n large\n}').ask({ name: 'x.test' });
    expect(reply?.answers.length).toBe(30);
  });
  test('a truncated transfer has no end', async () => {
    const reply = await setUp(erratic, 'erratic {\n truncate 2\n}').ask({ name: '.', type: 'AXFR' });
    expect(reply?.answers.length).toBe(5);
  });
});

test('ready for a while', async () => {
  const setup = setUp(erratic, 'erratic');
  let text = '';
  for (let i = 0; i < 7; i++) {
    text += setup.instance.ready?.() === true ? 'r' : '.';
    await setup.ask({ name: 'a.test' });
  }
  expect(text).toBe('...rr..');
});

test.each([
  ['drop -1', 'option/value'],
  ['drop 1 2', 'option/arguments'],
  ['truncate x', 'option/value'],
  ['delay 1 x', 'option/value'],
  ['delay 1 2 3', 'option/arguments'],
  ['large 1', 'option/arguments'],
])('%s is refused', (line, code) => {
  expect(setUp(erratic, `erratic {\n ${line}\n}`).problems.map((problem) => problem.code)).toEqual([code]);
});
