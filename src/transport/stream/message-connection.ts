import type { Socket } from 'node:net';
import { type Endpoint, plainAddress } from '../endpoint.ts';
import { InputBuffer } from './input-buffer.ts';
import type { OutputBatch } from './output-batch.ts';
import { Patience } from './patience.ts';
import type { StreamConnection } from './stream-server.ts';

/** One message, or several of one answer (RFC 5936 §2.2): those are taken one by one, as the client takes them. */
export type StreamAnswer = Uint8Array | Iterable<Uint8Array>;

/**
 * Handles one message of a stream. `answer` sends an answer back – in any order, clients tell answers by their id (RFC 7766 §7) – or, given
 * null, lets the question go unanswered. It is called exactly once. The octets of an answer that comes before the handler returns need to last no longer.
 */
export type StreamHandler = (
  octets: Uint8Array,
  client: Endpoint,
  local: Endpoint,
  answer: (answer: StreamAnswer | null) => void,
) => void;

export interface StreamLimits {
  /** Milliseconds that a connection may stay silent before its first question is complete. */
  readonly readTimeout: number;
  /** Milliseconds between answers and the next complete question. */
  readonly idleTimeout: number;
  /** Questions after which the connection is closed. */
  readonly maximumQueries: number;
}

/** Questions of one connection that may be in the works: past that it is not read until answers have left. */
const MAXIMUM_IN_FLIGHT = 256;
/** Answers that a client does not take pile up to this many octets before its connection is not read any more: two of the largest. */
const MAXIMUM_UNSENT = 2 * 65_537;

/** A connection that carries messages after a length of two octets (RFC 1035 §4.2.2), over TCP or TLS. */
export class MessageConnection implements StreamConnection {
  readonly #socket: Socket;
  readonly #limits: StreamLimits;
  readonly #handler: StreamHandler;
  readonly #batch: OutputBatch;
  readonly #client: Endpoint;
  readonly #local: Endpoint;
  readonly #patience: Patience;
  /** One function for all questions: an answer says by its id which one it belongs to. */
  readonly #answer = (answer: StreamAnswer | null): void => this.#take(answer);
  readonly #input = new InputBuffer();
  /** TLS hands over what came record by record, and clients send every question in a record of its own. */
  readonly #encrypted: boolean;
  /** The handler is at work on a message. */
  #handing = false;
  /** Answers are being gathered in the batch. */
  #gathering = false;
  /** Answers that came between two chunks; they leave together at the end of this turn of the event loop. */
  #late: Uint8Array[] = [];
  /** Octets of them. */
  #lateLength = 0;
  #asked = 0;
  #inFlight = 0;
  #finishing = false;
  /** The client has no room for the next message of an answer of several. */
  #clogged = false;

  /** `since` is when the connection began, on the clock of `performance.now`. */
  constructor(socket: Socket, limits: StreamLimits, handler: StreamHandler, batch: OutputBatch, since: number) {
    this.#socket = socket;
    this.#limits = limits;
    this.#handler = handler;
    this.#batch = batch;
    this.#encrypted = 'encrypted' in socket;
    this.#client = { address: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
    this.#local = { address: plainAddress(socket.localAddress ?? ''), port: socket.localPort ?? 0 };
    this.#patience = new Patience(
      () => this.#allowedSilence(),
      Math.min(limits.readTimeout, limits.idleTimeout),
      () => socket.destroy(),
      since,
    );
    socket.on('close', () => this.#patience.stop());
    socket.on('data', (chunk: Buffer) => {
      this.#input.append(chunk);
      this.#handOver();
    });
    socket.on('end', () => this.finish());
    socket.on('drain', () => this.#resume());
  }

  finish(): void {
    this.#finishing = true;
    this.#endWhenDone();
  }

  #allowedSilence(): number {
    // While answers are in the works the client is not idle: its patience is its own affair. One that does not take them is.
    if (this.#inFlight > 0 && !this.#clogged && this.#socket.writableLength === 0) return Infinity;
    return this.#asked === 0 ? this.#limits.readTimeout : this.#limits.idleTimeout;
  }

  /** Hands over whole messages as long as there is room for their answers; what is answered at once leaves in one write. */
  #handOver(): void {
    const asked = this.#asked;
    this.#batch.begin(this.#socket);
    this.#gathering = !this.#encrypted;
    const input = this.#input;
    while (!this.#finishing && input.length >= 2) {
      if (this.#inFlight >= MAXIMUM_IN_FLIGHT || this.#socket.writableLength + this.#lateLength > MAXIMUM_UNSENT) {
        this.#socket.pause();
        break;
      }
      const start = input.start + 2;
      const end = start + input.octets.readUInt16BE(input.start);
      if (end > input.end) break;
      input.start = end;
      this.#asked++;
      if (this.#asked >= this.#limits.maximumQueries) this.#finishing = true;
      this.#inFlight++;
      this.#handing = true;
      this.#handler(input.octets.subarray(start, end), this.#client, this.#local, this.#answer);
      this.#handing = false;
    }
    this.#gathering = false;
    this.#batch.end();
    input.release();
    if (this.#asked > asked) this.#patience.progress();
    this.#endWhenDone();
  }

  #take(answer: StreamAnswer | null): void {
    if (answer !== null && !(answer instanceof Uint8Array)) {
      this.#answerInTurn(answer[Symbol.iterator]());
    } else if (this.#gathering) {
      this.#inFlight--;
      if (answer !== null) this.#gather(answer);
    } else if (answer === null) {
      this.#finishAnswers(1);
    } else {
      if (this.#late.length === 0) setImmediate(() => this.#flushLate());
      this.#late.push(this.#handing ? new Uint8Array(answer) : answer);
      this.#lateLength += answer.length;
    }
  }

  /** Puts a message into the batch after its length. */
  #gather(message: Uint8Array): void {
    const { length } = message;
    const start = this.#batch.reserve(2 + length);
    const { octets } = this.#batch;
    octets[start] = length >>> 8;
    octets[start + 1] = length;
    octets.set(message, start + 2);
  }

  #flushLate(): void {
    const answers = this.#late;
    this.#late = [];
    this.#lateLength = 0;
    this.#batch.begin(this.#socket);
    for (const answer of answers) this.#gather(answer);
    this.#batch.end();
    this.#finishAnswers(answers.length);
  }

  /** Writes one of several messages, and the next when the client has room for it and others have had their turn. */
  #answerInTurn(messages: Iterator<Uint8Array>): void {
    let next: IteratorResult<Uint8Array>;
    try {
      next = messages.next();
    } catch {
      // Whoever makes the messages has logged it; a connection that ends tells the client that the answer is not whole.
      this.#socket.destroy();
      return;
    }
    if (next.done === true || !this.#socket.writable) {
      this.#finishAnswers(1);
      return;
    }
    this.#patience.progress();
    const goOn = (): void => {
      this.#clogged = false;
      this.#answerInTurn(messages);
    };
    this.#clogged = !this.#write(next.value);
    if (this.#clogged) this.#socket.once('drain', goOn);
    else setImmediate(goOn);
  }

  /** False when the client does not keep up. */
  #write(message: Uint8Array): boolean {
    const framed = Buffer.allocUnsafe(2 + message.length);
    framed.writeUInt16BE(message.length, 0);
    framed.set(message, 2);
    return this.#socket.write(framed);
  }

  #finishAnswers(count: number): void {
    this.#inFlight -= count;
    this.#patience.progress();
    if (!this.#gathering) this.#resume();
    this.#endWhenDone();
  }

  #resume(): void {
    if (!this.#socket.isPaused() || this.#inFlight >= MAXIMUM_IN_FLIGHT) return;
    this.#socket.resume();
    this.#handOver();
  }

  #endWhenDone(): void {
    if (this.#finishing && this.#inFlight === 0 && !this.#gathering) this.#socket.end();
  }
}
