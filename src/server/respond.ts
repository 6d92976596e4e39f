import { RCODE } from '../dns/codes.ts';
import { encodeMessage, encodeWithin, recordLength } from '../dns/encode.ts';
import {
  DNSSEC_OK_FLAG,
  type Edns,
  MAXIMUM_MESSAGE_LENGTH,
  type Message,
  MINIMUM_PAYLOAD_SIZE,
} from '../dns/message.ts';
import { addressFamily, isDatagram, type Query } from '../plugin-api/query.ts';
import { changeReply, makeReply, type Reply, toMessage } from '../plugin-api/reply.ts';
import { WireReply } from '../plugin-api/wire-reply.ts';

/** Answers above these sizes are compressed even if they fit, lest they be fragmented: a 1,500-octet link less IP, UDP and a margin. */
const COMPRESS_ABOVE_IPV4 = 1480;
/** The IPv6 minimum link of 1,280 octets less headers (RFC 8200 §5) and a margin. */
const COMPRESS_ABOVE_IPV6 = 1220;

/** The reply as octets: with the client's EDNS terms, cut to the size that it takes. */
export function encodeReply(query: Query, reply: Reply): Uint8Array {
  if (reply instanceof WireReply) {
    const octets = reply.octetsFor(query, Math.min(sizeLimit(query, reply), compressAbove(query)));
    if (octets !== undefined) return octets;
  }
  return encodeWithin(toClientMessage(query, reply), sizeLimit(query, reply), { compressAbove: compressAbove(query) });
}

/** The reply as a message with the client's EDNS terms, whatever its size. */
export function toClientMessage(query: Query, reply: Reply): Message {
  const made = reply.unwritten ? makeReply(query, { rcode: reply.rcode }) : reply;
  return withEdns(toMessage(query, made), limitPayload(query.message.edns, reply.payloadLimit));
}

/** What the client asks for, or as much of it as it may have. */
function limitPayload(requested: Edns | undefined, limit: number | undefined): Edns | undefined {
  if (requested === undefined || limit === undefined || requested.payloadSize <= limit) return requested;
  return { ...requested, payloadSize: limit };
}

/** Octets of records in one message of a transfer: what CoreDNS has, and room for header, question, OPT and TSIG. */
const TRANSFER_RECORDS = 63_000;

/** The messages of a transfer, made one by one: header and question the same in all, the answers spread over them (RFC 5936 §2.2). */
export function* encodeTransfer(query: Query, reply: Reply): Generator<Uint8Array, void> {
  const { answers } = reply;
  let start = 0;
  let length = 0;
  for (const [i, record] of answers.entries()) {
    const added = recordLength(record);
    if (i > start && length + added > TRANSFER_RECORDS) {
      yield encodeReply(query, changeReply(reply, { answers: answers.slice(start, i) }));
      start = i;
      length = 0;
    }
    length += added;
  }
  yield encodeReply(query, changeReply(reply, { answers: answers.slice(start) }));
}

/** Octets that the client takes (RFC 6891 §6.2.5), as far as the reply may use them. */
export function sizeLimit(query: Query, reply: Reply): number {
  if (!isDatagram(query)) return MAXIMUM_MESSAGE_LENGTH;
  const requested = limitPayload(query.message.edns, reply.payloadLimit);
  return Math.max(requested?.payloadSize ?? MINIMUM_PAYLOAD_SIZE, MINIMUM_PAYLOAD_SIZE);
}

/** Octets above which an answer is compressed although it fits. */
export function compressAbove(query: Query): number {
  if (query.transport !== 'udp') return MAXIMUM_MESSAGE_LENGTH;
  return addressFamily(query.client) === 1 ? COMPRESS_ABOVE_IPV4 : COMPRESS_ABOVE_IPV6;
}

/** An OPT record goes to clients that sent one and to no others (RFC 6891 §7). */
function withEdns(message: Message, requested: Edns | undefined): Message {
  if (requested === undefined) {
    // Without an OPT record an rcode has four bits; what does not fit is told as a failure.
    return { ...message, edns: undefined, rcode: message.rcode > 15 ? RCODE.SERVFAIL : message.rcode };
  }
  const dnssecOk = requested.dnssecOk || message.edns?.dnssecOk === true;
  return {
    ...message,
    edns: {
      payloadSize: requested.payloadSize,
      version: 0,
      flags: dnssecOk ? DNSSEC_OK_FLAG : 0,
      dnssecOk,
      options: message.edns?.options ?? [],
    },
  };
}

/** The answer to an EDNS version that nobody knows yet: the version that is understood, and nothing else (RFC 6891 §6.1.3). */
export function encodeBadVersion(query: Query): Uint8Array {
  const message = toMessage(query, makeReply(query, { rcode: RCODE.BADVERS }));
  return encodeMessage(
    { ...message, edns: { payloadSize: 0, version: 0, flags: 0, dnssecOk: false, options: [] } },
    { compress: false },
  );
}
