import { describe, expect, it } from 'vitest';
import { CLASS, OPCODE, RCODE } from '../dns/codes.ts';
import { decodeMessage } from '../dns/decode.ts';
import { encodedLength } from '../dns/encode.ts';
import { createEdns, type Message, type ResourceRecord } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import { A } from '../dns/records/a.ts';
import { TXT } from '../dns/records/txt.ts';
import type { Transport } from '../plugin-api/query.ts';
import { makeFailure, makeReply, type ReplyParts, toMessage } from '../plugin-api/reply.ts';
import { testQuery, type TestQuery } from '../plugin-api/testing.ts';
import { encodeBadVersion, encodeReply, encodeTransfer, sizeLimit } from './respond.ts';

const name = 'www.example.org';
const owner = DomainName.parse(name);
const address = A.make(owner, 60, { address: Uint8Array.of(10, 0, 0, 1) });

/** What the client reads. */
function reply(parts: ReplyParts, asked: Partial<TestQuery> = {}): Message {
  const query = testQuery({ name, ...asked });
  return decodeMessage(encodeReply(query, makeReply(query, parts)));
}

describe('the header', () => {
  it.each<[what: string, asked: Partial<Message>, parts: ReplyParts, expected: Partial<Message>]>([
    [
      'copies ID, RD and CD',
      { id: 7, checkingDisabled: true },
      {},
      { id: 7, recursionDesired: true, checkingDisabled: true },
    ],
    ['sets no RD that was not asked for', { recursionDesired: false }, {}, { recursionDesired: false }],
    [
      'copies no AD, AA, TC, RA and Z',
      { authenticData: true, authoritative: true, truncated: true, recursionAvailable: true, zero: true },
      {},
      { authenticData: false, authoritative: false, truncated: false, recursionAvailable: false, zero: false },
    ],
    [
      'has the flags that plugins set',
      {},
      { authoritative: true, recursionAvailable: true, authenticData: true, truncated: true },
      { authoritative: true, recursionAvailable: true, authenticData: true, truncated: true },
    ],
    [
      'copies the opcode, and RD and CD for QUERY alone',
      { opcode: OPCODE.NOTIFY, checkingDisabled: true },
      {},
      { opcode: OPCODE.NOTIFY, recursionDesired: false, checkingDisabled: false },
    ],
  ])('%s', (_what, asked, parts, expected) => {
    expect(reply(parts, { message: asked })).toMatchObject({ response: true, rcode: RCODE.NOERROR, ...expected });
  });

  it('repeats the question letter by letter', () => {
    expect(reply({}, { name: 'WwW.eXample.org' }).questions[0]?.name.text).toBe('WwW.eXample.org.');
  });

  it.each([RCODE.SERVFAIL, RCODE.REFUSED, RCODE.FORMERR, RCODE.NOTIMP])(
    'is all that a failure with rcode %i has',
    (rcode) => {
      const query = testQuery({ name, message: { edns: createEdns(1232) } });
      const failure = { ...makeFailure(query, rcode), answers: [address], authoritative: true };
      expect(decodeMessage(encodeReply(query, failure))).toMatchObject({
        rcode,
        authoritative: false,
        answers: [],
        edns: { payloadSize: 1232 },
      });
    },
  );
});

describe('EDNS', () => {
  const option = { code: 3, data: Uint8Array.of(1) };

  it.each<[what: string, asked: Message['edns'], made: Message['edns'], expected: Message['edns']]>([
    ['none goes to a client without', undefined, undefined, undefined],
    ['not even one that a plugin made', undefined, createEdns(4096, { dnssecOk: true, options: [option] }), undefined],
    ['a client with it gets one', createEdns(1232), undefined, createEdns(1232)],
    ['the size is echoed, be it 0', createEdns(0), undefined, createEdns(0)],
    ['the size is echoed, be it the largest', createEdns(65_535), createEdns(4096), createEdns(65_535)],
    ['DO is echoed', createEdns(1232, { dnssecOk: true }), undefined, createEdns(1232, { dnssecOk: true })],
    [
      'DO of a plugin stays',
      createEdns(1232),
      createEdns(512, { dnssecOk: true }),
      createEdns(1232, { dnssecOk: true }),
    ],
    ['other flags are not echoed', createEdns(1232, { flags: 0x7fff }), undefined, createEdns(1232)],
    ['options of the query are not echoed', createEdns(1232, { options: [option] }), undefined, createEdns(1232)],
    [
      'options of a plugin go out',
      createEdns(1232),
      createEdns(512, { options: [option] }),
      createEdns(1232, { options: [option] }),
    ],
  ])('%s', (_what, asked, made, expected) => {
    expect(reply({ edns: made }, { message: { edns: asked } }).edns).toEqual(expected);
  });

  it('carries the upper bits of an rcode', () => {
    expect(reply({ rcode: RCODE.BADCOOKIE }, { message: { edns: createEdns(1232) } }).rcode).toBe(RCODE.BADCOOKIE);
  });

  it('missing, a large rcode is a failure', () => {
    expect(reply({ rcode: RCODE.BADCOOKIE })).toMatchObject({ rcode: RCODE.SERVFAIL, edns: undefined });
  });

  it('of an unknown version is answered with the known one alone', () => {
    const edns = createEdns(1232, { version: 1, dnssecOk: true, options: [option] });
    expect(decodeMessage(encodeBadVersion(testQuery({ name, message: { edns } })))).toMatchObject({
      rcode: RCODE.BADVERS,
      recursionDesired: true,
      answers: [],
      edns: createEdns(0),
    });
  });
});

describe('a transfer', () => {
  const zone = DomainName.parse('example.org');
  // 1,000 octets each, with owner and fixed part.
  const records = (count: number): ResourceRecord[] => {
    const strings = Array.from({ length: 4 }, () => 'x'.repeat(255)).with(3, 'x'.repeat(208));
    return Array.from({ length: count }, (_, i) => TXT.make(zone, i, { strings }));
  };

  it.each<[count: number, sizes: readonly number[]]>([
    [1, [1]],
    [63, [63]],
    [64, [63, 1]],
    [127, [63, 63, 1]],
  ])('of %i records is spread over messages', (count, sizes) => {
    const query = testQuery({ name: 'example.org', type: 'AXFR', transport: 'tcp', message: { id: 77 } });
    const answers = records(count);
    const octets = [...encodeTransfer(query, makeReply(query, { authoritative: true, answers, transfer: true }))];
    const messages = octets.map((message) => decodeMessage(message));
    expect(messages.map((message) => message.answers.length)).toEqual(sizes);
    expect(messages.flatMap((message) => message.answers.map(({ ttl }) => ttl))).toEqual(answers.map(({ ttl }) => ttl));
    for (const message of messages) {
      expect(message).toMatchObject({
        id: 77,
        authoritative: true,
        truncated: false,
        questions: query.message.questions,
      });
    }
  });
});

describe('the size limit', () => {
  it.each<[transport: Transport, payloadSize: number | undefined, limit: number]>([
    ['udp', undefined, 512],
    ['udp', 0, 512],
    ['udp', 511, 512],
    ['udp', 513, 513],
    ['udp', 65_535, 65_535],
    ['quic', undefined, 512],
    ['https3', 1232, 1232],
    ['tcp', undefined, 65_535],
    ['tls', 512, 65_535],
    ['https', undefined, 65_535],
    ['grpc', undefined, 65_535],
  ])('by %s with %s is %i', (transport, payloadSize, limit) => {
    const edns = payloadSize === undefined ? undefined : createEdns(payloadSize);
    const query = testQuery({ name, transport, message: { edns } });
    expect(sizeLimit(query, makeReply(query))).toBe(limit);
  });
});

/** Answers that make the message as long as wanted, without compression. */
function answersFor(length: number, edns: boolean): ResourceRecord[] {
  const text = (size: number): ResourceRecord => TXT.make(owner, 60, { strings: ['x'.repeat(size)] });
  const empty = encodedLength(toMessage(testQuery({ name }), makeReply(testQuery({ name })))) + (edns ? 11 : 0);
  const overhead =
    encodedLength({ ...toMessage(testQuery({ name }), makeReply(testQuery({ name }))), answers: [text(0)] }) -
    (empty - (edns ? 11 : 0));
  const records: ResourceRecord[] = [];
  let left = length - empty;
  while (left > 0) {
    // What is left has to have room for one more record, or be this one's.
    const size = left - overhead <= 200 ? left - overhead : Math.min(200, left - 2 * overhead);
    records.push(text(size));
    left -= overhead + size;
  }
  return records;
}

describe('compression', () => {
  const ipv4 = { address: '192.0.2.1', port: 5000 };
  const ipv6 = { address: '2001:db8::1', port: 5000 };

  it.each<[what: string, client: typeof ipv4, transport: Transport, length: number, compressed: boolean]>([
    ['IPv4, as long as may be', ipv4, 'udp', 1480, false],
    ['IPv4, an octet more', ipv4, 'udp', 1481, true],
    ['IPv6, as long as may be', ipv6, 'udp', 1220, false],
    ['IPv6, an octet more', ipv6, 'udp', 1221, true],
    ['TCP', ipv4, 'tcp', 20_000, false],
    ['a message that fits', ipv4, 'udp', 100, false],
  ])('%s', (_what, client, transport, length, compressed) => {
    const query = testQuery({ name, client, transport, message: { edns: createEdns(4096) } });
    const octets = encodeReply(query, makeReply(query, { answers: answersFor(length, true) }));
    if (compressed) expect(octets.length).toBeLessThan(length);
    else expect(octets.length).toBe(length);
    expect(decodeMessage(octets).truncated).toBe(false);
  });
});

describe('truncation', () => {
  const many = answersFor(3000, false);

  it.each<
    [
      what: string,
      asked: Partial<TestQuery>,
      parts: ReplyParts,
      expected: readonly [answers: number, truncated: boolean],
    ]
  >([
    ['everything fits', {}, { answers: [address] }, [1, false]],
    ['TC that is set stays', {}, { answers: [address], truncated: true }, [1, true]],
    ['512 octets without EDNS', {}, { answers: many }, [2, true]],
    ['no limit by TCP', { transport: 'tcp' }, { answers: many }, [many.length, false]],
    ['what a plugin allows', { message: { edns: createEdns(4096) } }, { answers: many, payloadLimit: 700 }, [3, true]],
    [
      'no more than the client takes',
      { message: { edns: createEdns(512) } },
      { answers: many, payloadLimit: 700 },
      [2, true],
    ],
    [
      'what a plugin allows is no limit by TCP',
      { transport: 'tcp' },
      { answers: many, payloadLimit: 700 },
      [many.length, false],
    ],
    ['additionals count', {}, { answers: [address], additionals: many }, [1, true]],
    ['authorities count', {}, { answers: [address], authorities: many }, [1, true]],
  ])('%s', (_what, asked, parts, [answers, truncated]) => {
    const message = reply(parts, asked);
    expect([message.answers.length, message.truncated]).toEqual([answers, truncated]);
  });

  it('keeps within the limit, the OPT record included', () => {
    const query = testQuery({ name, message: { edns: createEdns(1232) } });
    const octets = encodeReply(query, makeReply(query, { answers: many }));
    expect(octets.length).toBeLessThanOrEqual(1232);
    expect(decodeMessage(octets)).toMatchObject({ truncated: true, edns: { payloadSize: 1232 } });
  });

  it('leaves out every section after one that was cut', () => {
    const message = reply({ answers: many, authorities: [address], additionals: [address] });
    expect(message).toMatchObject({ authorities: [], additionals: [], truncated: true });
    expect(message.questions).toEqual([{ name: owner, type: 1, class: CLASS.IN }]);
  });

  it('is not needed where compression makes it fit', () => {
    const long = 'a-label-that-is-long.another-label-that-is-long.example.org';
    const answers = Array.from({ length: 12 }, (_, i) =>
      A.make(DomainName.parse(long), 60, { address: Uint8Array.of(10, 0, 0, i) }),
    );
    const message = reply({ answers }, { name: long });
    expect(message).toMatchObject({ truncated: false });
    expect(message.answers.length).toBe(12);
  });
});
