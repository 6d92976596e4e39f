import { describe, expect, it, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { CLASS } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { printRecord } from '../../dns/presentation.ts';
import { Logger } from '../../log/logger.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { setUp, type TestQuery } from '../../plugin-api/testing.ts';
import { local } from './local.ts';

/** `RCODE answers / authorities`, `next` for what goes on. */
async function ask(directives: string, query: TestQuery): Promise<string> {
  const { ask: put, problems } = setUp(local, directives);
  expect(problems).toEqual([]);
  const reply = await put(query, (passed) => makeReply(passed, { rcode: 5 }));
  if (reply?.rcode === 5) return 'next';
  expect(reply).toMatchObject({ authoritative: false, recursionAvailable: false, additionals: [], unwritten: false });
  const [answers, authorities] = [reply?.answers ?? [], reply?.authorities ?? []].map((records) =>
    records.map((record) => printRecord(record).replaceAll(/\s+/g, ' ')).join(', '),
  );
  return `${reply?.rcode} ${answers} / ${authorities}`;
}

const soa = (owner: string): string => `${owner} 604800 IN SOA localhost. root.localhost. 1 0 0 0 604800`;

describe.each([
  'local',
  'local {\nlocalhost_prefix on\n}',
  'local {\nlocalhost_prefix off\n}\nlocal {\nlocalhost_prefix on\n}\nlocal',
])('%j', (directives) => {
  it.each<[name: string, type: string, answer: string]>([
    ['localhost', 'A', '0 localhost. 604800 IN A 127.0.0.1 / '],
    ['LocalHost', 'AAAA', '0 LocalHost. 604800 IN AAAA ::1 / '],
    ['localhost', 'NS', '0 localhost. 604800 IN NS localhost. / '],
    ['localhost', 'SOA', `0 ${soa('localhost.')} / `],
    ['localhost', 'TXT', `0  / ${soa('localhost.')}`],
    ['x.localhost', 'A', '0 x.localhost. 604800 IN A 127.0.0.1 / '],
    ['x.y.localhost', 'AAAA', '0 x.y.localhost. 604800 IN AAAA ::1 / '],
    ['x.LocalHost', 'SOA', `0  / ${soa('x.LocalHost.')}`],
    ['LOCALHOST.example.org', 'A', '0 LOCALHOST.example.org. 604800 IN A 127.0.0.1 / '],
    ['localhost.example.org', 'NS', `0  / ${soa('localhost.example.org.')}`],
    ['localhost.127.in-addr.arpa', 'A', '0 localhost.127.in-addr.arpa. 604800 IN A 127.0.0.1 / '],
    ['127.in-addr.arpa', 'SOA', `0 ${soa('127.in-addr.arpa.')} / `],
    ['0.in-addr.arpa', 'NS', '0 0.in-addr.arpa. 604800 IN NS localhost. / '],
    ['255.in-addr.arpa', 'A', `0  / ${soa('255.in-addr.arpa.')}`],
    ['1.0.0.127.in-addr.arpa', 'PTR', '0 1.0.0.127.in-addr.arpa. 604800 IN PTR localhost. / '],
    ['1.0.0.127.in-addr.arpa', 'A', `0  / ${soa('127.in-addr.arpa.')}`],
    ['2.0.0.127.IN-addr.arpa', 'PTR', `3  / ${soa('127.IN-addr.arpa.')}`],
    ['0.0.127.in-addr.arpa', 'SOA', `3  / ${soa('127.in-addr.arpa.')}`],
    ['x.0.in-addr.arpa', 'PTR', `3  / ${soa('0.in-addr.arpa.')}`],
    ['255.255.255.255.in-addr.arpa', 'PTR', `3  / ${soa('255.in-addr.arpa.')}`],
    ['notlocalhost', 'A', 'next'],
    ['localhosts.example.org', 'A', 'next'],
    ['x.localhost.example.org', 'A', 'next'],
    [String.raw`localhost\.example.org`, 'A', 'next'],
    ['1.10.in-addr.arpa', 'PTR', 'next'],
    ['.', 'NS', 'next'],
    [`${'0.'.repeat(31)}0.ip6.arpa`, 'PTR', 'next'],
  ])('%s %s: %s', async (name, type, answer) => {
    expect(await ask(directives, { name, type })).toBe(answer);
  });
});

test.each([
  ['localhost.example.org', 'next'],
  ['localhost', '0 localhost. 604800 IN A 127.0.0.1 / '],
  ['x.localhost', '0 x.localhost. 604800 IN A 127.0.0.1 / '],
  ['localhost.localhost', '0 localhost.localhost. 604800 IN A 127.0.0.1 / '],
])('without localhost_prefix %s: %s', async (name, answer) => {
  expect(await ask('local {\nlocalhost_prefix off\n}', { name })).toBe(answer);
});

test('other classes go on', async () => {
  const questions = [{ name: DomainName.parse('localhost'), type: 1, class: CLASS.CH }];
  expect(await ask('local', { name: 'localhost', message: { questions } })).toBe('next');
});

test('names below localhost are counted and, while debugging, logged', async () => {
  const lines: string[] = [];
  const logger = Logger.create((line) => lines.push(line));
  const { ask: put, metrics } = setUp(local, 'local', { logger });
  await put({ name: 'X.localhost' });
  logger.debugging = true;
  await put({ name: 'localhost.Example.org', type: 'TXT', client: { address: '2001:db8::1', port: 1 } });
  await put({ name: 'localhost' });
  expect(lines).toEqual(['[DEBUG] Intercepting localhost query for "localhost.example.org." TXT, from 2001:db8::1']);
  expect(metrics.expose()).toContain('coredns_local_localhost_requests_total 2\n');
});

test.each([
  ['local x', 'Corefile:2:7: "local" takes no argument, "x" is one too many (write: local)'],
  [
    'local {\nlocalhost_prefix\n}',
    'Corefile:3:1: "localhost_prefix" needs an argument (write: localhost_prefix on|off)',
  ],
  ['local {\nlocalhost_prefix ON\n}', 'Corefile:3:18: "ON" is not one of on, off (did you mean "on"?)'],
  ['local {\nbogus\n}', 'Corefile:3:1: plugin local has no option "bogus" (local has: localhost_prefix)'],
])('%j is refused', (directives, problem) => {
  expect(setUp(local, directives).problems.map(describeProblem)).toEqual([problem]);
});
