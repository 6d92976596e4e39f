import { encodedLength, encodeMessage } from '../../dns/encode.ts';
import { MAXIMUM_MESSAGE_LENGTH, type ResourceRecord, withTtl } from '../../dns/message.ts';
import { WireMessage } from '../../dns/wire-message.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeReply, type Reply, toMessage } from '../../plugin-api/reply.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';

/** What is kept of a reply: all but its OPT record. */
export interface StoredReply {
  readonly rcode: number;
  /** Octets that it takes in memory, roughly. */
  readonly size: number;
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

/** Keeps the reply as octets, which take a tenth of the room of records, or as records where its message is not a plain one. */
export function storeReply(query: Query, reply: Reply): StoredReply {
  const wire = reply instanceof WireReply ? reply.wire : encoded(query, reply);
  const parts = { question: reply.question, authoritative: reply.authoritative, authenticData: reply.authenticData };
  const wireReply = wire === undefined ? undefined : WireReply.of(wire.copy(), parts);
  return wireReply === undefined ? new StoredRecords(query, reply) : new StoredOctets(wireReply);
}

/** As the server encodes it where there is room: a hit has the octets of a miss. */
function encoded(query: Query, reply: Reply): WireMessage | undefined {
  const message = { ...toMessage(query, reply), edns: undefined };
  if (reply.rcode > MAXIMUM_PLAIN_RCODE || encodedLength(message) > MAXIMUM_MESSAGE_LENGTH) return undefined;
  return WireMessage.read(encodeMessage(message, { compress: false }));
}

class StoredOctets implements StoredReply {
  readonly #reply: WireReply;

  constructor(reply: WireReply) {
    this.#reply = reply;
  }

  get rcode(): number {
    return this.#reply.rcode;
  }

  get size(): number {
    return this.#reply.wire.octets.length;
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

class StoredRecords implements StoredReply {
  readonly size: number;
  readonly #reply: Reply;
  // Popular entries are asked for many times a second: their records with the present TTL are kept until it changes.
  #sections: Sections;
  #sectionsTtl = -1;

  constructor(query: Query, reply: Reply) {
    this.size = OBJECTS_TO_OCTETS * encodedLength(toMessage(query, reply));
    this.#reply = reply;
    this.#sections = reply;
  }

  get rcode(): number {
    return this.#reply.rcode;
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
