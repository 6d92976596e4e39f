import { describe, expect, it } from 'vitest';
import { decodeMessage } from '../dns/decode.ts';
import { encodeMessage } from '../dns/encode.ts';
import { createEdns, createMessage, type Message } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import { parseRecord, printRecord } from '../dns/presentation.ts';
import { WireMessage } from '../dns/wire-message.ts';
import type { Query } from './query.ts';
import { changeReply, replyLength, toMessage } from './reply.ts';
import { testQuery } from './testing.ts';
import { WireReply, type WireReplyParts } from './wire-reply.ts';

const upstreamQuestion = { name: DomainName.parse('www.example.org'), type: 1, class: 1 };
const query = testQuery({ name: 'www.example.org' });
const withEdns = testQuery({ name: 'www.example.org', message: { edns: createEdns(1232, { dnssecOk: true }) } });

const message = createMessage({
  id: 1,
  response: true,
  recursionDesired: true,
  recursionAvailable: true,
  authenticData: true,
  questions: [upstreamQuestion],
  answers: [
    parseRecord('www.example.org. 300 IN CNAME a.example.org.'),
    parseRecord('a.example.org. 60 IN A 192.0.2.1'),
  ],
  authorities: [parseRecord('example.org. 9 IN NS ns.example.org.')],
  edns: createEdns(4096, { options: [{ code: 15, data: Uint8Array.of(0, 1) }] }),
});

function wireReply(parts: Partial<WireReplyParts> = {}, of: Message = message): WireReply {
  const wire = WireMessage.read(encodeMessage(of, { compress: true }));
  const reply = WireReply.of(wire, { question: query.question, ...parts });
  if (reply === undefined) throw new TypeError('the message is not plain');
  return reply;
}

function printed(octets: Uint8Array | undefined): unknown {
  if (octets === undefined) return undefined;
  const { questions, answers, authorities, additionals, ...rest } = decodeMessage(octets);
  // Owners that point to the question have its letters.
  const records = [...answers, ...authorities, ...additionals].map((record) => printRecord(record).toLowerCase());
  return { ...rest, question: questions.map(({ name }) => name.text).join(' '), records };
}

/** What the getters, and a copy with all of them, say of the reply, encoded as another reply would be. */
function throughRecords(asked: Query, reply: WireReply): unknown {
  const copy = toMessage(asked, changeReply(reply, {}));
  const requested = asked.message.edns;
  const edns =
    requested === undefined
      ? undefined
      : createEdns(requested.payloadSize, {
          dnssecOk: requested.dnssecOk || copy.edns?.dnssecOk === true,
          options: copy.edns?.options ?? [],
        });
  return printed(encodeMessage({ ...copy, edns }, { compress: false }));
}

const cases: readonly { readonly what: string; readonly parts: Partial<WireReplyParts> }[] = [
  { what: 'as it came', parts: {} },
  { what: 'with one TTL', parts: { ttl: 7 } },
  { what: 'with the largest TTL', parts: { ttl: 0xffff_ffff } },
  { what: 'without the options of its OPT record', parts: { withoutEdns: true } },
  {
    what: 'with other flags',
    parts: { authoritative: true, recursionDesired: false, authenticData: false, checkingDisabled: true },
  },
];

describe.each([
  ['a client with EDNS', withEdns],
  ['a client without', query],
])('to %s', (_client, asked) => {
  it.each(cases)('$what, the octets are those that its records make', ({ parts }) => {
    const reply = wireReply(parts);
    const octets = reply.octetsFor(asked, 512);
    expect(printed(octets)).toEqual(throughRecords(asked, reply));
    expect(octets?.subarray(0, 2)).toEqual(Buffer.from([4711 >> 8, 4711 & 255]));
    expect(replyLength(asked, reply)).toBe(replyLength(asked, changeReply(reply, {})));
  });
});

it('may be altered again from the message', () => {
  const reply = wireReply({ ttl: 7, authenticData: false });
  expect(reply.altered({ question: query.question })).toMatchObject({ ttl: undefined, authenticData: true });
});

const large: readonly { readonly what: string; readonly of: Message; readonly limit: number }[] = [
  { what: 'too many octets', of: message, limit: 50 },
  { what: 'an rcode of 12 bits', of: { ...message, rcode: 16 }, limit: 512 },
];
it.each(large)('$what is for the encoder', ({ of, limit }) => {
  expect(wireReply({}, of).octetsFor(query, limit)).toBeUndefined();
});

it('a question in other letters is for the encoder, which leaves owners as they are', () => {
  const asked = testQuery({ name: 'WWW.example.org' });
  const reply = wireReply({ question: asked.question });
  expect(reply.octetsFor(asked, 512)).toBeUndefined();
  const { questions, answers } = decodeMessage(encodeMessage(toMessage(asked, reply), { compress: true }));
  expect([questions[0]?.name.text, answers[0]?.name.text]).toEqual(['WWW.example.org.', 'www.example.org.']);
});

it('an OPT record that is not the last one is for the encoder', () => {
  const octets = Uint8Array.from(
    encodeMessage({ ...message, additionals: [parseRecord('ns.example.org. 9 IN A 192.0.2.9')] }, { compress: false }),
  );
  const end = octets.length;
  // The address has 30 octets, the OPT record with its option 17.
  const swapped = Uint8Array.of(
    ...octets.subarray(0, end - 47),
    ...octets.subarray(end - 17),
    ...octets.subarray(end - 47, end - 17),
  );
  const reply = WireReply.of(WireMessage.read(swapped), { question: query.question });
  expect(reply?.edns?.options).toHaveLength(1);
  expect(reply?.octetsFor(query, 512)).toBeUndefined();
});

it('has an order where a section has two records', () => {
  const one = { ...message, answers: message.answers.slice(1) };
  const ns = parseRecord('ns.example.org. 9 IN A 192.0.2.9');
  expect(
    [message, one, { ...one, additionals: [ns] }, { ...one, additionals: [ns, ns] }].map(
      (of) => wireReply({}, of).hasOrder,
    ),
  ).toEqual([true, false, false, true]);
});
