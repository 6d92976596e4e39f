import { RCODE } from '../../dns/codes.ts';
import { isSameName } from '../../dns/letter-case.ts';
import { HEADER_LENGTH } from '../../dns/message.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, type Reply, withValidity } from '../../plugin-api/reply.ts';
import type { Validity } from '../../plugin-api/validity.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';
import type { Part } from './lifetime.ts';
import type { ReplyKey } from './reply-key.ts';
import { StoredOctets, StoredRecords, type StoredReply, withSameTtl } from './stored-reply.ts';

/** The label that plugins set when a wildcard made the answer; a hit sets it again. */
const WILDCARD_LABEL = 'zone/wildcard';

/** A buffer is as long as the next multiple of this, and is used again for what fills a half of it. In octets. */
const BUFFER_STEP = 64;

/** What is to be kept of a reply. */
export interface Kept {
  readonly key: ReplyKey;
  readonly part: Part;
  readonly query: Query;
  readonly reply: Reply;
  /** The reply as a plain message; undefined where there is none. */
  readonly octets: Uint8Array | undefined;
  /** Octets that it takes in memory, roughly. */
  readonly size: number;
  /** Seconds. */
  readonly lifetime: number;
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
  readonly isAnswer: boolean;
}

/**
 * One reply in the cache. It keeps a copy of the octets, and makes a reply of them when it is asked for. Until then nobody else knows of it, so it can `keep`
 * another one.
 */
export class Entry {
  /** The table's own. */
  older: Entry | undefined;
  newer: Entry | undefined;

  hash = 0;
  #kind = 0;
  #class = 0;
  part: Part = 'success';
  /** Octets that it takes in memory, roughly. */
  size = 0;
  /** Seconds. */
  lifetime = 0;
  /** When it ends, in milliseconds of the monotonic clock. */
  end = 0;
  isAnswer = false;
  #rcode = 0;
  #authoritative = false;
  #authenticData = false;
  #wildcard = '';
  /** The message, or header and name of the question, and what remains of a longer one. */
  #buffer: Uint8Array = new Uint8Array(0);
  #length = 0;
  #stored: StoredReply | undefined;
  /** Has somebody got it? They may hold it, or its octets, for as long as an upstream takes: it must not become another one. */
  wasAskedFor = false;

  /** Hits with no long pause between them. */
  hits = 0;
  /** When it was last asked for, and from when on it may be refreshed again after a failure; milliseconds. */
  lastHit: number = -Infinity;
  retryAt: number = -Infinity;
  refreshing = false;

  /** Makes this the entry of a reply; it must be in no table, and not have been asked for. */
  keep({ key, part, query, reply, octets, size, lifetime, now, isAnswer }: Kept): void {
    this.hash = key.hash;
    this.#kind = key.kind;
    this.#class = key.class;
    this.part = part;
    this.size = size;
    this.lifetime = lifetime;
    this.end = now + lifetime * 1000;
    this.isAnswer = isAnswer;
    this.#rcode = reply.rcode;
    this.#authoritative = reply.authoritative;
    this.#authenticData = reply.authenticData;
    this.#wildcard = query.metadata?.get(WILDCARD_LABEL)?.() ?? '';
    if (this.hits > 0) {
      this.hits = 0;
      this.lastHit = -Infinity;
    }
    if (octets === undefined) {
      this.#reserve(HEADER_LENGTH + key.name.length);
      this.#buffer.set(key.name, HEADER_LENGTH);
      this.#stored = new StoredRecords(reply);
    } else {
      this.#reserve(octets.length);
      this.#buffer.set(octets);
      this.#stored = undefined;
    }
  }

  isFor(key: ReplyKey): boolean {
    return (
      this.hash === key.hash &&
      this.#kind === key.kind &&
      this.#class === key.class &&
      this.#length >= HEADER_LENGTH + key.name.length &&
      isSameName(this.#buffer, HEADER_LENGTH, key.name, 0, key.name.length)
    );
  }

  /** Whole seconds that it has left; 0 or less when its time is up. */
  remaining(now: number): number {
    return Math.ceil((this.end - now) / 1000);
  }

  /** SERVFAIL and the like: what an older good answer is better than. */
  get isFailure(): boolean {
    return this.part === 'denial' && isFailure({ rcode: this.#rcode });
  }

  /** The reply to `query`, its records with this TTL. */
  answer(query: Query, ttl: number, validity?: Validity): Reply {
    if (this.#wildcard !== '') query.metadata?.set(WILDCARD_LABEL, () => this.#wildcard);
    this.#stored ??= new StoredOctets(this.#buffer.subarray(0, this.#length), {
      question: query.question,
      authoritative: this.#authoritative,
      authenticData: this.#authenticData,
    });
    return withValidity(this.#stored.answer(query, ttl, wantsAuthenticData(query)), validity);
  }

  #reserve(length: number): void {
    this.#length = length;
    if (this.#buffer.length >= length && this.#buffer.length <= 2 * length + BUFFER_STEP) return;
    this.#buffer = new Uint8Array(Math.ceil(length / BUFFER_STEP) * BUFFER_STEP);
  }
}

/** Of a reply that is kept among the denials: does it say nothing about the name? */
export function isFailure({ rcode }: Pick<Reply, 'rcode'>): boolean {
  return rcode !== RCODE.NXDOMAIN && rcode !== RCODE.NOERROR;
}

/** A reply that passes the cache on its way to the client: one TTL for all records, no OPT record. */
export function passOn(query: Query, reply: Reply, ttl: number): Reply {
  const authenticData = reply.authenticData && wantsAuthenticData(query);
  if (reply instanceof WireReply) {
    const { question, authoritative, recursionDesired, checkingDisabled } = reply;
    return reply.altered({
      question,
      ttl,
      authoritative,
      recursionDesired,
      authenticData,
      checkingDisabled,
      withoutEdns: true,
    });
  }
  return changeReply(reply, { ...withSameTtl(reply, ttl), authenticData, edns: undefined });
}

/** AD tells something only those who asked for it, or for signatures (RFC 6840 §5.7, §5.8). */
function wantsAuthenticData({ message }: Query): boolean {
  return message.authenticData || message.edns?.dnssecOk === true;
}
