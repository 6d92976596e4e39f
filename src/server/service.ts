import { DomainName } from '../dns/name.ts';
import { type Query, type Transport, withQuestion } from '../plugin-api/query.ts';
import { isLater, type Later } from '../plugin-api/later.ts';
import type { Reply } from '../plugin-api/reply.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import type { DohAnswer } from '../transport/https/doh-response.ts';
import type { ListenerSettings } from './listener-settings.ts';
import type { StreamAnswer } from '../transport/stream/message-connection.ts';
import { accept, type Accepted } from './accept.ts';
import { AwaitedAnswer, type Send } from './awaited-answer.ts';
import { Dispatcher } from './dispatcher.ts';
import { AnswerMemory } from './memo/answer-memory.ts';
import { AnswerWriter } from './memo/answer-writer.ts';
import { RecorderList } from './memo/recorder-list.ts';
import { encodeBadVersion, encodeReply, encodeTransfer } from './respond.ts';
import type { Routes } from './routes.ts';
import type { ServiceEnvironment } from './service-environment.ts';

export interface ServiceOptions extends ListenerSettings {
  /** `dns://:53`. */
  readonly label: string;
  readonly routes: Routes;
  /** Octets for answers that are remembered; 0 remembers none. */
  readonly memory: number;
  readonly environment: ServiceEnvironment;
}

/** Keeps answers for the next time that they are asked for: images as an AnswerWriter makes them, to be copied at once. */
export interface AnswerKeeper {
  insert(image: Int32Array): void;
}

/** What one listener does with messages under one configuration. A reload gives the listener another one. */
export class Service {
  readonly label: string;
  readonly settings: ListenerSettings;
  readonly #options: ServiceOptions;
  readonly #dispatcher: Dispatcher;
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
    this.#dispatcher = new Dispatcher(options);
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

  /** Milliseconds of the monotonic clock. */
  now(): number {
    return this.#options.environment.clock.monotonic();
  }

  /**
   * Answers one message, at once where nothing has to be waited for. The octets stay as they are until then. `arrival`: when it came, of the monotonic clock.
   * `keeper`: gets what may be remembered.
   */
  answer(
    octets: Uint8Array,
    client: Endpoint,
    local: Endpoint,
    transport: Transport,
    arrival: number,
    send: Send,
    keeper: AnswerKeeper | undefined = this.#memory,
  ): void {
    // Datagrams have been looked up by the batch.
    const remembered = transport === 'udp' ? undefined : this.#recall(octets, client, arrival);
    if (remembered !== undefined) {
      send(remembered);
      return;
    }
    const accepted = accept(octets);
    if (accepted.kind === 'query') {
      const query = this.#queryOf(accepted, octets.length, client, local, transport, arrival);
      this.#answerQuery(query, octets, send, keeper);
    } else send(accepted.kind === 'answer' ? accepted.octets : null);
  }

  /** Answers the message of an HTTP request; one that is no query is refused in the words of HTTP. */
  answerRequest(octets: Uint8Array, client: Endpoint, local: Endpoint, send: (answer: DohAnswer) => void): void {
    const arrival = this.now();
    const remembered = this.#recall(octets, client, arrival);
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
    const query = this.#queryOf(accepted, octets.length, client, local, 'https', arrival);
    this.#answerQuery(query, octets, sendOne, this.#memory);
  }

  #recall(octets: Uint8Array, client: Endpoint, arrival: number): Uint8Array | undefined {
    return this.#memory?.recallOnStream(octets, client, arrival, this.#options.environment.clock.monotonic);
  }

  #queryOf(
    { message, question }: Extract<Accepted, { readonly kind: 'query' }>,
    size: number,
    client: Endpoint,
    local: Endpoint,
    transport: Transport,
    arrival: number,
  ): Query {
    return {
      message,
      question,
      client,
      local,
      transport,
      size,
      arrival,
      deadline: Infinity,
      server: this.label,
      zone: DomainName.root,
      view: '',
      depth: 0,
      metadata: undefined,
      resolve: this.#dispatcher.resolve,
      zoneOf: this.#zoneOf,
    };
  }

  #answerQuery(query: Query, octets: Uint8Array, send: Send, keeper: AnswerKeeper | undefined): void {
    if ((query.message.edns?.version ?? 0) !== 0) {
      send(encodeBadVersion(query));
      return;
    }
    const outcome = this.#dispatcher.dispatch(query);
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

  /** For AwaitedAnswer: there is no reply. */
  fail(query: Query, error: unknown, send: Send): void {
    this.finish(query, this.#dispatcher.recover(query, error), send);
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
      return encodeReply(query, this.#dispatcher.recover(query, error));
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
      this.#dispatcher.recover(query, error);
      throw error;
    }
  }
}
