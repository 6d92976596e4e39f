import { RCODE } from '../../dns/codes.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Logger } from '../../log/logger.ts';
import type { Clock } from '../../plugin-api/clock.ts';
import type { Generations } from '../../plugin-api/generations.ts';
import { Continued, type Eventual, isLater, Later, whenThere } from '../../plugin-api/later.ts';
import type { Next } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { mapReply, type Outcome, type Reply, withValidity } from '../../plugin-api/reply.ts';
import { recordedBy, type Validity, validWhile } from '../../plugin-api/validity.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import { Entries } from './entries.ts';
import { type Entry, passOn } from './entry.ts';
import { judge, type LifetimeLimits, type Part } from './lifetime.ts';
import { keyOf, type ReplyKey } from './reply-key.ts';
import { octetsOf, sizeOfRecords } from './stored-reply.ts';
import type { Prefetch, ServeStale } from './options.ts';

export interface ReplyCacheOptions {
  readonly zones: readonly DomainName[];
  readonly limits: LifetimeLimits;
  /** How many entries each part has room for. */
  readonly capacity: Readonly<Record<Part, number>>;
  /** Zones of which nothing is kept. */
  readonly disabled: Readonly<Record<Part, readonly DomainName[]>>;
  readonly prefetch: Prefetch;
  readonly stale: ServeStale | undefined;
  readonly preferPositive: boolean;
  readonly keepTtl: boolean;
  /** Is there a plugin behind the cache that answers the query from data that is always current? */
  readonly answersNow: (query: Query) => boolean;
  /** The slots on which that depends. */
  readonly answersNowSlots: (query: Query) => readonly number[];
  readonly generations: Generations;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: CacheMetrics;
}

/** Replies by question, and when to ask again. */
export class ReplyCache {
  readonly #options: ReplyCacheOptions;
  readonly #entries: Entries;
  readonly #seed: number;

  constructor(options: ReplyCacheOptions) {
    this.#options = options;
    this.#entries = new Entries({ ...options, staleLimit: options.stale?.limit ?? 0 });
    this.#seed = Math.floor(options.random() * 2 ** 32) | 0;
  }

  /** Is its name in the zones of this cache? */
  takes(query: Query): boolean {
    return isWithinAny(query.question.name, this.#options.zones);
  }

  handle(query: Query, next: Next): Outcome {
    const { metrics, clock } = this.#options;
    if (!this.takes(query)) return next(query);
    metrics.request(query);
    if (this.#options.answersNow(query)) {
      metrics.miss(query);
      return this.#passThrough(query, next);
    }
    const now = clock.monotonic();
    const key = keyOf(query, this.#seed);
    const entry = this.#entries.find(key, now);
    if (entry === undefined) {
      metrics.miss(query);
      return this.#ask(key, query, next);
    }
    entry.wasAskedFor = true;
    metrics.hit(query, entry.part);
    const remaining = entry.remaining(now);
    if (remaining > 0) {
      if (this.#isDue(entry, remaining, now)) this.#refreshLater(key, entry, query, next);
      const ttl = this.#options.keepTtl ? Math.floor(entry.lifetime) : remaining;
      return entry.answer(query, ttl, this.#validity(query, entry, remaining));
    }
    return this.#answerStale(key, entry, query, next, now);
  }

  /** Hands the query on and keeps nothing; the reply's TTLs are those that it would have had on a miss. */
  #passThrough(query: Query, next: Next): Outcome {
    const { limits, clock } = this.#options;
    return mapReply(next(query), (reply) => {
      if (reply.unwritten) return reply;
      const { lifetime } = judge(query, reply, limits, clock);
      const validity = recordedBy(reply.validity, this.#options.metrics.missRecorder(query));
      return withValidity(passOn(query, reply, Math.floor(lifetime)), validity);
    });
  }

  /** Until the entry ends the answer can be remembered, unless its hits decide when it is fetched again. */
  #validity(query: Query, entry: Entry, remaining: number): Validity | undefined {
    const { prefetch, keepTtl, generations, answersNowSlots, metrics } = this.#options;
    if (prefetch.amount > 0) return undefined;
    return {
      ...validWhile(generations, answersNowSlots(query)),
      until: entry.end,
      countsDownFrom: keepTtl ? undefined : entry.end - remaining * 1000,
      recorders: [metrics.hitRecorder(query, entry.part)],
    };
  }

  /** Asks the next plugin and keeps what it answers. */
  #ask(key: ReplyKey, query: Query, next: Next): Outcome {
    const outcome = next(query);
    if (isLater(outcome)) return outcome.continuedBy(new StoredWhenThere(this, key, query));
    return outcome === null ? null : this.store(key, query, outcome);
  }

  /** For StoredWhenThere, too: keeps the reply if it may be kept. The result is the reply to deliver. */
  store(key: ReplyKey, query: Query, reply: Reply): Reply {
    // Nothing was written: the server makes the message, and CoreDNS's cache does not get to see it.
    if (reply.unwritten) return reply;
    const { limits, clock, disabled, metrics } = this.#options;
    const verdict = judge(query, reply, limits, clock);
    const { part, lifetime, isAnswer } = verdict;
    // From now on it is this cache that answers, as long as it says.
    const delivered = withValidity(passOn(query, reply, Math.floor(lifetime)), undefined);
    if (part === undefined || lifetime === 0) return delivered;
    if (!repeatsQuestion(query, reply)) {
      metrics.drop(query);
      return delivered;
    }
    if (isWithinAny(query.question.name, disabled[part])) return delivered;
    const octets = octetsOf(query, reply);
    const size = octets?.length ?? sizeOfRecords(query, reply);
    this.#entries.put({ key, part, query, reply, octets, size, lifetime, now: clock.monotonic(), isAnswer });
    return delivered;
  }

  /** Counts the hit. Is the entry popular and near its end? */
  #isDue(entry: Entry, remaining: number, now: number): boolean {
    const { amount, pause, share } = this.#options.prefetch;
    if (amount === 0) return false;
    entry.hits = now - entry.lastHit < pause ? entry.hits + 1 : 1;
    entry.lastHit = now;
    return !entry.refreshing && entry.hits >= amount && remaining <= Math.ceil(share * entry.lifetime);
  }

  #answerStale(key: ReplyKey, entry: Entry, query: Query, next: Next, now: number): Outcome {
    const { stale } = this.#options;
    const mayTry = now >= entry.retryAt;
    if (stale?.mode === 'verify' && mayTry && !(entry.refreshing && stale.recheck > 0)) {
      return this.#verify(key, entry, query, next, stale);
    }
    if (mayTry && !entry.refreshing && stale?.mode === 'immediate') this.#refreshLater(key, entry, query, next);
    return this.#staleAnswer(entry, query);
  }

  #staleAnswer(entry: Entry, query: Query): Reply {
    this.#options.metrics.servedStale(query);
    return entry.answer(query, this.#options.keepTtl ? Math.floor(entry.lifetime) : (this.#options.stale?.ttl ?? 0));
  }

  /** Asks first; the stale entry is for the case that nothing good comes, or not in time. */
  #verify(key: ReplyKey, entry: Entry, query: Query, next: Next, stale: ServeStale): Outcome {
    const orStale = (fresh: Reply | undefined): Reply => fresh ?? this.#staleAnswer(entry, query);
    const fresh = this.#tryFresh(key, entry, query, next);
    return whenThere(stale.timeout === 0 ? fresh : within(fresh, stale.timeout), orStale);
  }

  #tryFresh(key: ReplyKey, entry: Entry, query: Query, next: Next): Eventual<Reply | undefined> {
    const finish = (reply: Reply | null): Reply | undefined => this.#finish(key, entry, query, reply);
    const fail = (error: unknown): undefined => this.#fail(entry, query, error);
    entry.refreshing = true;
    try {
      return whenThere(next(query), finish, fail);
    } catch (error) {
      return fail(error);
    }
  }

  /** Asks in the background, as a TCP client, so that a large answer comes whole. */
  #refreshLater(key: ReplyKey, entry: Entry, query: Query, next: Next): void {
    this.#options.metrics.prefetch(query);
    entry.refreshing = true;
    setImmediate(() => void this.#refresh(key, entry, query, next));
  }

  async #refresh(key: ReplyKey, entry: Entry, query: Query, next: Next): Promise<void> {
    try {
      this.#finish(key, entry, query, await next({ ...query, transport: 'tcp' }));
    } catch (error) {
      this.#fail(entry, query, error);
    }
  }

  /** Ends a refresh: keeps a good reply and returns what to deliver; undefined if it is not good. */
  #finish(key: ReplyKey, entry: Entry, query: Query, reply: Reply | null): Reply | undefined {
    entry.refreshing = false;
    if (reply === null || !isConclusive(reply) || !repeatsQuestion(query, reply)) {
      this.#postpone(entry);
      return undefined;
    }
    const delivered = this.store(key, query, reply);
    const stored = this.#entries.find(key, this.#options.clock.monotonic());
    if (stored !== undefined) {
      stored.hits = entry.hits;
      stored.lastHit = entry.lastHit;
    }
    return delivered;
  }

  #fail(entry: Entry, query: Query, error: unknown): undefined {
    entry.refreshing = false;
    this.#postpone(entry);
    const reason = error instanceof Error ? error.message : String(error);
    this.#options.logger.error(`Refresh of ${query.question.name.text} failed: ${reason}`);
    return undefined;
  }

  #postpone(entry: Entry): void {
    entry.retryAt = this.#options.clock.monotonic() + (this.#options.stale?.recheck ?? 0);
  }
}

/** The reply that comes later, kept when it is there. */
class StoredWhenThere extends Continued<Reply | null, Reply | null> {
  readonly #cache: ReplyCache;
  readonly #key: ReplyKey;
  readonly #query: Query;

  constructor(cache: ReplyCache, key: ReplyKey, query: Query) {
    super();
    this.#cache = cache;
    this.#key = key;
    this.#query = query;
  }

  protected use(reply: Reply | null): Reply | null {
    return reply === null ? null : this.#cache.store(this.#key, this.#query, reply);
  }
}

function isWithinAny(name: DomainName, zones: readonly DomainName[]): boolean {
  for (const zone of zones) if (name.isWithin(zone)) return true;
  return false;
}

function isConclusive(reply: Reply): boolean {
  const { rcode } = reply;
  return !reply.unwritten && !reply.truncated && (rcode === RCODE.NOERROR || rcode === RCODE.NXDOMAIN);
}

function repeatsQuestion(query: Query, reply: Reply): boolean {
  const { name, type } = query.question;
  return reply.question === query.question || (reply.question.type === type && reply.question.name.equals(name));
}

/** The value, if it comes in so many milliseconds. */
function within<T>(value: Eventual<T>, milliseconds: number): Eventual<T | undefined> {
  if (!isLater(value)) return value;
  const first = new Later<T | undefined>();
  const timer = setTimeout(() => first.settle(undefined), milliseconds);
  const end = (): void => clearTimeout(timer);
  value.tell({
    there(own) {
      end();
      first.settle(own);
    },
    failed(error) {
      end();
      first.fail(error);
    },
  });
  return first;
}
