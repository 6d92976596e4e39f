import { RCODE } from '../../dns/codes.ts';
import { type ResourceRecord, withTtl } from '../../dns/message.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, makeReply, type Reply } from '../../plugin-api/reply.ts';
import type { Validity } from '../../plugin-api/validity.ts';
import type { Part } from './lifetime.ts';

/** The label that plugins set when a wildcard made the answer; a hit sets it again. */
const WILDCARD_LABEL = 'zone/wildcard';

/** The records of a reply. */
interface Sections {
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

/** One reply in the cache. */
export class Entry {
  readonly part: Part;
  readonly reply: Reply;
  /** Seconds. */
  readonly lifetime: number;
  /** When it ends, in milliseconds of the monotonic clock. */
  readonly end: number;
  readonly isAnswer: boolean;
  readonly #wildcard: string;
  // Popular entries are asked for many times a second: their records with the present TTL are kept until it changes.
  #sections: Sections;
  #sectionsTtl: number;

  /** Hits with no long pause between them. */
  hits = 0;
  /** When it was last asked for, and from when on it may be refreshed again after a failure; milliseconds. */
  lastHit: number = -Infinity;
  retryAt: number = -Infinity;
  refreshing = false;

  constructor(
    part: Part,
    query: Query,
    reply: Reply,
    parts: { readonly lifetime: number; readonly now: number; readonly isAnswer: boolean },
  ) {
    this.part = part;
    this.reply = reply;
    this.lifetime = parts.lifetime;
    this.end = parts.now + parts.lifetime * 1000;
    this.isAnswer = parts.isAnswer;
    this.#wildcard = query.metadata?.get(WILDCARD_LABEL)?.() ?? '';
    this.#sectionsTtl = Math.floor(parts.lifetime);
    this.#sections = withSameTtl(reply, this.#sectionsTtl);
  }

  /** Whole seconds that it has left; 0 or less when its time is up. */
  remaining(now: number): number {
    return Math.ceil((this.end - now) / 1000);
  }

  /** SERVFAIL and the like: what an older good answer is better than. */
  get isFailure(): boolean {
    return this.part === 'denial' && this.reply.rcode !== RCODE.NXDOMAIN && this.reply.rcode !== RCODE.NOERROR;
  }

  /** The reply to `query`, its records with this TTL. */
  answer(query: Query, ttl: number, validity?: Validity): Reply {
    if (ttl !== this.#sectionsTtl) {
      this.#sections = withSameTtl(this.reply, ttl);
      this.#sectionsTtl = ttl;
    }
    if (this.#wildcard !== '') query.metadata?.set(WILDCARD_LABEL, () => this.#wildcard);
    const { answers, authorities, additionals } = this.#sections;
    const { rcode, authoritative, recursionAvailable, authenticData } = this.reply;
    return makeReply(query, {
      rcode,
      authoritative,
      recursionAvailable,
      authenticData: authenticData && wantsAuthenticData(query),
      answers,
      authorities,
      additionals,
      validity,
    });
  }
}

/** A reply that passes the cache on its way to the client: one TTL for all records, no OPT record. */
export function passOn(query: Query, reply: Reply, ttl: number): Reply {
  return changeReply(reply, {
    ...withSameTtl(reply, ttl),
    authenticData: reply.authenticData && wantsAuthenticData(query),
    edns: undefined,
  });
}

/** AD tells something only those who asked for it, or for signatures (RFC 6840 §5.7, §5.8). */
function wantsAuthenticData({ message }: Query): boolean {
  return message.authenticData || message.edns?.dnssecOk === true;
}

function withSameTtl(reply: Sections, ttl: number): Sections {
  return {
    answers: setTtl(reply.answers, ttl),
    authorities: setTtl(reply.authorities, ttl),
    additionals: setTtl(reply.additionals, ttl),
  };
}

function setTtl(records: readonly ResourceRecord[], ttl: number): readonly ResourceRecord[] {
  return records.every((record) => record.ttl === ttl) ? records : records.map((record) => withTtl(record, ttl));
}
