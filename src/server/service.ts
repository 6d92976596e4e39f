import { CLASS, RCODE } from '../dns/codes.ts';
import type { Question } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import type { Logger } from '../log/logger.ts';
import type { Counter } from '../metrics/metric.ts';
import type { Clock } from '../plugin-api/clock.ts';
import type { Generations } from '../plugin-api/generations.ts';
import { type Query, type Transport, withQuestion } from '../plugin-api/query.ts';
import { isLater, type Later, whenThere } from '../plugin-api/later.ts';
import type { QueryMetrics } from '../plugin-api/query-metrics.ts';
import { makeFailure, type Outcome, type Reply, withValidity } from '../plugin-api/reply.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import type { DohAnswer } from '../transport/https/doh-response.ts';
import type { ListenerSettings } from './listener-settings.ts';
import type { StreamAnswer } from '../transport/stream/message-connection.ts';
import { accept, type Accepted } from './accept.ts';
import { AwaitedAnswer } from './awaited-answer.ts';
import { AnswerMemory } from './memo/answer-memory.ts';
import { AnswerWriter } from './memo/answer-writer.ts';
import { RecorderList } from './memo/recorder-list.ts';
import { encodeBadVersion, encodeReply, encodeTransfer } from './respond.ts';
import type { Routes } from './routes.ts';

/** What all services of a server share. */
export interface ServiceEnvironment {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly queryMetrics: QueryMetrics;
  readonly generations: Generations;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** coredns_panics_total. */
  readonly panics: Counter;
  /** coredns_dns_https_responses_total. */
  readonly httpsResponses: Counter;
}

export interface ServiceOptions extends ListenerSettings {
  /** `dns://:53`. */
  readonly label: string;
  readonly routes: Routes;
  /** Octets for answers that are remembered; 0 remembers none. */
  readonly memory: number;
  readonly environment: ServiceEnvironment;
}

/** The answer to a message, to be sent or copied at once, or null when there is none; several messages only for a query that came on a stream. Called once. */
export type Send = (answer: StreamAnswer | null) => void;

/** Keeps answers for the next time that they are asked for: images as an AnswerWriter makes them, to be copied at once. */
export interface AnswerKeeper {
  insert(image: Int32Array): void;
}

/** The metrics label `zone` of queries that the server refuses by itself. */
const DROPPED = 'dropped';
/** Header and question without the name: what a message without records weighs besides it. */
const QUESTION_ONLY = 16;

/** Aliases that one may follow from block to block; each block follows up to ten of its own besides. */
const MAXIMUM_DEPTH = 8;

/** What one listener does with messages under one configuration. A reload gives the listener another one. */
export class Service {
  readonly label: string;
  readonly settings: ListenerSettings;
  readonly #options: ServiceOptions;
  readonly #resolve: Query['resolve'];
  readonly #zoneOf: Query['zoneOf'];
  /** Who counts the answers that are remembered, here or by other threads. */
  readonly recorders: RecorderList = new RecorderList();
  readonly #memory: AnswerMemory | undefined;
  readonly #writer: AnswerWriter;
  #inFlight = 0;
  readonly #waiting = new Set<() => void>();

  constructor(options: ServiceOptions) {
    this.label = options.label;
    this.settings = options;
    this.#options = options;
    const { generations, random } = options.environment;
    this.#memory =
      options.memory === 0
        ? undefined
        : new AnswerMemory({
            capacity: options.memory,
            counters: generations.counters,
            notes: this.recorders,
            random,
          });
    this.#writer = new AnswerWriter(generations, this.recorders);
    this.#resolve = (query, question) => this.#ask(query, question);
    this.#zoneOf = (query, question) => options.routes.find(withQuestion(query, question))?.query.zone;
  }

  /** What is remembered of this service's answers; undefined if nothing is. */
  get memory(): AnswerMemory | undefined {
    return this.#memory;
  }

  /** Octets for answers that a memory of this service may take; 0: there is to be none. */
  get memoryCapacity(): number {
    return this.#options.memory;
  }

  /** Answers one message, at once where nothing has to be waited for. The octets stay as they are until then. `keeper`: gets what may be remembered. */
  answer(
    octets: Uint8Array,
    client: Endpoint,
    local: Endpoint,
    transport: Transport,
    send: Send,
    keeper: AnswerKeeper | undefined = this.#memory,
  ): void {
    // Datagrams have been looked up by the batch.
    const remembered = transport === 'udp' ? undefined : this.#recall(octets, client);
    if (remembered !== undefined) {
      send(remembered);
      return;
    }
    const accepted = accept(octets);
    if (accepted.kind === 'query') this.#answerQuery(accepted, octets, { client, local, transport }, send, keeper);
    else send(accepted.kind === 'answer' ? accepted.octets : null);
  }

  /** Answers the message of an HTTP request; one that is no query is refused in the words of HTTP. */
  answerRequest(octets: Uint8Array, client: Endpoint, local: Endpoint, send: (answer: DohAnswer) => void): void {
    const remembered = this.#recall(octets, client);
    if (remembered !== undefined) {
      // A response keeps what it is given until the client has taken it.
      send(remembered.slice());
      return;
    }
    const accepted = accept(octets);
    if (accepted.kind !== 'query') {
      send('refused');
      return;
    }
    const sendOne: Send = (answer) => send(answer instanceof Uint8Array ? answer : null);
    this.#answerQuery(accepted, octets, { client, local, transport: 'https' }, sendOne, this.#memory);
  }

  #recall(octets: Uint8Array, client: Endpoint): Uint8Array | undefined {
    return this.#memory?.recallOnStream(octets, client, this.#options.environment.clock.monotonic);
  }

  #answerQuery(
    accepted: Extract<Accepted, { readonly kind: 'query' }>,
    octets: Uint8Array,
    arrived: Pick<Query, 'client' | 'local' | 'transport'>,
    send: Send,
    keeper: AnswerKeeper | undefined,
  ): void {
    const query: Query = {
      message: accepted.message,
      question: accepted.question,
      client: arrived.client,
      local: arrived.local,
      transport: arrived.transport,
      size: octets.length,
      arrival: this.#options.environment.clock.monotonic(),
      deadline: Infinity,
      server: this.label,
      zone: DomainName.root,
      view: '',
      depth: 0,
      metadata: undefined,
      resolve: this.#resolve,
      zoneOf: this.#zoneOf,
    };
    if ((query.message.edns?.version ?? 0) !== 0) {
      send(encodeBadVersion(query));
      return;
    }
    const outcome = this.#dispatch(query);
    if (isLater(outcome)) this.#answerLater(query, outcome, send);
    else send(this.#encode(query, outcome, keeper, octets));
  }

  /** Counts a response of HTTP. */
  countResponse(status: number): void {
    this.#options.environment.httpsResponses.increment(this.label, String(status));
  }

  /** Resolves when no query is in the works any more, or after `milliseconds`. */
  async settle(milliseconds: number): Promise<boolean> {
    if (this.#inFlight === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const idle = (): void => resolve(true);
    this.#waiting.add(idle);
    const timer = setTimeout(() => resolve(false), milliseconds);
    const settled = await promise;
    clearTimeout(timer);
    this.#waiting.delete(idle);
    return settled;
  }

  #answerLater(query: Query, outcome: Later<Reply | null>, send: Send): void {
    this.#inFlight++;
    outcome.tell(new AwaitedAnswer(this, query, send));
  }

  /** For AwaitedAnswer: sends the reply that has come. */
  finish(query: Query, reply: Reply | null, send: Send): void {
    try {
      send(this.#encode(query, reply));
    } catch (error) {
      // Not in the turn of the upstream's socket, whose other replies are good.
      queueMicrotask(() => {
        throw error;
      });
    } finally {
      this.#inFlight--;
      if (this.#inFlight === 0) for (const idle of this.#waiting) idle();
    }
  }

  /** Another question on behalf of the client of `query`. */
  #ask(query: Query, question: Question): Outcome {
    const depth = query.depth + 1;
    if (depth > MAXIMUM_DEPTH)
      return makeFailure(query, RCODE.SERVFAIL, new Error(`${question.name.text} leads back to itself`));
    // Those who look at the answers of the other block see this one once; remembered as a part of another they would not see it again.
    const asked = {
      ...withQuestion(query, question),
      depth,
      arrival: this.#options.environment.clock.monotonic(),
      size: QUESTION_ONLY + question.name.wire.length,
    };
    return whenThere(
      this.#dispatch(asked),
      (reply) => (reply === null ? null : withValidity(reply, undefined)),
      (error) => this.#recover(asked, error),
    );
  }

  /** What fails later is for the caller to recover from. */
  #dispatch(query: Query): Outcome {
    if (query.question.class !== CLASS.IN && !this.#options.anyClass) return this.#refuse(query, RCODE.REFUSED);
    try {
      const entry = this.#options.routes.find(query);
      if (entry?.block.chain === undefined) return this.#refuse(query, RCODE.REFUSED);
      return entry.block.chain(entry.query);
    } catch (error) {
      return this.#recover(query, error);
    }
  }

  /** A query that no plugin sees. */
  #refuse(query: Query, rcode: number): Reply {
    const { queryMetrics, clock } = this.#options.environment;
    const responseSize = QUESTION_ONLY + query.question.name.wire.length;
    queryMetrics
      .block(query.server, DROPPED, query.view)
      .count(query, { rcode, plugin: '', responseSize }, clock.monotonic() - query.arrival);
    return makeFailure(query, rcode);
  }

  /** For AwaitedAnswer: there is no reply. */
  fail(query: Query, error: unknown, send: Send): void {
    this.finish(query, this.#recover(query, error), send);
  }

  /** A plugin threw: the client hears of a failure, the operator why; the process goes on. */
  #recover(query: Query, error: unknown): Reply {
    const { logger, panics } = this.#options.environment;
    panics.increment();
    const stack = this.#options.stackTraces && error instanceof Error ? `\n${error.stack ?? ''}` : '';
    logger.error(
      `Recovered from panic in server: "${this.label}" ${error instanceof Error ? error.message : String(error)}${stack}`,
    );
    return this.#refuse(query, RCODE.SERVFAIL);
  }

  /** `request`: given for an answer that was there at once; one that was waited for may have been overtaken by changes, and is not remembered. */
  #encode(query: Query, reply: Reply | null, keeper?: AnswerKeeper, request?: Uint8Array): StreamAnswer | null {
    if (reply === null) return null;
    if (reply.transfer && (query.transport === 'tcp' || query.transport === 'tls')) {
      return this.#encodeTransfer(query, reply);
    }
    try {
      const octets = encodeReply(query, reply);
      if (keeper !== undefined && reply.validity !== undefined && request !== undefined)
        this.#remember(query, request, reply, octets, keeper);
      return octets;
    } catch (error) {
      return encodeReply(query, this.#recover(query, error));
    }
  }

  #remember(query: Query, request: Uint8Array, reply: Reply, octets: Uint8Array, keeper: AnswerKeeper): void {
    const { routes, environment } = this.#options;
    const block = routes.find(query)?.block;
    if (block === undefined) return;
    const image = this.#writer.write(query, request, reply, octets, block, environment.clock.monotonic());
    if (image !== undefined) keeper.insert(image);
  }

  /** Throws, once that has been logged, when a message cannot be made: the client must not take what it has for the whole zone. */
  *#encodeTransfer(query: Query, reply: Reply): Generator<Uint8Array, void> {
    try {
      yield* encodeTransfer(query, reply);
    } catch (error) {
      this.#recover(query, error);
      throw error;
    }
  }
}
