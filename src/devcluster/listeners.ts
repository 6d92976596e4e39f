import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';

import type { ServerIdentity } from './certificate.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** A port that can be closed and opened again, and whose connections can be dropped. */
export class Listener {
  readonly #server: Server;
  readonly #host: string;
  readonly #sockets = new Set<Socket>();
  #port: number;

  /** https when there is an identity. */
  constructor(host: string, port: number, handler: RequestHandler, identity?: ServerIdentity) {
    this.#host = host;
    this.#port = port;
    this.#server =
      identity === undefined
        ? createServer(handler)
        : createTlsServer({ key: identity.key, cert: identity.certificate, ALPNProtocols: ['http/1.1'] }, handler);
    // A watch is silent for as long as nothing happens.
    this.#server.requestTimeout = 0;
    this.#server.keepAliveTimeout = 90_000;
    // Raw connections: those of TLS handshakes too.
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    });
    this.#server.on('tlsClientError', () => {});
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  get port(): number {
    return this.#port;
  }

  get isOpen(): boolean {
    return this.#server.listening;
  }

  /** Rejects when the port is taken. */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, this.#host, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const address = this.#server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  /** Drops every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (!this.#server.listening) resolve();
      else this.#server.close(() => resolve());
    });
    this.cut();
    await closed;
  }
}
