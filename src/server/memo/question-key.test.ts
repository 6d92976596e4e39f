import { describe, expect, it } from 'vitest';
import { encodeMessage } from '../../dns/encode.ts';
import { createEdns, createMessage, type Message } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { parseType } from '../../dns/types.ts';
import { allocateWireArea } from '../../transport/wire-area.ts';
import { hasEdns, maskOf, PATH, QuestionKey } from './question-key.ts';

function octetsOf(name: string, type = 'A', parts: Partial<Message> = {}): Uint8Array {
  const question = { name: DomainName.parse(name), type: parseType(type) ?? 0, class: 1 };
  return encodeMessage(createMessage({ questions: [question], ...parts }), { compress: false });
}

/** Read somewhere in the middle of other octets. */
function read(octets: Uint8Array, path = 0, start = 7): QuestionKey | undefined {
  const area = allocateWireArea(2000);
  area.bytes.fill(0xaa);
  area.bytes.set(octets, start);
  const key = new QuestionKey();
  return key.read(area, start, octets.length, path) ? key : undefined;
}

function identity(octets: Uint8Array, path = 0): string {
  const key = read(octets, path);
  return key === undefined ? 'none' : `${key.hash} ${key.bits} ${key.length}`;
}

describe('the key of a question', () => {
  it('is the same wherever the message stands and whatever its id', () => {
    const octets = octetsOf('web.shop.svc.cluster.local');
    const other = octetsOf('web.shop.svc.cluster.local', 'A', { id: 999 });
    expect(identity(other)).toBe(identity(octets));
    for (const start of [0, 1, 2, 3, 4]) expect(read(octets, 0, start)?.hash).toBe(read(octets)?.hash);
  });

  const plain = identity(octetsOf('www.example.org'));
  it.each<[what: string, octets: Uint8Array, path?: number]>([
    ['another name', octetsOf('wwx.example.org')],
    ['another label end', octetsOf(String.raw`www\.example.org`)],
    ['another type', octetsOf('www.example.org', 'AAAA')],
    ['another letter case', octetsOf('www.Example.org')],
    ['RD', octetsOf('www.example.org', 'A', { recursionDesired: true })],
    ['AD', octetsOf('www.example.org', 'A', { authenticData: true })],
    ['CD', octetsOf('www.example.org', 'A', { checkingDisabled: true })],
    ['EDNS', octetsOf('www.example.org', 'A', { edns: createEdns(1232) })],
    ['DO', octetsOf('www.example.org', 'A', { edns: createEdns(1232, { dnssecOk: true }) })],
    ['IPv6', octetsOf('www.example.org'), PATH.IPV6],
    ['a stream', octetsOf('www.example.org'), PATH.STREAM],
  ])('differs with %s', (_what, octets, path) => {
    expect(identity(octets, path)).not.toBe(plain);
    expect(identity(octets, path)).not.toBe('none');
  });

  it.each<[name: string, capitals: boolean]>([
    ['www.example.org', false],
    ['a@[`{z_-09.example', false],
    ['wwW.example.org', true],
    ['a.b.c.D', true],
    ['Z', true],
    [String.raw`\200\219.example`, false],
  ])('sees whether %s has capitals', (name, capitals) => {
    expect(read(octetsOf(name, 'TYPE16705'))?.hasCapitals).toBe(capitals);
  });

  it.each<[what: string, edns: number | undefined, path: number, limit: number]>([
    ['without EDNS', undefined, 0, 512],
    ['a small payload', 100, 0, 512],
    ['a payload', 1232, 0, 1232],
    ['a stream', undefined, PATH.STREAM, 65_535],
    ['a stream with EDNS', 1232, PATH.STREAM, 65_535],
  ])('knows what the client takes: %s', (_what, size, path, limit) => {
    const edns = size === undefined ? undefined : createEdns(size);
    const key = read(octetsOf('a.test', 'A', { edns }), path);
    expect([key?.limit, hasEdns(key?.bits ?? 0)]).toEqual([limit, edns !== undefined]);
  });

  const query = octetsOf('www.example.org');
  it.each<[what: string, octets: Uint8Array]>([
    ['a response', octetsOf('a.test', 'A', { response: true })],
    ['another opcode', octetsOf('a.test', 'A', { opcode: 4 })],
    ['flags of responses', octetsOf('a.test', 'A', { authoritative: true })],
    ['an rcode', octetsOf('a.test', 'A', { rcode: 3 })],
    ['no question', encodeMessage(createMessage({}), { compress: false })],
    ['a cut header', query.subarray(0, 10)],
    ['a cut name', query.subarray(0, 20)],
    ['a cut question', query.subarray(0, query.length - 1)],
    ['octets after the question', Uint8Array.of(...query, 0)],
    ['a pointer', Uint8Array.of(...query.subarray(0, 12), 0xc0, 12, 0, 1, 0, 1)],
    ['an EDNS version', octetsOf('a.test', 'A', { edns: createEdns(1232, { version: 1 }) })],
    [
      'an EDNS option',
      octetsOf('a.test', 'A', { edns: createEdns(1232, { options: [{ code: 10, data: new Uint8Array(8) }] }) }),
    ],
  ])('is none for %s', (_what, octets) => {
    expect(read(octets)).toBeUndefined();
  });
});

it('masks the octets of a word', () => {
  expect([-1, 0, 1, 2, 3, 4, 9].map((count) => maskOf(count) >>> 0)).toEqual([
    0, 0, 0xff, 0xffff, 0xff_ffff, 0xffff_ffff, 0xffff_ffff,
  ]);
});

it('spreads numbered names', () => {
  const octets = octetsOf(`name-${'0'.repeat(9)}.default.svc.cluster.local`);
  const digits = octets.indexOf('0'.charCodeAt(0));
  const area = allocateWireArea(octets.length);
  const key = new QuestionKey();
  const hashes = new Set<number>();
  const count = 100_000;
  for (let i = 0; i < count; i++) {
    octets.set(Buffer.from(String(i).padStart(9, '0')), digits);
    area.bytes.set(octets);
    key.read(area, 0, octets.length, 0);
    hashes.add(key.hash);
  }
  // Of so many numbers of 32 bits drawn at random one is expected twice.
  expect(hashes.size).toBeGreaterThan(count - 20);
});
