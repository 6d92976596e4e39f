import { createServer, type Server, type Socket } from 'node:net';
import { ListenError } from '../listen-error.ts';
import type { ListenOptions } from '../listen-options.ts';
import { type ServerTls, TlsAcceptor } from './tls-acceptor.ts';

/** A connection at work. */
export interface StreamConnection {
  /** No more questions; the connection ends when the answers in the works have left. */
  finish(): void;
}

export interface StreamServerOptions extends ListenOptions {
  /** What is spoken here, as TLS calls it (RFC 7301), the preferred first. */
  readonly protocols: readonly string[];
  /** Asked for every new connection, so that a reload changes the terms of new ones. */
  readonly terms: () => StreamTerms;
  /**
   * Takes over a connection on which questions may come now. `since` is when it began, on the clock of `performance.now`; `protocol` what was
   * agreed on in the TLS handshake, if anything.
   */
  readonly serve: (socket: Socket, since: number, protocol: string | undefined) => StreamConnection;
}

export interface StreamTerms {
  /** Undefined: no TLS. */
  readonly tls: ServerTls | undefined;
  /** Milliseconds for the TLS handshake. */
  readonly handshakeTimeout: number;
  /** Connections that are served at a time; further ones wait. */
  readonly maximumConnections: number;
}

/** Connections that may wait for others to end, as many as the kernel lets wait by default; past that they are refused. */
const MAXIMUM_WAITING = 4096;
/** How long clients that still get answers are waited for at the end, in milliseconds; CoreDNS's. */
const CLOSE_TIMEOUT = 5000;

/** Accepts connections, with or without TLS, and ends them. */
export class StreamServer {
  readonly #server: Server;
  readonly #options: StreamServerOptions;
  readonly #tls: TlsAcceptor;
  /** By the socket that was accepted; without a connection while the handshake goes on. */
  readonly #connections = new Map<Socket, StreamConnection | undefined>();
  readonly #waiting = new Set<Socket>();

  private constructor(options: StreamServerOptions) {
    this.#options = options;
    this.#tls = new TlsAcceptor(options.protocols);
    this.#server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (socket) =>
      this.#accept(socket),
    );
  }

  /** Rejects with a ListenError. */
  static async open(options: StreamServerOptions): Promise<StreamServer> {
    const stream = new StreamServer(options);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const server = stream.#server;
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
    return stream;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Accepts no more; idle connections end at once, the others when their answers have left, at most 5 s later. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#waiting) socket.destroy();
    for (const [socket, connection] of this.#connections) {
      if (connection === undefined) socket.destroy();
      else connection.finish();
    }
    const deadline = setTimeout(() => {
      for (const socket of this.#connections.keys()) socket.destroy();
    }, CLOSE_TIMEOUT);
    await closed;
    clearTimeout(deadline);
  }

  #accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    if (this.#connections.size < this.#options.terms().maximumConnections) {
      this.#begin(socket);
    } else if (this.#waiting.size < MAXIMUM_WAITING) {
      this.#waiting.add(socket);
      socket.once('close', () => this.#waiting.delete(socket));
    } else {
      socket.destroy();
    }
  }

  #begin(socket: Socket): void {
    const { tls, handshakeTimeout } = this.#options.terms();
    const since = performance.now();
    this.#connections.set(socket, undefined);
    socket.once('close', () => this.#forget(socket));
    if (tls === undefined) {
      this.#connections.set(socket, this.#options.serve(socket, since, undefined));
      socket.resume();
      return;
    }
    this.#tls.accept(socket, tls, handshakeTimeout, (secured) => {
      secured.on('error', () => secured.destroy());
      this.#connections.set(socket, this.#options.serve(secured, since, secured.alpnProtocol || undefined));
    });
  }

  /** A connection has ended: one that waits has its turn. */
  #forget(socket: Socket): void {
    this.#connections.delete(socket);
    for (const next of this.#waiting) {
      if (this.#connections.size >= this.#options.terms().maximumConnections) return;
      this.#waiting.delete(next);
      this.#begin(next);
    }
  }
}
