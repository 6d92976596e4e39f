import { RCODE } from '../../dns/codes.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, type Reply, withValidity } from '../../plugin-api/reply.ts';
import type { Validity } from '../../plugin-api/validity.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';
import type { Part } from './lifetime.ts';
import { type StoredReply, storeReply, withSameTtl } from './stored-reply.ts';

/** The label that plugins set when a wildcard made the answer; a hit sets it again. */
const WILDCARD_LABEL = 'zone/wildcard';

/** One reply in the cache. */
export class Entry {
  readonly part: Part;
  readonly stored: StoredReply;
  /** Seconds. */
  readonly lifetime: number;
  /** When it ends, in milliseconds of the monotonic clock. */
  readonly end: number;
  readonly isAnswer: boolean;
  readonly #wildcard: string;

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
    this.stored = storeReply(query, reply);
    this.lifetime = parts.lifetime;
    this.end = parts.now + parts.lifetime * 1000;
    this.isAnswer = parts.isAnswer;
    this.#wildcard = query.metadata?.get(WILDCARD_LABEL)?.() ?? '';
  }

  /** Whole seconds that it has left; 0 or less when its time is up. */
  remaining(now: number): number {
    return Math.ceil((this.end - now) / 1000);
  }

  /** SERVFAIL and the like: what an older good answer is better than. */
  get isFailure(): boolean {
    const { rcode } = this.stored;
    return this.part === 'denial' && rcode !== RCODE.NXDOMAIN && rcode !== RCODE.NOERROR;
  }

  /** The reply to `query`, its records with this TTL. */
  answer(query: Query, ttl: number, validity?: Validity): Reply {
    if (this.#wildcard !== '') query.metadata?.set(WILDCARD_LABEL, () => this.#wildcard);
    return withValidity(this.stored.answer(query, ttl, wantsAuthenticData(query)), validity);
  }
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
