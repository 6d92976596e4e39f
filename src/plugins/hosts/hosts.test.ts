import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printRecord } from '../../dns/presentation.ts';
import { makeFailure, type Reply } from '../../plugin-api/reply.ts';
import { setUp, type TestSetup } from '../../plugin-api/testing.ts';
import { hosts } from './hosts.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hosts-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

/** What a reply says: its records, `(empty)` for none, `next` when another plugin is asked, `SERVFAIL`. */
function summary(reply: Reply | null): string[] | string {
  if (reply === null) return 'dropped';
  if (reply.unwritten) return reply.rcode === 2 ? 'SERVFAIL' : 'next';
  if (reply.answers.length === 0) return '(empty)';
  return reply.answers.map(printRecord);
}

async function ask(setup: TestSetup, name: string, type = 'A'): Promise<string[] | string> {
  const reply = await setup.ask({ name, type }, (passed) => makeFailure(passed, 5));
  return summary(reply);
}

describe('look-ups', () => {
  const setup = setUp(
    hosts,
    `hosts /none {
       192.0.2.1 a.test B.Test
       192.0.2.2 a.test
       192.0.2.1 a.test
       2001:db8::1 a.test
       ::ffff:192.0.2.9 mapped.test
       fe80::1%eth0 link.test
       192.0.2.3 *.apps.test
       192.0.2.4 fixed.apps.test
       2001:db8::5 *.apps.test
       192.0.2.6 through.test
       nonsense
       ttl 60
       fallthrough through.test
       fallthrough_unsupported
     }`,
  );
  test.each<[name: string, type: string, expected: string[] | string]>([
    ['a.test', 'A', ['a.test. 60 IN A 192.0.2.1', 'a.test. 60 IN A 192.0.2.2', 'a.test. 60 IN A 192.0.2.1']],
    ['A.TEST', 'AAAA', ['a.test. 60 IN AAAA 2001:db8::1']],
    ['a.test', 'MX', '(empty)'],
    ['b.test', 'AAAA', '(empty)'],
    ['none.test', 'A', 'SERVFAIL'],
    ['none.through.test', 'A', 'next'],
    ['through.test', 'TXT', 'next'],
    ['through.test', 'AAAA', '(empty)'],
    ['mapped.test', 'A', ['mapped.test. 60 IN A 192.0.2.9']],
    ['link.test', 'AAAA', ['link.test. 60 IN AAAA fe80::1']],
    ['X.apps.test', 'A', ['x.apps.test. 60 IN A 192.0.2.3']],
    ['fixed.apps.test', 'A', ['fixed.apps.test. 60 IN A 192.0.2.4']],
    ['fixed.apps.test', 'AAAA', ['fixed.apps.test. 60 IN AAAA 2001:db8::5']],
    ['x.y.apps.test', 'A', 'SERVFAIL'],
    ['apps.test', 'A', 'SERVFAIL'],
    [
      '1.2.0.192.in-addr.arpa',
      'PTR',
      [
        '1.2.0.192.in-addr.arpa. 60 IN PTR a.test.',
        '1.2.0.192.in-addr.arpa. 60 IN PTR b.test.',
        '1.2.0.192.in-addr.arpa. 60 IN PTR a.test.',
      ],
    ],
    ['3.2.0.192.in-addr.arpa', 'PTR', 'next'],
    ['9.2.0.192.in-addr.arpa', 'PTR', ['9.2.0.192.in-addr.arpa. 60 IN PTR mapped.test.']],
    ['01.2.0.192.in-addr.arpa', 'PTR', 'next'],
  ])('%s %s', async (name, type, expected) => {
    expect(await ask(setup, name, type)).toEqual(expected);
  });
  test('a line that means nothing is a warning', () => {
    expect(setup.problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning hosts/file',
      'warning hosts/line',
    ]);
  });
});

test('zones and no_reverse', async () => {
  const setup = setUp(hosts, 'hosts /none in.test {\n 192.0.2.1 a.in.test a.out.test\n no_reverse\n }');
  expect(await ask(setup, 'a.in.test')).toEqual(['a.in.test. 3600 IN A 192.0.2.1']);
  expect(await ask(setup, 'a.out.test')).toBe('next');
  expect(await ask(setup, '1.2.0.192.in-addr.arpa', 'PTR')).toBe('next');
});

test.each([
  ['ttl 0', 'option/value'],
  ['ttl 65536', 'option/value'],
  ['ttl', 'option/arguments'],
  ['reload -1s', 'option/value'],
  ['fallthrough\n 192.0.2.1 late.test', 'hosts/order'],
  ['fallthrough_unsupported', 'hosts/fallthrough'],
])('%s is refused', (line, code) => {
  const { problems } = setUp(hosts, `hosts /none {\n ${line}\n }`);
  expect(problems.filter(({ severity }) => severity === 'error').map((problem) => problem.code)).toEqual([code]);
});

test('a changed file is read again, a lost one is kept', async () => {
  const file = join(folder, 'list');
  const setup = setUp(hosts, `hosts ${file} {\n 192.0.2.9 inline.test\n reload 20ms\n }`);
  const replace = async (text: string): Promise<void> => {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  await replace('# none\n192.0.2.1 a.test # here\n192.0.2.2\n x a.test\n');
  await setup.instance.start?.();
  try {
    expect(await ask(setup, 'a.test')).toEqual(['a.test. 3600 IN A 192.0.2.1']);
    expect(setup.metrics.expose()).toContain(`coredns_hosts_entries{hostsfile="${file}"} 4\n`);
    await replace('192.0.2.22 a.test\r\n192.0.2.3 b.test');
    await expect.poll(async () => await ask(setup, 'a.test')).toEqual(['a.test. 3600 IN A 192.0.2.22']);
    expect(await ask(setup, 'b.test')).toEqual(['b.test. 3600 IN A 192.0.2.3']);
    await rm(file);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await ask(setup, 'a.test')).toEqual(['a.test. 3600 IN A 192.0.2.22']);
    expect(await ask(setup, 'inline.test')).toEqual(['inline.test. 3600 IN A 192.0.2.9']);
  } finally {
    await setup.instance.stop?.('shutdown');
  }
});
