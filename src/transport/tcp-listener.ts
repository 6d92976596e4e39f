import { createServer, type Server, type Socket } from 'node:net';
import { type Endpoint, plainAddress } from './endpoint.ts';
import { ListenError } from './listen-error.ts';
import type { ListenOptions } from './listen-options.ts';

/** One message, or several of one answer (RFC 5936 §2.2): those are taken one by one, as the client takes them. */
export type StreamAnswer = Uint8Array | Iterable<Uint8Array>;

/**
 * Handles one message of a stream. `answer` sends an answer back – in any order, clients tell answers by their id (RFC 7766 §7) – or, given
 * null, lets the question go unanswered. It is called exactly once.
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
/** Answers that a client does not take pile up to this many octets before its connection is not read any more: 16 of the largest. */
const MAXIMUM_UNSENT = 16 * 65_537;
/** How long clients that still get answers are waited for at the end, in milliseconds; CoreDNS's. */
const CLOSE_TIMEOUT = 5000;

/** Accepts connections that carry messages after a length of two octets (RFC 1035 §4.2.2). */
export class TcpListener {
  readonly #server: Server;
  readonly #connections: Set<Connection>;

  private constructor(server: Server, connections: Set<Connection>) {
    this.#server = server;
    this.#connections = connections;
  }

  /** Rejects with a ListenError. `limits` is asked for every connection, so that a reload changes the limits of new ones. */
  static async open(options: ListenOptions, limits: () => StreamLimits, handler: StreamHandler): Promise<TcpListener> {
    const connections = new Set<Connection>();
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const connection = new Connection(socket, limits(), handler, () => connections.delete(connection));
      connections.add(connection);
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(
      {
        port: options.port,
        ...(options.address === undefined ? {} : { host: options.address }),
        reusePort: !options.exclusive && options.port !== 0,
        backlog: 1024,
      },
      resolve,
    );
    try {
      await promise;
    } catch (error) {
      throw new ListenError('tcp', options.address, options.port, error);
    }
    server.off('error', reject);
    // Accepting one connection may fail (too many open files, say); the others go on.
    server.on('error', () => {});
    return new TcpListener(server, connections);
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Accepts no more; idle connections end at once, the others when their answers have left, at most 5 s later. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections) connection.finish();
    const deadline = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, CLOSE_TIMEOUT);
    await closed;
    clearTimeout(deadline);
  }
}

class Connection {
  readonly #socket: Socket;
  readonly #limits: StreamLimits;
  readonly #handler: StreamHandler;
  readonly #client: Endpoint;
  readonly #local: Endpoint;
  /** What came and is not yet a whole message. */
  #pending: Buffer = Buffer.alloc(0);
  #asked = 0;
  #inFlight = 0;
  #finishing = false;
  /** The client has no room for the next message of an answer of several. */
  #clogged = false;
  /** When the last whole question came or its answer left, on the monotonic clock. A dripping client makes no progress. */
  #progress = performance.now();
  #watchdog: NodeJS.Timeout;

  constructor(socket: Socket, limits: StreamLimits, handler: StreamHandler, closed: () => void) {
    this.#socket = socket;
    this.#limits = limits;
    this.#handler = handler;
    this.#client = { address: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
    this.#local = { address: plainAddress(socket.localAddress ?? ''), port: socket.localPort ?? 0 };
    this.#watchdog = setTimeout(() => this.#checkProgress(), Math.min(limits.readTimeout, limits.idleTimeout));
    socket.on('close', () => {
      clearTimeout(this.#watchdog);
      closed();
    });
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => this.finish());
    socket.on('drain', () => this.#resume());
  }

  /** No more questions; the connection ends when the answers in the works have left. */
  finish(): void {
    this.#finishing = true;
    this.#endWhenDone();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #checkProgress(): void {
    const limit = this.#asked === 0 ? this.#limits.readTimeout : this.#limits.idleTimeout;
    const silent = performance.now() - this.#progress;
    // While answers are in the works the client is not idle: its patience is its own affair. One that does not take them is.
    const waiting = this.#inFlight > 0 && !this.#clogged;
    if (!waiting && silent >= limit - 1) {
      this.#socket.destroy();
      return;
    }
    // The first question may make the limit shorter in the meantime.
    const pause = Math.min(waiting ? limit : limit - silent, this.#limits.idleTimeout);
    this.#watchdog = setTimeout(() => this.#checkProgress(), pause);
  }

  #read(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#takeMessages();
  }

  /** Hands over whole messages as long as there is room for their answers. */
  #takeMessages(): void {
    const { maximumQueries } = this.#limits;
    while (!this.#finishing && this.#pending.length >= 2) {
      if (this.#inFlight >= MAXIMUM_IN_FLIGHT || this.#socket.writableLength > MAXIMUM_UNSENT) {
        this.#socket.pause();
        return;
      }
      const length = this.#pending.readUInt16BE(0);
      if (this.#pending.length < 2 + length) return;
      const message = this.#pending.subarray(2, 2 + length);
      this.#pending = this.#pending.subarray(2 + length);
      this.#asked++;
      if (this.#asked >= maximumQueries) this.#finishing = true;
      this.#inFlight++;
      this.#handler(message, this.#client, this.#local, (answer) => this.#answer(answer));
    }
  }

  #answer(answer: StreamAnswer | null): void {
    if (answer === null || answer instanceof Uint8Array) {
      if (answer !== null && this.#socket.writable) this.#write(answer);
      this.#finishAnswer();
    } else {
      this.#answerInTurn(answer[Symbol.iterator]());
    }
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
      this.#finishAnswer();
      return;
    }
    this.#progress = performance.now();
    const goOn = (): void => {
      this.#clogged = false;
      this.#answerInTurn(messages);
    };
    this.#clogged = !this.#write(next.value);
    if (this.#clogged) this.#socket.once('drain', goOn);
    else setImmediate(goOn);
  }

  /** False when the client does not keep up. */
  #write(octets: Uint8Array): boolean {
    const framed = Buffer.allocUnsafe(2 + octets.length);
    framed.writeUInt16BE(octets.length, 0);
    framed.set(octets, 2);
    return this.#socket.write(framed);
  }

  #finishAnswer(): void {
    this.#inFlight--;
    this.#progress = performance.now();
    this.#resume();
    this.#endWhenDone();
  }

  #resume(): void {
    if (!this.#socket.isPaused() || this.#inFlight >= MAXIMUM_IN_FLIGHT) return;
    this.#socket.resume();
    this.#takeMessages();
  }

  #endWhenDone(): void {
    if (this.#finishing && this.#inFlight === 0) this.#socket.end();
  }
}
