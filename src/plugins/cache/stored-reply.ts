import { encodedLength, encodeMessage } from '../../dns/encode.ts';
import { MAXIMUM_MESSAGE_LENGTH, type ResourceRecord, withTtl } from '../../dns/message.ts';
import { WireMessage } from '../../dns/wire-message.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeReply, type Reply, toMessage } from '../../plugin-api/reply.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';

/** What is kept of a reply: all but its OPT record. */
export interface StoredReply {
  /** The reply to `query`, its records with this TTL; AD as it came if that is wanted. */
  answer(query: Query, ttl: number, authenticData: boolean): Reply;
}

/** The records of a reply. */
interface Sections {
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

/** Records as objects take about so many times the octets of their wire form. */
const OBJECTS_TO_OCTETS = 8;
/** An rcode above needs an OPT record. */
const MAXIMUM_PLAIN_RCODE = 15;

/** The reply as octets, which take a tenth of the room of records; undefined where its message is not a plain one. Not to be written to. */
export function octetsOf(query: Query, reply: Reply): Uint8Array | undefined {
  if (reply instanceof WireReply) return reply.wire.octets;
  const message = { ...toMessage(query, reply), edns: undefined };
  if (reply.rcode > MAXIMUM_PLAIN_RCODE || encodedLength(message) > MAXIMUM_MESSAGE_LENGTH) return undefined;
  // As the server encodes it where there is room: a hit has the octets of a miss.
  const wire = WireMessage.read(encodeMessage(message, { compress: false }));
  return wire.survey === undefined ? undefined : wire.octets;
}

/** Octets that the records of the reply take in memory, roughly. */
export function sizeOfRecords(query: Query, reply: Reply): number {
  return OBJECTS_TO_OCTETS * encodedLength(toMessage(query, reply));
}

/** What of a stored message is not as it stands in its octets. */
export type StoredParts = Pick<WireReply, 'question' | 'authoritative' | 'authenticData'>;

/** A reply as `octetsOf` gives it. */
export class StoredOctets implements StoredReply {
  readonly #reply: WireReply;

  constructor(octets: Uint8Array, parts: StoredParts) {
    const reply = WireReply.of(WireMessage.read(octets), parts);
    if (reply === undefined) throw new TypeError('the message is not a plain one');
    this.#reply = reply;
  }

  answer(query: Query, ttl: number, authenticData: boolean): Reply {
    const { message, question } = query;
    return this.#reply.altered(
      {
        question,
        ttl,
        authoritative: this.#reply.authoritative,
        recursionDesired: message.recursionDesired,
        authenticData: this.#reply.authenticData && authenticData,
        checkingDisabled: message.checkingDisabled,
        withoutEdns: true,
      },
      // What a plugin decodes goes with the answer: the cache keeps octets alone.
      this.#reply.wire.undecoded(),
    );
  }
}

/** A reply that has no plain message. */
export class StoredRecords implements StoredReply {
  readonly #reply: Reply;
  // Popular entries are asked for many times a second: their records with the present TTL are kept until it changes.
  #sections: Sections;
  #sectionsTtl = -1;

  constructor(reply: Reply) {
    this.#reply = reply;
    this.#sections = reply;
  }

  answer(query: Query, ttl: number, authenticData: boolean): Reply {
    if (ttl !== this.#sectionsTtl) {
      this.#sections = withSameTtl(this.#reply, ttl);
      this.#sectionsTtl = ttl;
    }
    const { answers, authorities, additionals } = this.#sections;
    const { rcode, authoritative, recursionAvailable } = this.#reply;
    return makeReply(query, {
      rcode,
      authoritative,
      recursionAvailable,
      authenticData: this.#reply.authenticData && authenticData,
      answers,
      authorities,
      additionals,
    });
  }
}

/** The sections with one TTL for all records. */
export function withSameTtl(reply: Sections, ttl: number): Sections {
  return {
    answers: setTtl(reply.answers, ttl),
    authorities: setTtl(reply.authorities, ttl),
    additionals: setTtl(reply.additionals, ttl),
  };
}

function setTtl(records: readonly ResourceRecord[], ttl: number): readonly ResourceRecord[] {
  return records.every((record) => record.ttl === ttl) ? records : records.map((record) => withTtl(record, ttl));
}
