import { expect, test } from 'vitest';
import { createEdns, type Edns } from '../../dns/message.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { setUp, type TestQuery, testQuery } from '../../plugin-api/testing.ts';
import { rewrite } from './rewrite.ts';

type Options = readonly (readonly [code: number, hex: string])[];

function edns(options: Options, payloadSize = 1232): Edns {
  return createEdns(payloadSize, {
    options: options.map(([code, hex]) => ({ code, data: Buffer.from(hex, 'hex') })),
  });
}

function optionsOf(from: Edns | undefined): Options | undefined {
  return from?.options.map(({ code, data }) => [code, Buffer.from(data).toString('hex')]);
}

/**
 * What the next plugin gets, and what the reply's OPT record has if that plugin makes none, and if it sends the
 * query's back.
 */
async function exchange(rules: string, query: TestQuery): Promise<readonly (Options | undefined)[]> {
  const { ask, problems } = setUp(rewrite, rules);
  expect(problems).toEqual([]);
  const seen: Query[] = [];
  const plain = await ask(query, (passed) => {
    seen.push(passed);
    return makeReply(passed);
  });
  const mirrored = await ask(query, (passed) => makeReply(passed, { edns: passed.message.edns }));
  return [seen[0]?.message.edns, plain?.edns, mirrored?.edns].map(optionsOf);
}

const ABCD: Options[number] = [65_518, '61626364'];
const OWN: Options[number] = [65_518, '0102'];
const FOREIGN: Options = [
  [65_001, '09'],
  [10, '0102030405060708'],
];
const NSID: Options[number] = [3, ''];
const SERVER: Options[number] = [3, 'aa'];
const HERE: Options[number] = [8, '000118007f0000'];
const THERE: Options[number] = [8, '000118000a0000'];

test.each<[rule: string, options: Options | undefined, expected: readonly (Options | undefined)[]]>([
  ['local set 0xffee abcd', undefined, [[ABCD], [ABCD], [ABCD]]],
  ['local set 65518 0x61626364', [], [[ABCD], [ABCD], [ABCD]]],
  ['LOCAL Set 0xFFEE abcd', [...FOREIGN, OWN], [[...FOREIGN, ABCD], [ABCD], [...FOREIGN, ABCD]]],
  [
    'local append 0xffee abcd',
    [OWN],
    [
      [OWN, ABCD],
      [OWN, ABCD],
      [OWN, ABCD],
    ],
  ],
  ['local append 0xffee abcd', FOREIGN, [[...FOREIGN, ABCD], [ABCD], [...FOREIGN, ABCD]]],
  ['local replace 0xffee abcd', undefined, [[], undefined, []]],
  ['local replace 0xffee abcd', FOREIGN, [FOREIGN, undefined, FOREIGN]],
  ['local replace 0xffee abcd', [OWN], [[ABCD], [ABCD], [ABCD]]],
  ['local unset 0xffee', undefined, [[], undefined, []]],
  ['local unset 0xffee', [OWN, ...FOREIGN, OWN], [FOREIGN, undefined, FOREIGN]],
  ['local set 0xffee abcd revert', undefined, [[ABCD], [], []]],
  ['local set 0xffee abcd revert', [OWN], [[ABCD], [OWN], [OWN]]],
  ['local set 0xffee abcd revert', FOREIGN, [[...FOREIGN, ABCD], [], FOREIGN]],
  ['local append 0xffee abcd revert', [], [[ABCD], [], []]],
  [
    'local append 0xffee abcd revert',
    [OWN, ABCD],
    [
      [OWN, ABCD, ABCD],
      [OWN, ABCD],
      [OWN, ABCD],
    ],
  ],
  ['local replace 0xffee abcd revert', [OWN], [[ABCD], [OWN], [OWN]]],
  ['local replace 0xffee abcd revert', [], [[], undefined, []]],
  ['nsid set', undefined, [[NSID], undefined, [NSID]]],
  ['nsid set', [SERVER], [[NSID], undefined, [NSID]]],
  ['nsid append', [SERVER], [[SERVER, NSID], undefined, [SERVER, NSID]]],
  ['nsid replace', [], [[], undefined, []]],
  ['nsid replace', [SERVER], [[NSID], undefined, [NSID]]],
  ['nsid unset', [SERVER, ...FOREIGN], [FOREIGN, undefined, FOREIGN]],
  ['nsid set revert', [], [[NSID], undefined, []]],
  ['nsid set revert', [SERVER], [[NSID], undefined, [SERVER]]],
  ['subnet set 24 56', undefined, [[HERE], undefined, [HERE]]],
  ['subnet set 24 56', [THERE], [[HERE], undefined, [HERE]]],
  ['subnet append 24 56', [], [[HERE], undefined, [HERE]]],
  ['subnet append 24 56', [THERE], [[THERE], undefined, [THERE]]],
  ['subnet replace 24 56', [], [[], undefined, []]],
  ['subnet replace 24 56 revert', [THERE], [[HERE], undefined, [THERE]]],
  ['subnet set 24 56 revert', [], [[HERE], undefined, []]],
  ['subnet unset', [THERE, NSID], [[NSID], undefined, [NSID]]],
  ['subnet set 0 0', [], [[[8, '00010000']], undefined, [[8, '00010000']]]],
  ['subnet set 20 56', [], [[[8, '000114007f0000']], undefined, [[8, '000114007f0000']]]],
])('rewrite edns0 %s, options %j: query, reply, reply that mirrors', async (rule, options, expected) => {
  const message = { edns: options === undefined ? undefined : edns(options) };
  expect(await exchange(`rewrite edns0 ${rule}`, { name: 'a.test', message })).toEqual(expected);
});

test('an OPT record that the client did not send is CoreDNS’s; one that it sent keeps its terms', async () => {
  const { ask } = setUp(rewrite, 'rewrite edns0 nsid set');
  const seen: (Edns | undefined)[] = [];
  for (const sent of [undefined, createEdns(700, { dnssecOk: true })]) {
    await ask({ name: 'a.test', message: { edns: sent } }, (query) => {
      seen.push(query.message.edns);
      return makeReply(query);
    });
  }
  expect(seen).toMatchObject([
    { payloadSize: 4096, version: 0, dnssecOk: false },
    { payloadSize: 700, dnssecOk: true },
  ]);
});

const IPV6 = { address: '2001:db8:1:2ff::3', port: 50_000 };

test.each<[variable: string, query: Partial<TestQuery>, expected: string | undefined]>([
  ['{qname}', {}, Buffer.from('A.Test.').toString('hex')],
  ['{qtype}', { type: 'AAAA' }, '001c'],
  ['{qtype}', { type: 'TYPE65280' }, 'ff00'],
  ['{client_ip}', {}, '7f000001'],
  ['{client_ip}', { client: IPV6 }, '20010db8000102ff0000000000000003'],
  ['{client_port}', { client: IPV6 }, 'c350'],
  ['{protocol}', { transport: 'udp' }, '756470'],
  ['{protocol}', { transport: 'tls' }, '746370'],
  ['{server_ip}', {}, '7f000001'],
  ['{server_port}', {}, '0035'],
  ['{kubernetes/client-namespace}', { metadata: new Map([['kubernetes/client-namespace', () => 'shop']]) }, '73686f70'],
  ['{kubernetes/client-namespace}', { metadata: new Map([['kubernetes/client-namespace', () => '']]) }, undefined],
  ['{kubernetes/client-namespace}', { metadata: new Map() }, undefined],
  ['{kubernetes/client-namespace}', {}, undefined],
])('%s of %j is %s', async (variable, query, expected) => {
  const [options] = await exchange(`rewrite edns0 local set 65000 ${variable}`, { name: 'A.Test', ...query });
  expect(options).toEqual(expected === undefined ? undefined : [[65_000, expected]]);
});

test.each([
  ['::', '127.0.0.1', undefined],
  ['0.0.0.0', '127.0.0.1', undefined],
  ['::ffff:192.0.2.1', '192.0.2.2', [[65_000, 'c0000201']]],
  ['2001:db8::1', '2001:db8::2', [[65_000, '20010db8000000000000000000000001']]],
])('{server_ip} of a listener on %s, asked by %s', (local, client, expected) => {
  const { instance } = setUp(rewrite, 'rewrite edns0 local set 65000 {server_ip}');
  const query: Query = {
    ...testQuery({ name: 'a.test' }),
    client: { address: client, port: 1 },
    local: { address: local, port: 53 },
  };
  const seen: Query[] = [];
  void instance.handle?.(query, (passed) => {
    seen.push(passed);
    return null;
  });
  expect(optionsOf(seen[0]?.message.edns)).toEqual(expected);
});

test('networks of IPv6 clients', async () => {
  const [options] = await exchange('rewrite edns0 subnet set 24 56', { name: 'a.test', client: IPV6 });
  expect(options).toEqual([[8, '0002380020010db8000102']]);
});

test('several rules, some of which were not for the query', async () => {
  const rules = [
    'rewrite continue edns0 local set 0xffee abcd revert',
    'rewrite edns0 local replace 0xfff0 abcd',
    'rewrite continue edns0 local append 0xffee 0x0102 revert',
    'rewrite edns0 nsid set',
    'rewrite edns0 nsid unset',
  ];
  expect(await exchange(rules.join('\n'), { name: 'a.test', message: { edns: edns([]) } })).toEqual([
    [ABCD, OWN, NSID],
    [],
    [NSID],
  ]);
});

test('{qname} is what rules before it made of the name', async () => {
  const rules = 'rewrite continue name a.test b.test\nrewrite edns0 local set 65000 {qname}';
  const [options] = await exchange(rules, { name: 'a.test' });
  expect(options).toEqual([[65_000, Buffer.from('b.test.').toString('hex')]]);
});
