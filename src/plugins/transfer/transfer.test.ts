import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { OPCODE, RCODE, rcodeName } from '../../dns/codes.ts';
import { decodeMessage } from '../../dns/decode.ts';
import { encodeMessage } from '../../dns/encode.ts';
import { createMessage, type Message } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import type { NamedInstance } from '../../plugin-api/context.ts';
import { setUp, testBlock, type TestQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { transfer } from './transfer.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const soa = parseRecord('z.test. 5 IN SOA ns.z.test. h.z.test. 42 1 2 3 4');
const a = parseRecord('a.z.test. 5 IN A 192.0.2.1');

/** A plugin with the zone `z.test` in version 42, and one, `broken.test`, that cannot be had. */
function provider(parts: NamedInstance['instance'] = {}): NamedInstance {
  const instance: NamedInstance['instance'] = {
    transfer: (origin, serial) => {
      if (origin.text === 'broken.test.') return new Error('no zone today');
      if (origin.text !== 'z.test.') return undefined;
      return serial === 42 ? [soa] : [soa, a, soa];
    },
    ...parts,
  };
  return { name: 'provider', instance };
}

function setUpWith(directives: string, instance = provider()): TestSetup {
  return setUp(transfer, directives, {
    block: testBlock({ zones: [DomainName.parse('test')], instances: () => [instance] }),
  });
}

const LONG = ['z.test. 5 IN SOA ns.z.test. h.z.test. 42 1 2 3 4', 'a.z.test. 5 IN A 192.0.2.1'];
const WHOLE = ['NOERROR AA transfer', ...LONG, ...LONG.slice(0, 1)];

/** The reply as rcode, marks and records; `next` when the query went on. */
async function show(setup: TestSetup, query: TestQuery): Promise<string[]> {
  let passed = false;
  const reply = await setup.ask({ transport: 'tcp', ...query }, () => {
    passed = true;
    return null;
  });
  if (passed) return ['next'];
  if (reply === null) return ['dropped'];
  const marks = [reply.authoritative && 'AA', reply.transfer && 'transfer', reply.unwritten && 'unwritten'];
  return [
    [rcodeName(reply.rcode), ...marks.filter((mark) => mark !== false)].join(' '),
    ...reply.answers.map(printRecord),
    ...(reply.error === undefined ? [] : [reply.error.message]),
  ];
}

function ixfr(serial: number, copies = 1): Partial<Message> {
  const own = parseRecord(`z.test. 0 IN SOA n. h. ${serial} 1 1 1 1`);
  return { authorities: Array.from({ length: copies }, () => own), opcode: OPCODE.QUERY };
}

describe('queries', () => {
  const everybody = setUpWith('transfer {\nto *\n}');

  test.each<[what: string, query: TestQuery, expected: readonly string[]]>([
    ['AXFR', { name: 'z.test', type: 'AXFR' }, WHOLE],
    ['AXFR over TLS', { name: 'z.test', type: 'AXFR', transport: 'tls' }, WHOLE],
    ['AXFR in another letter case', { name: 'Z.test', type: 'AXFR' }, WHOLE],
    ['AXFR by UDP', { name: 'z.test', type: 'AXFR', transport: 'udp' }, ['REFUSED unwritten']],
    ['AXFR by HTTPS', { name: 'z.test', type: 'AXFR', transport: 'https' }, ['REFUSED unwritten']],
    ['AXFR of a name that nobody has a zone of', { name: 'a.z.test', type: 'AXFR' }, ['next']],
    ['AXFR outside of the zones of the block', { name: 'z.example', type: 'AXFR' }, ['next']],
    [
      'AXFR of a zone that cannot be had',
      { name: 'broken.test', type: 'AXFR' },
      ['SERVFAIL unwritten', 'no zone today'],
    ],
    ['another type', { name: 'z.test', type: 'A' }, ['next']],
    ['IXFR without the version of the client', { name: 'z.test', type: 'IXFR' }, ['SERVFAIL unwritten']],
    ['IXFR with two versions', { name: 'z.test', type: 'IXFR', message: ixfr(1, 2) }, ['SERVFAIL unwritten']],
    ['IXFR of an old version', { name: 'z.test', type: 'IXFR', message: ixfr(41) }, WHOLE],
    ['IXFR of a newer version', { name: 'z.test', type: 'IXFR', message: ixfr(43) }, WHOLE],
    [
      'IXFR of the current version',
      { name: 'z.test', type: 'IXFR', message: ixfr(42) },
      ['NOERROR', ...LONG.slice(0, 1)],
    ],
  ])('%s', async (_what, query, expected) => {
    const message = query.message === undefined ? undefined : { ...query.message };
    const asked = message === undefined ? query : { ...query, message: { ...message, questions: questionsOf(query) } };
    expect(await show(everybody, asked)).toEqual(expected);
  });

  test('are logged as CoreDNS does', async () => {
    const setup = setUpWith('transfer {\nto *\n}');
    await show(setup, { name: 'z.test', type: 'AXFR', client: { address: '192.0.2.9', port: 1 } });
    const message = { ...ixfr(42), questions: questionsOf({ name: 'z.test', type: 'IXFR' }) };
    await show(setup, { name: 'z.test', type: 'IXFR', message });
    expect(setup.log).toEqual([
      '[INFO] Outgoing transfer of 3 records of zone "z.test." to 192.0.2.9 for 42 SOA serial',
      '[INFO] Outgoing noop, incremental transfer for up to date zone "z.test." to 127.0.0.1 for 42 SOA serial',
    ]);
  });
});

describe('clients', () => {
  const some = 'transfer {\nto 192.0.2.1 192.0.2.2:5353\nto 2001:DB8::1 [2001:db8::2]:5353\n}';

  test.each([
    [some, '192.0.2.1', 'NOERROR'],
    [some, '192.0.2.2', 'NOERROR'],
    [some, '192.0.2.3', 'REFUSED'],
    [some, '2001:db8::1', 'NOERROR'],
    [some, '2001:db8::2', 'NOERROR'],
    [some, '2001:db8::3', 'REFUSED'],
    [`${some}\ntransfer z.test {\nto 192.0.2.3\n}`, '192.0.2.1', 'REFUSED'],
    [`${some}\ntransfer z.test {\nto 192.0.2.3\n}`, '192.0.2.3', 'NOERROR'],
    ['transfer other.test {\nto *\n}', '192.0.2.1', 'next'],
    ['transfer z.test {\nto 192.0.2.1\n}\ntransfer z.test {\nto 192.0.2.3\n}', '192.0.2.3', 'NOERROR'],
  ])('%j: %s gets %s', async (directives, address, expected) => {
    const setup = setUpWith(directives);
    expect(setup.problems).toEqual([]);
    const [first] = await show(setup, { name: 'z.test', type: 'AXFR', client: { address, port: 4711 } });
    expect(first?.split(' ')[0]).toBe(expected);
  });
});

test.each([
  ['transfer', 'transfer/to'],
  ['transfer {\n}', 'transfer/to'],
  ['transfer {\nto\n}', 'option/arguments'],
  ['transfer {\nto *:53\n}', 'option/value'],
  ['transfer {\nto 10.0.0.300\n}', 'option/value'],
  ['transfer {\nto 10.0.0.1:70000\n}', 'option/value'],
  ['transfer {\nto *\nsource x\n}', 'option/value'],
  ['transfer {\nto *\nsource 127.0.0.1\nsource 127.0.0.2\n}', 'option/repeated'],
  ['transfer {\nto *\nbogus\n}', 'option/unknown'],
])('%j is refused: %s', (directives, code) => {
  expect(setUpWith(directives).problems.map((problem) => problem.code)).toEqual([code]);
});

describe('new versions of zones', () => {
  test('are told to all addresses of the rule, when the server answers', async () => {
    const secondary = await listen();
    let announce = (_origin: DomainName): void => {};
    const setup = setUpWith(
      `transfer {\nto * 127.0.0.1:${secondary.port}\nsource 127.0.0.2\n}`,
      provider({ onNewVersion: (notify) => (announce = notify) }),
    );
    closing.push(() => void setup.instance.stop?.('shutdown'));
    await setup.instance.start?.();
    announce(DomainName.parse('z.test'));
    announce(DomainName.parse('z.test'));
    announce(DomainName.parse('z.example'));
    expect(secondary.received).toEqual([]);
    setup.instance.serving?.();
    await expect.poll(() => secondary.received).toEqual(['127.0.0.2 NOTIFY AA z.test. SOA']);
    announce(DomainName.parse('z.test'));
    await expect.poll(() => secondary.received.length).toBe(2);
    expect(setup.log).toEqual([]);
  });

  test('are told three times to a secondary that does not accept them', async () => {
    const secondary = await listen(RCODE.REFUSED);
    const setup = setUpWith(
      `transfer {\nto 127.0.0.1:${secondary.port}\n}`,
      provider({ onNewVersion: (notify) => notify(DomainName.parse('z.test')) }),
    );
    await setup.instance.start?.();
    setup.instance.serving?.();
    await expect
      .poll(() => setup.log)
      .toEqual([
        `[WARNING] notify for zone "z.test." was not accepted by "127.0.0.1:${secondary.port}": rcode was REFUSED`,
      ]);
    expect(secondary.received.length).toBe(3);
  });
});

function questionsOf({ name, type }: TestQuery): Message['questions'] {
  return [{ name: DomainName.parse(name), type: type === 'IXFR' ? 251 : 252, class: 1 }];
}

/** A secondary that answers every NOTIFY with `rcode`, and what it received. */
async function listen(
  rcode: number = RCODE.NOERROR,
): Promise<{ readonly port: number; readonly received: readonly string[] }> {
  const socket: Socket = createSocket('udp4');
  closing.push(() => socket.close());
  const received: string[] = [];
  socket.on('message', (octets, remote) => {
    const message = decodeMessage(octets);
    const [question] = message.questions;
    const opcode = message.opcode === OPCODE.NOTIFY ? 'NOTIFY' : message.opcode;
    const flags = message.authoritative ? 'AA' : '-';
    const type = question?.type === 6 ? 'SOA' : question?.type;
    received.push(`${remote.address} ${opcode} ${flags} ${question?.name.text} ${type}`);
    const reply = createMessage({ ...message, response: true, rcode });
    socket.send(encodeMessage(reply, { compress: false }), remote.port, remote.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { port: socket.address().port, received };
}
