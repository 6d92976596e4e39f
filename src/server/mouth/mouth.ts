import type { Logger } from '../../log/logger.ts';
import type { Endpoint } from '../../transport/endpoint.ts';
import type { ListenOptions } from '../../transport/listen-options.ts';
import { Thread } from '../../transport/thread/thread.ts';
import type { DatagramLosses } from '../../transport/udp/datagram-handler.ts';
import type { Libc } from '../../transport/libc.ts';
import type { Service } from '../service.ts';
import { SETTLE_TIMEOUT } from '../settle-timeout.ts';
import { AnswerBatch } from './answer-batch.ts';
import { monotonicOrigin } from './monotonic-origin.ts';
import type { FromMouth, MouthStart, Questions, ToMouth } from './mouth-messages.ts';
import { NotePages, WORDS_PER_NOTE } from './note-pages.ts';
import { Unpacked } from './packed.ts';

/** Octets of answers that a thread remembers: about 20,000 of them. It is to stay small; the brain, which it asks for the others, remembers more. */
const MOST_MEMORY = 4 << 20;
/** Milliseconds until a thread that died is started again: the first time, and at most. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;
/** A thread that has lived as long died of something new. */
const LONG_LIFE = 60_000;

/** The module that the threads run: beside this one in the sources as in what is built of them. */
const MODULE = new URL(import.meta.url.endsWith('.ts') ? './mouth-worker.ts' : './mouth-worker.js', import.meta.url);

export interface MouthOptions {
  readonly listen: ListenOptions;
  readonly libc: Libc;
  /** Of Generations. */
  readonly counters: Int32Array;
  readonly losses: DatagramLosses;
  readonly logger: Logger;
  /** `dns://:53`. */
  readonly label: string;
  /** A thread that had died was started again. */
  readonly restarted: () => void;
}

/** Why a socket could not be opened, in the shape of Node's errors. */
class RefusedError extends Error {
  readonly code: string;

  constructor(reason: string, code: string) {
    super(reason);
    this.code = code;
  }
}

/**
 * A further socket of a listener, with a thread and a memory of its own. What the thread does not remember the service answers, here. A thread that dies
 * is started again; meanwhile the kernel gives its queries to the other sockets.
 */
export class Mouth {
  readonly #options: MouthOptions;
  readonly #local: Endpoint;
  #thread: Thread<ToMouth, FromMouth> | undefined;
  #bornAt = 0;
  #delay = FIRST_DELAY;
  #restart: NodeJS.Timeout | undefined;
  #service: Service;
  /** Services by the number of their configuration, until the thread has gone on to a later one. */
  readonly #services = new Map<number, Service>();
  #configuration = 0;
  #batch = new AnswerBatch();
  #pages = new NotePages();
  #isFlushing = false;
  /** What the thread has open, to be closed for it when it dies. */
  #descriptors: readonly number[] = [];
  #hasOpened = false;
  #isClosing = false;
  #refusal: Error | undefined;
  readonly #opened: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #configured = new Set<() => void>();
  readonly #paused: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #ended: PromiseWithResolvers<void> = Promise.withResolvers();

  private constructor(service: Service, options: MouthOptions) {
    this.#service = service;
    this.#options = options;
    this.#local = { address: options.listen.address ?? '::', port: options.listen.port };
  }

  /** Resolves when the socket is open; rejects with a SystemError or what else went wrong. */
  static async open(service: Service, options: MouthOptions): Promise<Mouth> {
    const mouth = new Mouth(service, options);
    mouth.#start();
    await mouth.#opened.promise;
    return mouth;
  }

  /** Every question from now on goes to `service`; resolves when the thread remembers nothing of the one before. */
  async replaceService(service: Service): Promise<void> {
    this.#flush();
    this.#service = service;
    this.#configuration++;
    this.#services.set(this.#configuration, service);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#configured.add(resolve);
    await this.#tell({ kind: 'configure', configuration: this.#memoryOf(service) }, promise);
  }

  /** Takes no more datagrams; resolves when the service has been given all that came before. */
  async pause(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    await this.#tell({ kind: 'pause' }, Promise.race([this.#paused.promise, this.#ended.promise]));
  }

  /** Closes when everything has been answered. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#restart);
    this.#flush();
    await this.#tell({ kind: 'close' }, this.#ended.promise);
  }

  /** Resolves when the thread, if there is one, has done what it is told, or has died. One that takes too long is stuck, and is ended. */
  async #tell(message: ToMouth, done: Promise<void>): Promise<void> {
    const thread = this.#thread;
    if (thread === undefined) return;
    thread.post(message);
    const timer = setTimeout(() => thread.terminate(), SETTLE_TIMEOUT);
    await done;
    clearTimeout(timer);
  }

  #memoryOf(service: Service): MouthStart['configuration'] {
    return { number: this.#configuration, memory: Math.min(service.memoryCapacity, MOST_MEMORY) };
  }

  #start(): void {
    const { listen, counters, libc } = this.#options;
    this.#pages = new NotePages();
    this.#services.clear();
    this.#services.set(this.#configuration, this.#service);
    const start: MouthStart = {
      // The port is this process's already.
      listen: { ...listen, exclusive: false },
      counters,
      clockOrigin: monotonicOrigin(),
      configuration: this.#memoryOf(this.#service),
      notes: this.#pages.memory,
    };
    this.#bornAt = performance.now();
    this.#batch = new AnswerBatch();
    this.#thread = new Thread(MODULE, start, libc, {
      message: (message) => this.#take(message),
      ended: (error) => this.#end(error),
    });
  }

  #take(message: FromMouth): void {
    if (message.kind === 'questions') this.#answer(message.questions);
    else if (message.kind === 'notes') this.#record(message);
    else if (message.kind === 'lost') {
      if (message.received > 0) this.#options.losses.received(message.received);
      if (message.sent > 0) this.#options.losses.sent(message.sent);
    } else if (message.kind === 'configured') this.#settleConfiguration(message.configuration);
    else if (message.kind === 'paused') this.#paused.resolve();
    else if (message.kind === 'open') {
      this.#descriptors = message.descriptors;
      this.#hasOpened = true;
      this.#opened.resolve();
    } else if (message.kind === 'refused') {
      this.#refusal = new RefusedError(message.reason, message.code);
    } else this.#descriptors = [];
  }

  #answer({ ids, addresses, ports, lengths, octets }: Questions): void {
    const batch = this.#batch;
    const messages = new Unpacked(octets);
    const now = this.#service.now();
    for (const [i, id] of ids.entries()) {
      const message = messages.next(lengths[i] ?? 0);
      const client: Endpoint = { address: addresses[i] ?? '', port: ports[i] ?? 0 };
      this.#service.answer(
        message,
        client,
        this.#local,
        'udp',
        now,
        (answer) => {
          // A thread that was started meanwhile knows nothing of the question.
          if (batch !== this.#batch) return;
          batch.add(id, answer instanceof Uint8Array ? answer : null);
          this.#flushSoon();
        },
        batch,
      );
    }
    this.#flush();
  }

  #record({ configuration, notes }: Extract<FromMouth, { kind: 'notes' }>): void {
    const recorders = this.#services.get(configuration)?.recorders;
    const words = notes instanceof Int32Array ? notes : this.#pages.words(notes.page);
    for (let i = 0; i < notes.length; i += WORDS_PER_NOTE) {
      recorders?.record(words[i] ?? 0, words[i + 1] ?? 0, (words[i + 2] ?? 0) / 1000);
    }
    if (!(notes instanceof Int32Array)) this.#pages.giveBack(notes.page);
  }

  #settleConfiguration(configuration: number): void {
    for (const number of this.#services.keys()) if (number < configuration) this.#services.delete(number);
    if (configuration !== this.#configuration) return;
    for (const resolve of this.#configured) resolve();
    this.#configured.clear();
  }

  /** Answers that come between questions leave together with those of the same turn. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    const given = this.#batch.takeMessage(this.#configuration);
    if (given !== undefined) this.#thread?.post(given.message, given.transfer);
  }

  #end(error: Error | undefined): void {
    this.#thread = undefined;
    // Else the kernel would go on giving queries to a socket that nobody reads.
    for (const descriptor of this.#descriptors) this.#options.libc.close(descriptor);
    this.#descriptors = [];
    for (const resolve of this.#configured) resolve();
    this.#configured.clear();
    const reason = error ?? this.#refusal ?? new Error('it just ended');
    this.#refusal = undefined;
    if (this.#hasOpened && !this.#isClosing) {
      this.#startAgain(reason);
      return;
    }
    this.#opened.reject(reason);
    this.#ended.resolve();
  }

  #startAgain(reason: Error): void {
    const { logger, label, restarted } = this.#options;
    if (performance.now() - this.#bornAt > LONG_LIFE) this.#delay = FIRST_DELAY;
    const delay = this.#delay;
    this.#delay = Math.min(2 * delay, LONGEST_DELAY);
    logger.error(`A thread of ${label} died and starts again in ${delay} ms: ${reason.message}`);
    this.#restart = setTimeout(() => {
      restarted();
      this.#start();
    }, delay);
  }
}
