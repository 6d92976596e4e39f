import { RCODE } from '../../dns/codes.ts';
import { FLAG } from '../../dns/decode.ts';
import { encodeQuery } from '../../dns/encode-query.ts';
import { MAXIMUM_MESSAGE_LENGTH, MINIMUM_PAYLOAD_SIZE } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Counter } from '../../metrics/metric.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import type { Next, PluginInstance } from '../../plugin-api/plugin.ts';
import { isDatagram, protocolLabel, type Query } from '../../plugin-api/query.ts';
import { makeFailure, type Outcome } from '../../plugin-api/reply.ts';
import type { TimingWheel } from '../../transport/timing-wheel.ts';
import type { Upstream, UpstreamQuery } from '../../transport/upstream/upstream.ts';
import { Backlog, backlogKey } from './backlog.ts';
import { Forwarding, type ForwardingRules, QUERY_TIMEOUT } from './forwarding.ts';
import { InFlight } from './in-flight.ts';
import type { ForwardOptions } from './options.ts';
import { makePolicy, type Policy } from './policy.ts';
import { Waiter } from './waiter.ts';

/** The octet of the header with RA, AD, CD and the rcode. */
const LOW_FLAGS = 3;

type KeepsReplies = NonNullable<PluginInstance['keepsReplies']>;

/** One forward line: which names it takes, whom it asks, what it does with the replies. */
export class Forwarder implements ForwardingRules {
  readonly options: ForwardOptions;
  readonly anyOf: Policy;
  readonly now: () => number;
  readonly wheel: TimingWheel;
  readonly broken: Counter;
  readonly dropped: Counter;
  readonly #from: DomainName;
  readonly #except: readonly DomainName[];
  readonly #policy: Policy;
  readonly #rejects: Counter;
  readonly #backlog: Backlog;
  readonly #inFlight: InFlight;
  readonly #block: SetupContext['block'];
  #upstreams: readonly Upstream[] = [];
  #keepers: readonly KeepsReplies[] | undefined;
  /** Those that were replaced and may have queries in the works. */
  readonly #leaving = new Map<Upstream, NodeJS.Timeout>();
  #stopped = false;

  constructor(from: DomainName, options: ForwardOptions, context: SetupContext, wheel: TimingWheel) {
    this.#from = from;
    this.#block = context.block;
    this.#except = options.except.flat();
    this.options = options;
    this.#policy = makePolicy(options.policy, context.random);
    this.anyOf = makePolicy('random', context.random);
    this.now = context.clock.monotonic;
    this.wheel = wheel;
    this.broken = context.metrics.counter({
      name: 'coredns_forward_healthcheck_broken_total',
      help: 'Counter of the number of complete failures of the healthchecks.',
    });
    this.#backlog = context.shared(backlogKey, () => new Backlog());
    this.#inFlight = new InFlight(this.#backlog, Math.floor(context.random() * 2 ** 32) | 0);
    this.dropped = context.metrics.counter({
      name: 'clusterfirst_forward_dropped_queries_total',
      help: 'Counter of queries that were given up, the oldest first, because too many waited for upstreams.',
      labels: ['server'],
    });
    this.#rejects = context.metrics.counter({
      name: 'coredns_forward_max_concurrent_rejects_total',
      help: 'Counter of the number of queries rejected because the concurrent queries were at maximum.',
    });
  }

  /** Asks these from now on, in the order of the Corefile; those that it asked before end when their last queries must have ended. */
  use(upstreams: readonly Upstream[]): void {
    for (const old of this.#upstreams) {
      if (upstreams.includes(old)) continue;
      const end = (): void => {
        this.#leaving.delete(old);
        old.stop();
      };
      this.#leaving.set(old, setTimeout(end, QUERY_TIMEOUT + this.options.read_timeout));
    }
    this.#upstreams = upstreams;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** `followed`: is `next` another forward line, to which `next` and `next_on_nodata` may hand a query? */
  handle(query: Query, next: Next, followed: boolean): Outcome {
    if (!this.#takes(query.question.name)) return next(query);
    const { max_concurrent: maximum } = this.options;
    if (maximum > 0 && this.#inFlight.waiters >= maximum) {
      this.#rejects.increment();
      return makeFailure(query, RCODE.REFUSED, new Error(`concurrent queries exceeded maximum ${maximum}`));
    }
    this.#backlog.makeRoom();
    const waiter = new Waiter(query, followed ? next : undefined);
    const asked = this.#toAsk(query);
    const hash = this.#inFlight.hashOf(asked);
    if (!this.#inFlight.join(asked, hash, waiter)) {
      const now = this.now();
      const list = this.#policy(this.#upstreams);
      const forwarding = new Forwarding({ asked, hash, list, now }, waiter, this, this.#inFlight);
      this.#inFlight.enter(forwarding);
      forwarding.begin(now);
    }
    return waiter;
  }

  /** Closes all connections; queries that wait are answered SERVFAIL. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#leaving.values()) clearTimeout(timer);
    for (const upstream of [...this.#upstreams, ...this.#leaving.keys()]) upstream.stop();
  }

  /** Does a plugin keep the reply? In the order of plugins those stand in front of this one; which they are is known once all of the block are set up. */
  #isKept(query: Query): boolean {
    this.#keepers ??= this.#block.instances().flatMap(({ instance }) => instance.keepsReplies ?? []);
    for (const keepsReplies of this.#keepers) if (keepsReplies(query)) return true;
    return false;
  }

  #takes(name: DomainName): boolean {
    if (!name.isWithin(this.#from)) return false;
    return this.#except.length === 0 || name.equals(this.#from) || !this.#except.some((zone) => name.isWithin(zone));
  }

  /** What is sent, and by which protocol: the client's, unless the options say otherwise. */
  #toAsk(query: Query): UpstreamQuery {
    const { force_tcp: forceTcp, prefer_udp: preferUdp } = this.options;
    const protocol = forceTcp ? 'tcp' : preferUdp ? 'udp' : protocolLabel(query.transport);
    const octets = encodeQuery(query.message);
    if (this.#isKept(query)) octets[LOW_FLAGS] = (octets[LOW_FLAGS] ?? 0) | FLAG.AD;
    return {
      octets,
      question: query.question,
      protocol,
      payloadSize: payloadSize(query),
    };
  }
}

/** The longest reply that the client takes, in octets. */
function payloadSize(query: Query): number {
  if (!isDatagram(query)) return MAXIMUM_MESSAGE_LENGTH;
  return Math.max(query.message.edns?.payloadSize ?? 0, MINIMUM_PAYLOAD_SIZE);
}
