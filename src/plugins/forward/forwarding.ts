import { RCODE } from '../../dns/codes.ts';
import type { WireMessage } from '../../dns/wire-message.ts';
import type { Counter } from '../../metrics/metric.ts';
import type { Next } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Outcome } from '../../plugin-api/reply.ts';
import { Deadline, type TimingWheel } from '../../transport/timing-wheel.ts';
import type { Asker, Pending, Upstream, UpstreamQuery } from '../../transport/upstream/upstream.ts';
import type { InFlight } from './in-flight.ts';
import type { ForwardOptions } from './options.ts';
import type { Policy } from './policy.ts';
import { toReply } from './to-reply.ts';
import type { Waiter } from './waiter.ts';

/** No new try begins after this many milliseconds: clients have given up by then. */
export const QUERY_TIMEOUT = 5000;
/** Upstreams that are asked besides the first when that one says SERVFAIL: names that are broken for all must not cost much. */
const SECOND_OPINIONS = 2;

/** What is asked of whom. */
interface Asked {
  readonly asked: UpstreamQuery;
  /** See `InFlight`. */
  readonly hash: number;
  /** In the order in which they are asked. */
  readonly list: readonly Upstream[];
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
}

const NO_TRIES: readonly Pending[] = [];
const NOBODY: readonly Waiter[] = [];

/** What a query on its way has to know of its forward line. */
export interface ForwardingRules {
  readonly options: ForwardOptions;
  /** All of the line's upstreams in random order. */
  readonly anyOf: Policy;
  readonly now: () => number;
  readonly wheel: TimingWheel;
  readonly broken: Counter;
  readonly dropped: Counter;
  readonly stopped: boolean;
}

/**
 * One question on its way to the upstreams, with the clients that wait for its answer. Upstreams are asked one after the other: the next one when one
 * fails, and, while that one may still answer, when it has been silent for longer than it usually is.
 */
export class Forwarding extends Deadline implements Asker {
  readonly asked: UpstreamQuery;
  /** Of what was asked, see `InFlight`. */
  readonly hash: number;
  /** The backlog's own. */
  older: Forwarding | undefined;
  /** The backlog's own. */
  newer: Forwarding | undefined;
  /** InFlight's own. */
  chained: Forwarding | undefined;
  readonly #list: readonly Upstream[];
  readonly #rules: ForwardingRules;
  readonly #inFlight: InFlight;
  readonly #first: Waiter;
  /** The clients that came later. */
  #others: Waiter[] | undefined;
  /** Of upstreams that were asked: the latest, and those before; some have ended. */
  #latest: Pending | undefined;
  #earlier: readonly Pending[] = NO_TRIES;
  /** No try begins after the latest of the clients' deadlines. */
  #end: number;
  readonly #latestEnd: number;
  readonly #maximumFailures: number;
  /** Where in the list the next upstream stands, and how many of the round up to there were down. */
  #next = 0;
  #down = 0;
  /** Upstreams that were asked in the first round, tries that wait, tries that failed, answers that were not good enough. */
  #begun = 0;
  #running = 0;
  #failures = 0;
  #failovers = 0;
  #failure: Error | undefined;
  /** Nothing more is tried after the tries that run. */
  #last = false;
  /** A bad answer that is better than none. */
  #fallback: WireMessage | undefined;
  #current: Upstream | undefined;
  #done = false;

  constructor({ asked, hash, list, now }: Asked, first: Waiter, rules: ForwardingRules, inFlight: InFlight) {
    super();
    const { max_connect_attempts: attempts } = rules.options;
    this.asked = asked;
    this.hash = hash;
    this.#first = first;
    this.#list = preferTrusted(list);
    this.#rules = rules;
    this.#inFlight = inFlight;
    this.#latestEnd = now + QUERY_TIMEOUT;
    this.#end = Math.min(this.#latestEnd, first.query.deadline);
    this.#maximumFailures = attempts === 0 ? Infinity : (attempts ?? 2 * list.length);
  }

  /** Lets another client have the answer. */
  add(waiter: Waiter): void {
    // An array for the few that have any.
    (this.#others ??= []).push(waiter);
    this.#end = Math.min(this.#latestEnd, Math.max(this.#end, waiter.query.deadline));
    if (this.#current !== undefined) label(waiter.query, this.#current);
  }

  /** `now`: milliseconds of the monotonic clock. */
  begin(now: number): void {
    this.#tryNext(now);
  }

  /** Lets it go unanswered, for newer ones to have its room. No error says so to each client: a counter is enough when there are thousands a second. */
  drop(): void {
    this.#leave();
    this.#rules.dropped.increment(this.#first.query.server);
    for (const { query } of this.#others ?? NOBODY) this.#rules.dropped.increment(query.server);
    // A plugin may ask for something else then, and that must not take the room that is being made.
    queueMicrotask(() => this.#answer((query) => makeFailure(query, RCODE.SERVFAIL)));
    this.#latest?.cancel();
    for (const pending of this.#earlier) pending.cancel();
    // Without the try nothing else would find out that the upstream is dead.
    this.#current?.distrust();
  }

  answered(reply: WireMessage, upstream: Upstream, fits: boolean): void {
    if (this.#done) return;
    const { options } = this.#rules;
    this.#running--;
    if (fits && reply.truncated && options.prefer_udp && !options.force_tcp && this.asked.protocol === 'udp') {
      this.#running++;
      this.#ask(upstream, { ...this.asked, protocol: 'tcp' }, new AskerForWhole(this), this.#rules.now());
    } else if (fits) {
      this.#settle(reply);
    } else {
      this.#finish((query) => makeReply(query, { rcode: RCODE.FORMERR }));
    }
  }

  /** Takes the reply by TCP that is in place of a truncated one. */
  answeredWhole(reply: WireMessage): void {
    if (this.#done) return;
    this.#running--;
    this.#settle(reply);
  }

  #settle(reply: WireMessage): void {
    const { failover } = this.#rules.options;
    const { rcode } = reply;
    if (failover.includes(rcode) && ++this.#failovers < this.#list.length) {
      this.#tryNext();
    } else if (failover.length === 0 && rcode === RCODE.SERVFAIL && this.#canHaveSecondOpinion()) {
      this.#failovers++;
      this.#fallback ??= reply;
      if (this.#running === 0) this.#tryNext();
    } else {
      this.#deliver(this.#fallback !== undefined && rcode === RCODE.SERVFAIL ? this.#fallback : reply);
    }
  }

  failed(error: Error, upstream: Upstream): void {
    upstream.checkHealth();
    if (this.#done) return;
    this.#running--;
    this.#failures++;
    this.#failure = error;
    if (this.#running > 0) return;
    if (this.#fallback !== undefined && this.#begun >= this.#list.length) this.#deliver(this.#fallback);
    else if (this.#last) this.#giveUp();
    else this.#tryNext();
  }

  /** The upstream that was asked last is silent for too long. */
  expire(): void {
    if (this.#done) return;
    this.#current?.distrust();
    if (this.#begun < this.#list.length) this.#tryNext();
    else if (this.#fallback !== undefined) this.#deliver(this.#fallback);
  }

  #canHaveSecondOpinion(): boolean {
    if (this.#failovers >= SECOND_OPINIONS) return false;
    return this.#running > 0 || this.#list.slice(this.#begun).some((upstream) => !upstream.down);
  }

  /** Asks the next upstream that is not down. When all are, one of them gets one try: perhaps it is the checks that are wrong. */
  #tryNext(now: number = this.#rules.now()): void {
    const { options, anyOf, broken, stopped } = this.#rules;
    const count = this.#list.length;
    if (this.#failures >= this.#maximumFailures || now >= this.#end || stopped || count === 0) {
      if (this.#running === 0) this.#giveUp();
      return;
    }
    for (;;) {
      if (this.#next === count) {
        this.#next = 0;
        this.#down = 0;
      }
      const upstream = this.#list[this.#next++];
      this.#begun++;
      if (upstream === undefined) return;
      if (!upstream.down) {
        this.#try(upstream, now);
        return;
      }
      if (++this.#down < count) continue;
      broken.increment();
      this.#last = true;
      if (options.failfast_all_unhealthy_upstreams) this.#giveUp();
      else this.#try(anyOf(this.#list)[0] ?? upstream, now);
      return;
    }
  }

  #try(upstream: Upstream, now: number): void {
    this.#current = upstream;
    this.#running++;
    label(this.#first.query, upstream);
    for (const { query } of this.#others ?? NOBODY) label(query, upstream);
    if (this.#begun < this.#list.length || this.#fallback !== undefined)
      this.#rules.wheel.add(this, upstream.patience, now);
    this.#ask(upstream, this.asked, this, now);
  }

  #ask(upstream: Upstream, asked: UpstreamQuery, asker: Asker, now: number): void {
    const pending = upstream.ask(asked, asker, now);
    if (this.#latest !== undefined) this.#earlier = [...this.#earlier, this.#latest];
    this.#latest = pending;
  }

  #giveUp(): void {
    if (this.#fallback !== undefined) this.#deliver(this.#fallback);
    else this.#finish((query) => makeFailure(query, RCODE.SERVFAIL, this.#failure ?? new Error('no healthy proxies')));
  }

  #deliver(reply: WireMessage): void {
    const handsOn = this.#handsOn(reply);
    this.#finish((query, next) => (handsOn && next !== undefined ? next(query) : toReply(reply, query)));
  }

  #finish(answer: (query: Query, next: Next | undefined) => Outcome): void {
    this.#leave();
    this.#answer(answer);
  }

  #leave(): void {
    this.#done = true;
    this.#rules.wheel.remove(this);
    this.#inFlight.leave(this, 1 + (this.#others?.length ?? 0));
  }

  #answer(answer: (query: Query, next: Next | undefined) => Outcome): void {
    this.#first.answerBy(answer);
    for (const waiter of this.#others ?? NOBODY) waiter.answerBy(answer);
  }

  /** Is it for the next forward line to answer? */
  #handsOn(reply: WireMessage): boolean {
    const { next, next_on_nodata: onNoData } = this.#rules.options;
    return next.includes(reply.rcode) || (onNoData && reply.rcode === RCODE.NOERROR && reply.answerCount === 0);
  }
}

/** Gets the whole reply that takes the place of a truncated one. */
class AskerForWhole implements Asker {
  readonly #forwarding: Forwarding;

  constructor(forwarding: Forwarding) {
    this.#forwarding = forwarding;
  }

  answered(reply: WireMessage): void {
    this.#forwarding.answeredWhole(reply);
  }

  failed(error: Error, upstream: Upstream): void {
    this.#forwarding.failed(error, upstream);
  }
}

/** The upstreams that have been silent lately come last: the query that found it out has waited for all others. */
function preferTrusted(list: readonly Upstream[]): readonly Upstream[] {
  if (list.length < 2 || !list.some(({ suspect }) => suspect)) return list;
  return [...list.filter(({ suspect }) => !suspect), ...list.filter(({ suspect }) => suspect)];
}

function label(query: Query, upstream: Upstream): void {
  query.metadata?.set('forward/upstream', () => upstream.label);
}
