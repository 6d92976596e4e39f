import { RCODE } from '../../dns/codes.ts';
import { encodeMessage } from '../../dns/encode.ts';
import { type Message, MAXIMUM_MESSAGE_LENGTH, MINIMUM_PAYLOAD_SIZE } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import type { Counter } from '../../metrics/metric.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import type { Next } from '../../plugin-api/plugin.ts';
import { isDatagram, protocolLabel, type Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Outcome, type Reply } from '../../plugin-api/reply.ts';
import type { Upstream } from '../../transport/upstream/upstream.ts';
import type { ForwardOptions } from './options.ts';
import { makePolicy, type Policy } from './policy.ts';

/** No new try begins after this many milliseconds: clients have given up by then. */
const QUERY_TIMEOUT = 5000;

/** One forward line: which names it takes, whom it asks, what it does with the replies. */
export class Forwarder {
  /** In the order of the Corefile; complete once the instance has started. */
  upstreams: readonly Upstream[] = [];
  readonly #from: DomainName;
  readonly #except: readonly DomainName[];
  readonly #options: ForwardOptions;
  readonly #policy: Policy;
  readonly #random: Policy;
  readonly #now: () => number;
  readonly #broken: Counter;
  readonly #rejects: Counter;
  #running = 0;
  #stopped = false;

  constructor(from: DomainName, options: ForwardOptions, context: SetupContext) {
    this.#from = from;
    this.#except = options.except.flat();
    this.#options = options;
    this.#policy = makePolicy(options.policy, context.random);
    this.#random = makePolicy('random', context.random);
    this.#now = context.clock.monotonic;
    this.#broken = context.metrics.counter({
      name: 'coredns_forward_healthcheck_broken_total',
      help: 'Counter of the number of complete failures of the healthchecks.',
    });
    this.#rejects = context.metrics.counter({
      name: 'coredns_forward_max_concurrent_rejects_total',
      help: 'Counter of the number of queries rejected because the concurrent queries were at maximum.',
    });
  }

  /** `followed`: is `next` another forward line, to which `next` and `next_on_nodata` may hand a query? */
  handle(query: Query, next: Next, followed: boolean): Outcome {
    if (!this.#takes(query.question.name)) return next(query);
    const maximum = this.#options.max_concurrent;
    if (maximum > 0 && this.#running >= maximum) {
      this.#rejects.increment();
      return makeFailure(query, RCODE.REFUSED, new Error(`concurrent queries exceeded maximum ${maximum}`));
    }
    return this.#counted(query, next, followed);
  }

  /** Closes all connections; queries that wait are answered SERVFAIL. */
  stop(): void {
    this.#stopped = true;
    for (const upstream of this.upstreams) upstream.stop();
  }

  #takes(name: DomainName): boolean {
    if (!name.isWithin(this.#from)) return false;
    return name.equals(this.#from) || !this.#except.some((zone) => name.isWithin(zone));
  }

  async #counted(query: Query, next: Next, followed: boolean): Promise<Reply | null> {
    this.#running++;
    try {
      return await this.#forward(query, next, followed);
    } finally {
      this.#running--;
    }
  }

  async #forward(query: Query, next: Next, followed: boolean): Promise<Reply | null> {
    const { max_connect_attempts: attempts, failover, failfast_all_unhealthy_upstreams: failFast } = this.#options;
    const count = this.upstreams.length;
    const maximumFailures = attempts === 0 ? Infinity : (attempts ?? 2 * count);
    const octets = encodeMessage({ ...query.message, id: 0 }, { compress: false });
    const list = this.#policy(this.upstreams);
    const deadline = Math.min(this.#now() + QUERY_TIMEOUT, query.deadline);
    let failure = new Error('no healthy proxies');
    let failures = 0;
    let failovers = 0;
    let down = 0;
    for (let i = 0; failures < maximumFailures && this.#now() < deadline && !this.#stopped; i++) {
      if (i === list.length) {
        i = 0;
        down = 0;
      }
      let upstream = list[i];
      if (upstream === undefined) break;
      if (upstream.down) {
        down++;
        if (down < count) continue;
        this.#broken.increment();
        if (failFast) break;
        // Perhaps it is the checks that are wrong: one of them gets one try.
        upstream = this.#random(this.upstreams)[0] ?? upstream;
      }
      const { label } = upstream;
      query.metadata?.set('forward/upstream', () => label);
      let message: Message;
      try {
        message = await this.#ask(upstream, octets, query);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        upstream.checkHealth();
        failures++;
        if (down < count) continue;
        break;
      }
      if (!answers(message, query)) return makeReply(query, { rcode: RCODE.FORMERR });
      if (failover.includes(message.rcode) && ++failovers < count) continue;
      if (followed && this.#handsOn(message)) return await next(query);
      return toReply(message, query);
    }
    return makeFailure(query, RCODE.SERVFAIL, failure);
  }

  /** Asks by the client's protocol, unless the options say otherwise. */
  async #ask(upstream: Upstream, octets: Uint8Array, query: Query): Promise<Message> {
    const { force_tcp: forceTcp, prefer_udp: preferUdp } = this.#options;
    const protocol = forceTcp ? 'tcp' : preferUdp ? 'udp' : protocolLabel(query.transport);
    const message = await upstream.exchange(octets, { protocol, payloadSize: payloadSize(query) });
    if (!message.truncated || !preferUdp || protocol === 'tcp') return message;
    return await upstream.exchange(octets, { protocol: 'tcp', payloadSize: payloadSize(query) });
  }

  #handsOn(message: Message): boolean {
    if (this.#options.next.includes(message.rcode)) return true;
    return this.#options.next_on_nodata && message.rcode === RCODE.NOERROR && message.answers.length === 0;
  }
}

/** The longest reply that the client takes, in octets. */
function payloadSize(query: Query): number {
  if (!isDatagram(query)) return MAXIMUM_MESSAGE_LENGTH;
  return Math.max(query.message.edns?.payloadSize ?? 0, MINIMUM_PAYLOAD_SIZE);
}

/** Is it a response to this question (RFC 5452 §4.2)? */
function answers(message: Message, query: Query): boolean {
  const [question] = message.questions;
  return (
    message.response &&
    message.questions.length === 1 &&
    question !== undefined &&
    question.type === query.question.type &&
    question.class === query.question.class &&
    question.name.equals(query.question.name)
  );
}

/** The upstream's reply, unchanged. */
function toReply(message: Message, query: Query): Reply {
  return {
    rcode: message.rcode,
    authoritative: message.authoritative,
    truncated: message.truncated,
    recursionDesired: message.recursionDesired,
    recursionAvailable: message.recursionAvailable,
    authenticData: message.authenticData,
    checkingDisabled: message.checkingDisabled,
    question: message.questions[0] ?? query.question,
    answers: message.answers,
    authorities: message.authorities,
    additionals: message.additionals,
    edns: message.edns,
    payloadLimit: undefined,
    transfer: false,
    unwritten: false,
    error: undefined,
  };
}
