import { describe, expect, test } from 'vitest';
import { rcodeName } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import { ConfigurationError } from '../../plugin-api/context.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Outcome } from '../../plugin-api/reply.ts';
import { setUp, testBlock, testQuery, type TestResolve, type TestSetup } from '../../plugin-api/testing.ts';
import { k8s_external } from './k8s_external.ts';
import { TestServices } from './testing/services.ts';

const cluster = new TestServices([
  {
    key: 'shop/web',
    addresses: ['192.0.2.1', '2001:db8::1'],
    ports: ['http/tcp/80', 'https/tcp/443'],
  },
  { key: 'data/web', addresses: ['192.0.2.1'], ports: ['http/tcp/80'] },
  { key: 'shop/named', addresses: ['lb.example.com'], ports: ['http/tcp/80'] },
  { key: 'shop/both', addresses: ['192.0.2.2', 'lb.example.com'], ports: ['/tcp/25'] },
  { key: 'shop/portless', addresses: ['192.0.2.3'] },
  { key: 'shop/inner', ports: ['http/tcp/80'] },
  { key: 'shop/db', endpoints: ['db-0 10.0.0.1', 'db-1 10.0.0.2', 'db-1 fd00::2'], ports: ['pg/tcp/5432', '/tcp/9'] },
  { key: 'hidden/web', addresses: ['192.0.2.4'], ports: ['http/tcp/80'] },
]);

const ZONE = 'k8s_external ext.test in-addr.arpa';

async function start(directives: string, services = cluster): Promise<TestSetup> {
  const instances = [{ name: 'kubernetes', instance: { externalServices: () => services } }];
  const setup = setUp(k8s_external, directives, {
    block: testBlock({ zones: [DomainName.parse('block.test')], instances: () => instances }),
  });
  expect(setup.problems.filter(({ severity }) => severity !== 'warning')).toEqual([]);
  await setup.instance.start?.();
  return setup;
}

/** What the world outside says of load balancers' names. */
function outside(query: Query, question: Query['question']): Outcome {
  if (question.name.text !== 'lb.example.com.') return makeFailure(query, 2);
  const answers = question.type === 1 ? [parseRecord('lb.example.com. 60 IN A 198.51.100.1')] : [];
  return makeReply(query, { question, answers });
}

async function show(setup: TestSetup, asked: string, resolve: TestResolve = outside): Promise<string[]> {
  const [name = '', type = 'A'] = asked.split(' ');
  let passed = false;
  const reply = await setup.ask({ name, type, resolve }, (query) => {
    passed = true;
    return makeFailure(query, 2);
  });
  if (passed || reply === null) return ['next'];
  const line = (mark: string) => (record: Parameters<typeof printRecord>[0]) =>
    `${mark} ${printRecord(record)}`.replace(' IN ', ' ').replace(/ SOA .*/, ' SOA');
  return [
    `${rcodeName(reply.rcode)}${reply.authoritative ? '' : ' not authoritative'}`,
    ...reply.answers.map(line('an')),
    ...reply.authorities.map(line('au')),
    ...reply.additionals.map(line('ad')),
  ];
}

const NODATA = ['NOERROR', 'au ext.test. 5 SOA'];
const NXDOMAIN = ['NXDOMAIN', 'au ext.test. 5 SOA'];

test.each<[question: string, expected: readonly string[]]>([
  ['web.shop.ext.test A', ['NOERROR', 'an web.shop.ext.test. 5 A 192.0.2.1']],
  ['Web.SHOP.ext.test A', ['NOERROR', 'an Web.SHOP.ext.test. 5 A 192.0.2.1']],
  ['web.shop.ext.test AAAA', ['NOERROR', 'an web.shop.ext.test. 5 AAAA 2001:db8::1']],
  ['web.data.ext.test AAAA', NODATA],
  ['web.shop.ext.test TXT', NODATA],
  ['web.shop.ext.test CNAME', NODATA],
  ['web.hidden.ext.test A', NXDOMAIN],
  ['hidden.ext.test A', NXDOMAIN],
  ['shop.ext.test A', NODATA],
  ['inner.shop.ext.test A', NXDOMAIN],
  ['nope.shop.ext.test A', NXDOMAIN],
  ['any.web.shop.ext.test A', ['NOERROR', 'an any.web.shop.ext.test. 5 A 192.0.2.1']],
  ['_http._tcp.web.shop.ext.test A', ['NOERROR', 'an _http._tcp.web.shop.ext.test. 5 A 192.0.2.1']],
  ['http.tcp.web.shop.ext.test A', ['NOERROR', 'an http.tcp.web.shop.ext.test. 5 A 192.0.2.1']],
  ['_http._udp.web.shop.ext.test A', NXDOMAIN],
  ['a.b.c.web.shop.ext.test A', NXDOMAIN],
  [
    'web.shop.ext.test SRV',
    [
      'NOERROR',
      'an web.shop.ext.test. 30 SRV 0 25 80 web.shop.ext.test.',
      'an web.shop.ext.test. 30 SRV 0 25 443 web.shop.ext.test.',
      'ad web.shop.ext.test. 5 A 192.0.2.1',
      'ad web.shop.ext.test. 5 AAAA 2001:db8::1',
    ],
  ],
  [
    'named.shop.ext.test A',
    ['NOERROR', 'an named.shop.ext.test. 30 CNAME lb.example.com.', 'an lb.example.com. 60 A 198.51.100.1'],
  ],
  ['named.shop.ext.test AAAA', ['NOERROR', 'an named.shop.ext.test. 30 CNAME lb.example.com.']],
  [
    'both.shop.ext.test A',
    [
      'NOERROR',
      'an both.shop.ext.test. 5 A 192.0.2.2',
      'an both.shop.ext.test. 30 CNAME lb.example.com.',
      'an lb.example.com. 60 A 198.51.100.1',
    ],
  ],
  [
    'both.shop.ext.test SRV',
    [
      'NOERROR',
      'an both.shop.ext.test. 30 SRV 0 50 25 both.shop.ext.test.',
      'an both.shop.ext.test. 30 SRV 0 50 25 lb.example.com.',
      'ad both.shop.ext.test. 5 A 192.0.2.2',
      'ad lb.example.com. 60 A 198.51.100.1',
    ],
  ],
  ['portless.shop.ext.test A', ['NOERROR', 'an portless.shop.ext.test. 5 A 192.0.2.3']],
  ['portless.shop.ext.test SRV', NODATA],
  ['db.shop.ext.test A', NXDOMAIN],
  ['ext.test SOA', ['NOERROR', 'an ext.test. 5 SOA']],
  ['ext.test NS', ['NOERROR', 'an ext.test. 5 NS ns1.dns.ext.test.']],
  ['ext.test A', NODATA],
  ['dns.ext.test A', NODATA],
  ['ns1.dns.ext.test A', NODATA],
  ['ns2.dns.ext.test A', NXDOMAIN],
  ['web.shop.ext.test AXFR', ['REFUSED not authoritative']],
  [
    '1.2.0.192.in-addr.arpa PTR',
    [
      'NOERROR',
      'an 1.2.0.192.in-addr.arpa. 5 PTR web.shop.ext.test.',
      'an 1.2.0.192.in-addr.arpa. 5 PTR web.data.ext.test.',
    ],
  ],
  ['4.2.0.192.in-addr.arpa PTR', ['NXDOMAIN', 'au in-addr.arpa. 5 SOA']],
  ['1.2.0.192.in-addr.arpa A', ['NXDOMAIN', 'au in-addr.arpa. 5 SOA']],
  ['web.shop.block.test A', ['next']],
])('%s', async (question, expected) => {
  const setup = await start(ZONE);
  expect(await show(setup, question)).toEqual(expected);
  expect(await show(setup, question, async (query, asked) => outside(query, asked))).toEqual(expected);
});

describe('options', () => {
  test('headless: endpoints are published', async () => {
    const setup = await start(`${ZONE} {\nheadless\n}`);
    expect(await show(setup, 'db.shop.ext.test A')).toEqual([
      'NOERROR',
      'an db.shop.ext.test. 5 A 10.0.0.1',
      'an db.shop.ext.test. 5 A 10.0.0.2',
    ]);
    expect(await show(setup, 'db-1.db.shop.ext.test AAAA')).toEqual([
      'NOERROR',
      'an db-1.db.shop.ext.test. 5 AAAA fd00::2',
    ]);
    expect(await show(setup, 'db-2.db.shop.ext.test A')).toEqual(NXDOMAIN);
    expect(await show(setup, '_pg._tcp.db.shop.ext.test SRV')).toEqual([
      'NOERROR',
      'an _pg._tcp.db.shop.ext.test. 30 SRV 0 33 5432 db-0.db.shop.ext.test.',
      'an _pg._tcp.db.shop.ext.test. 30 SRV 0 33 5432 db-1.db.shop.ext.test.',
      'ad db-0.db.shop.ext.test. 5 A 10.0.0.1',
      'ad db-1.db.shop.ext.test. 5 A 10.0.0.2',
      'ad db-1.db.shop.ext.test. 5 AAAA fd00::2',
    ]);
  });

  test('apex and ttl', async () => {
    const setup = await start(`${ZONE} {\napex Names\nttl 9\n}`);
    expect(await show(setup, 'ext.test NS')).toEqual(['NOERROR', 'an ext.test. 9 NS ns1.names.ext.test.']);
    expect(await show(setup, 'names.ext.test A')).toEqual(['NOERROR', 'au ext.test. 9 SOA']);
    expect(await show(setup, 'dns.ext.test A')).toEqual(['NXDOMAIN', 'au ext.test. 9 SOA']);
  });

  test('fallthrough: for names that do not exist, but not below the apex', async () => {
    const setup = await start(`${ZONE} {\nfallthrough ext.test\n}`);
    expect(await show(setup, 'nope.shop.ext.test A')).toEqual(['next']);
    expect(await show(setup, 'web.data.ext.test AAAA')).toEqual(NODATA);
    expect(await show(setup, 'nope.dns.ext.test A')).toEqual(NXDOMAIN);
    expect(await show(setup, '9.9.9.9.in-addr.arpa PTR')).toEqual(['NXDOMAIN', 'au in-addr.arpa. 5 SOA']);
  });

  test('of a second directive count, its zones too', async () => {
    const setup = await start('k8s_external a.test {\nttl 9\nheadless\n}\nk8s_external b.test {\napex x\n}');
    expect(await show(setup, 'web.data.b.test A')).toEqual(['NOERROR', 'an web.data.b.test. 9 A 192.0.2.1']);
    expect(await show(setup, 'x.b.test A')).toEqual(['NOERROR', 'au b.test. 9 SOA']);
    expect((await show(setup, 'db.shop.b.test A'))[0]).toBe('NOERROR');
    expect(await show(setup, 'web.data.a.test A')).toEqual(['next']);
  });

  test('zones of the block are served without any', async () => {
    const setup = await start('k8s_external');
    expect(await show(setup, 'web.data.block.test A')).toEqual(['NOERROR', 'an web.data.block.test. 5 A 192.0.2.1']);
  });

  test.each(['apex names more', 'ttl 9 10'])('%s: the second word is ignored, with a warning', async (line) => {
    const setup = await start(`${ZONE} {\napex names\nttl 9\n${line}\n}`);
    expect(setup.problems.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'option/arguments']]);
    expect(await show(setup, 'ext.test NS')).toEqual(['NOERROR', 'an ext.test. 9 NS ns1.names.ext.test.']);
  });

  test.each([
    ['apex', 'option/arguments'],
    ['apex a.b', 'option/value'],
    ['ttl -1', 'option/value'],
    ['ttl 3601', 'option/value'],
    ['bogus', 'option/unknown'],
    ['headless yes', 'option/arguments'],
  ])('%s is refused: %s', (line, code) => {
    expect(setUp(k8s_external, `k8s_external {\n${line}\n}`).problems.map((problem) => problem.code)).toEqual([code]);
  });
});

test('the name server has the addresses of this one', async () => {
  const services = new TestServices([]);
  services.own = ['192.0.2.53', '2001:db8::53'];
  const setup = await start(ZONE, services);
  expect(await show(setup, 'ext.test NS')).toEqual([
    'NOERROR',
    'an ext.test. 5 NS ns1.dns.ext.test.',
    'ad ns1.dns.ext.test. 5 A 192.0.2.53',
    'ad ns1.dns.ext.test. 5 AAAA 2001:db8::53',
  ]);
  expect(await show(setup, 'NS1.dns.ext.test A')).toEqual(['NOERROR', 'an NS1.dns.ext.test. 5 A 192.0.2.53']);
});

test('before the first lists, what is not known is not denied', async () => {
  const services = new TestServices([{ key: 'shop/web', addresses: ['192.0.2.1'] }]);
  services.hasSynced = false;
  const setup = await start(ZONE, services);
  expect(await show(setup, 'nope.shop.ext.test A')).toEqual(['SERVFAIL', 'au ext.test. 5 SOA']);
  expect(await show(setup, 'web.shop.ext.test A')).toEqual(['NOERROR', 'an web.shop.ext.test. 5 A 192.0.2.1']);
  expect(setup.instance.transfer?.(DomainName.parse('ext.test'), undefined)).toBeInstanceOf(Error);
});

test('without kubernetes in the block it is refused', async () => {
  await expect(setUp(k8s_external, 'k8s_external').instance.start?.()).rejects.toThrow(ConfigurationError);
});

test.each([
  ['', 'web.shop.ext.test A', true],
  ['', 'nope.shop.ext.test A', true],
  ['', 'web.shop.block.test A', false],
  ['fallthrough', 'web.shop.ext.test A', true],
  ['fallthrough', 'web.shop.ext.test TXT', true],
  ['fallthrough', 'shop.ext.test A', true],
  ['fallthrough', 'nope.shop.ext.test A', false],
  ['fallthrough', 'nope.dns.ext.test A', true],
  ['fallthrough', 'ext.test A', true],
  ['fallthrough', '1.2.0.192.in-addr.arpa PTR', true],
  ['fallthrough', '9.9.9.9.in-addr.arpa PTR', false],
  ['fallthrough other.test', 'nope.shop.ext.test A', true],
])('with "%s", is %s answered now? %s', async (option, question, expected) => {
  const setup = await start(`${ZONE} {\n${option}\n}`);
  const [name = '', type = 'A'] = question.split(' ');
  expect(setup.instance.answersNow?.(testQuery({ name, type }))).toBe(expected);
  expect((await show(setup, question))[0] !== 'next').toBe(expected);
});

describe('a transfer', () => {
  const records = async (directives: string, zone: string, serial?: number): Promise<string[] | undefined> => {
    const { instance } = await start(directives);
    const found = instance.transfer?.(DomainName.parse(zone), serial);
    if (found === undefined || found instanceof Error) return undefined;
    return [...found].map((record) =>
      printRecord(record)
        .replace(' IN ', ' ')
        .replace(/ SOA .*/, ' SOA'),
    );
  };

  test('has what queries get', async () => {
    expect(await records(ZONE, 'EXT.test')).toEqual([
      'ext.test. 5 SOA',
      'ext.test. 5 NS ns1.dns.ext.test.',
      'web.shop.ext.test. 5 A 192.0.2.1',
      'web.shop.ext.test. 5 AAAA 2001:db8::1',
      'web.shop.ext.test. 30 SRV 0 25 80 web.shop.ext.test.',
      'web.shop.ext.test. 30 SRV 0 25 443 web.shop.ext.test.',
      '_http._tcp.web.shop.ext.test. 30 SRV 0 50 80 web.shop.ext.test.',
      '_https._tcp.web.shop.ext.test. 30 SRV 0 50 443 web.shop.ext.test.',
      'web.data.ext.test. 5 A 192.0.2.1',
      'web.data.ext.test. 30 SRV 0 100 80 web.data.ext.test.',
      '_http._tcp.web.data.ext.test. 30 SRV 0 100 80 web.data.ext.test.',
      'named.shop.ext.test. 30 CNAME lb.example.com.',
      'named.shop.ext.test. 30 SRV 0 100 80 lb.example.com.',
      '_http._tcp.named.shop.ext.test. 30 SRV 0 100 80 lb.example.com.',
      'both.shop.ext.test. 5 A 192.0.2.2',
      'both.shop.ext.test. 30 CNAME lb.example.com.',
      'both.shop.ext.test. 30 SRV 0 50 25 both.shop.ext.test.',
      'both.shop.ext.test. 30 SRV 0 50 25 lb.example.com.',
      'portless.shop.ext.test. 5 A 192.0.2.3',
      'ext.test. 5 SOA',
    ]);
  });

  test('has endpoints with headless', async () => {
    const all = (await records(`${ZONE} {\nheadless\n}`, 'ext.test')) ?? [];
    expect(all.filter((record) => record.includes('db.shop'))).toEqual([
      'db.shop.ext.test. 5 A 10.0.0.1',
      'db.shop.ext.test. 5 A 10.0.0.2',
      'db.shop.ext.test. 5 AAAA fd00::2',
      'db.shop.ext.test. 30 SRV 0 16 5432 db-0.db.shop.ext.test.',
      'db.shop.ext.test. 30 SRV 0 16 9 db-0.db.shop.ext.test.',
      'db.shop.ext.test. 30 SRV 0 16 5432 db-1.db.shop.ext.test.',
      'db.shop.ext.test. 30 SRV 0 16 9 db-1.db.shop.ext.test.',
      'db-0.db.shop.ext.test. 5 A 10.0.0.1',
      'db-0.db.shop.ext.test. 30 SRV 0 50 5432 db-0.db.shop.ext.test.',
      'db-0.db.shop.ext.test. 30 SRV 0 50 9 db-0.db.shop.ext.test.',
      'db-1.db.shop.ext.test. 5 A 10.0.0.2',
      'db-1.db.shop.ext.test. 5 AAAA fd00::2',
      'db-1.db.shop.ext.test. 30 SRV 0 25 5432 db-1.db.shop.ext.test.',
      'db-1.db.shop.ext.test. 30 SRV 0 25 9 db-1.db.shop.ext.test.',
      '_pg._tcp.db.shop.ext.test. 30 SRV 0 33 5432 db-0.db.shop.ext.test.',
      '_pg._tcp.db.shop.ext.test. 30 SRV 0 33 5432 db-1.db.shop.ext.test.',
    ]);
  });

  test.each([
    ['ext.test', 7, 1],
    ['ext.test', 8, 1],
    ['ext.test', 6, 20],
    ['ext.test', 0, 20],
    ['shop.ext.test', undefined, undefined],
    ['block.test', undefined, undefined],
  ])('of %s to a client with version %s has %s records', async (zone, serial, count) => {
    expect((await records(ZONE, zone, serial))?.length).toBe(count);
  });
});
