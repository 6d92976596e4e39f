import { describe, expect, test } from 'vitest';
import { CLASS, OPCODE, RCODE } from '../../dns/codes.ts';
import { createEdns } from '../../dns/message.ts';
import { A } from '../../dns/records/a.ts';
import { makeReply, type ReplyParts } from '../../plugin-api/reply.ts';
import { type TestQuery, testQuery } from '../../plugin-api/testing.ts';
import { COMMON_FORMAT, compileFormat } from './format.ts';

function format(text: string, parts: Partial<TestQuery> = {}, reply: ReplyParts | null = {}): string {
  const query = testQuery({ name: 'WWW.Example.org', arrival: 1000, ...parts });
  return compileFormat(text)(query, reply === null ? null : makeReply(query, reply), 1000.107_851);
}

describe('placeholders of the query', () => {
  test.each<[string, Partial<TestQuery>, string]>([
    ['{type}', { type: 'AAAA' }, 'AAAA'],
    ['{type}', { type: 'TYPE65280' }, 'TYPE65280'],
    ['{class}', {}, 'IN'],
    ['{name}', {}, 'www.example.org.'],
    ['{name}', { name: '.' }, '.'],
    ['{name}', { name: 'a\\032b\\"c.test' }, 'a\\032b\\"c.test.'],
    ['{proto}', {}, 'udp'],
    ['{proto}', { transport: 'tls' }, 'tcp'],
    ['{proto}', { transport: 'quic' }, 'udp'],
    ['{remote}', {}, '127.0.0.1'],
    ['{remote}:{port}', { client: { address: '2001:db8::1', port: 40_001 } }, '[2001:db8::1]:40001'],
    ['{local}', {}, '127.0.0.1'],
    ['{size}', {}, '33'],
    ['{>id}', { message: { id: 65_535 } }, '65535'],
    ['{>opcode}', { message: { opcode: OPCODE.NOTIFY } }, '4'],
    ['{>do}', {}, 'false'],
    ['{>do}', { message: { edns: createEdns(1232) } }, 'false'],
    ['{>do}', { message: { edns: createEdns(1232, { dnssecOk: true }) } }, 'true'],
    ['{>bufsize}', {}, '512'],
    ['{>bufsize}', { message: { edns: createEdns(100) } }, '512'],
    ['{>bufsize}', { message: { edns: createEdns(4096) } }, '4096'],
    ['{>bufsize}', { transport: 'tcp', message: { edns: createEdns(4096) } }, '65535'],
  ])('%s of %j', (text, parts, line) => {
    expect(format(text, parts)).toBe(line);
  });

  test('{class} of another class', () => {
    const query = testQuery({ name: 'version.bind', type: 'TXT' });
    const chaos = { ...query, question: { ...query.question, class: CLASS.CH } };
    expect(compileFormat('{class}')(chaos, makeReply(chaos), 0)).toBe('CH');
  });
});

describe('placeholders of the reply', () => {
  const answers = [
    A.make(testQuery({ name: 'www.example.org' }).question.name, 60, { address: Uint8Array.of(1, 2, 3, 4) }),
  ];

  test.each<[string, ReplyParts | null, string]>([
    ['{rcode}', {}, 'NOERROR'],
    ['{rcode}', { rcode: RCODE.NXDOMAIN }, 'NXDOMAIN'],
    ['{rcode}', { rcode: 3000 }, '3000'],
    ['{rcode}', null, '-'],
    ['{rsize}', {}, '33'],
    ['{rsize}', { answers }, '64'],
    ['{rsize}', null, '0'],
    ['{>rflags}', {}, 'qr,rd'],
    ['{>rflags}', { recursionDesired: false }, 'qr'],
    [
      '{>rflags}',
      {
        authoritative: true,
        truncated: true,
        recursionAvailable: true,
        authenticData: true,
        checkingDisabled: true,
      },
      'qr,aa,tc,rd,ra,ad,cd',
    ],
    ['{>rflags}', null, '-'],
  ])('%s of %j', (text, reply, line) => {
    expect(format(text, {}, reply)).toBe(line);
  });
});

test.each([
  [0.107_851, '0.000107851s'],
  [0, '0s'],
  [0.0005, '0.0000005s'],
  [1000, '1s'],
  [2500.5, '2.5005s'],
  [100_000, '100s'],
])('{duration} of %d ms is %s', (milliseconds, text) => {
  const query = testQuery({ name: '.', arrival: 0 });
  expect(compileFormat('{duration}')(query, makeReply(query), milliseconds)).toBe(text);
});

test.each([
  ['{/forward/upstream}', '10.0.0.1:53'],
  ['{/empty/value}', ''],
  ['{/not/there}', '-'],
  ['{/}', '-'],
])('the metadata label %s', (text, value) => {
  const metadata = new Map([
    ['forward/upstream', () => '10.0.0.1:53'],
    ['empty/value', () => ''],
  ]);
  expect(format(text, { metadata })).toBe(value);
  expect(format(text)).toBe('-');
});

test.each([
  ['', ''],
  ['plain text', 'plain text'],
  ['{}', '{}'],
  ['{bogus} {NAME} {>Id} {>foo}', '{bogus} {NAME} {>Id} {>foo}'],
  ['{ {name}', '{ www.example.org.'],
  ['x}y{name}', 'x}ywww.example.org.'],
  ['{name} {unclosed', 'www.example.org. {unclosed'],
  ['$& {name} $1', '$& www.example.org. $1'],
])('what is no placeholder stays: %j', (text, line) => {
  expect(format(text)).toBe(line);
});

test('the formats with names', () => {
  const common = '127.0.0.1:40000 - 4711 "A IN www.example.org. udp 33 false 512" NOERROR qr,rd 33 0.000107851s';
  expect(format(COMMON_FORMAT)).toBe(common);
  expect(format('{common}')).toBe(common);
  expect(format('{combined} {common}')).toBe(`${common} "0" ${common}`);
});
