import { once } from 'node:events';
import { type Socket, connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where a question goes, and from where. */
export interface Endpoint {
  readonly to: string;
  readonly port: number;
  readonly from?: string | undefined;
}

/** What a TLS handshake says about the client. Server certificates are never verified. */
export interface TlsIdentity {
  readonly serverName?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** Messages with a length of two octets before them (RFC 1035 §4.2.2), over TCP or TLS. */
export class MessageStream implements Disposable {
  readonly localPort: number;
  /** Settles when the other side has closed the connection, or broken it. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #messages: Buffer[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.localPort = socket.localPort ?? 0;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    for (const event of ['end', 'close', 'error']) {
      socket.once(event, () => {
        this.#ended = true;
        this.#wake();
        resolve();
      });
    }
  }

  /** Undefined when there is no connection within the time, or the handshake fails. */
  static async open(endpoint: Endpoint, timeoutMs: number, tls?: TlsIdentity): Promise<MessageStream | undefined> {
    const address = { host: endpoint.to, port: endpoint.port, ...(endpoint.from && { localAddress: endpoint.from }) };
    const socket =
      tls === undefined
        ? connectTcp(address)
        : connectTls({
            ...address,
            rejectUnauthorized: false,
            ...(tls.serverName && { servername: tls.serverName }),
            ...(tls.certificate && { cert: tls.certificate }),
            ...(tls.key && { key: tls.key }),
          });
    socket.on('error', () => {});
    try {
      await once(socket, tls === undefined ? 'connect' : 'secureConnect', { signal: AbortSignal.timeout(timeoutMs) });
      return new MessageStream(socket);
    } catch {
      socket.destroy();
      return undefined;
    }
  }

  send(message: Uint8Array): void {
    this.#socket.write(framed(message));
  }

  /** One octet at a time, each in a packet of its own where the system lets it. */
  async sendSplit(message: Uint8Array): Promise<void> {
    for (const octet of framed(message)) {
      this.#socket.write(Uint8Array.of(octet));
      await new Promise(setImmediate);
    }
  }

  /** The next message; undefined when the connection ends first or `deadline` (as of `Date.now()`) passes. */
  async next(deadline: number): Promise<Buffer | undefined> {
    while (this.#messages.length === 0 && !this.#ended && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        // A millisecond more: timers may fire a little early.
        const timer = setTimeout(resolve, deadline - Date.now() + 1);
        this.#wake = (): void => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#messages.shift();
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 2) {
      const end = 2 + this.#pending.readUInt16BE(0);
      if (this.#pending.length < end) return;
      this.#messages.push(this.#pending.subarray(2, end));
      this.#pending = this.#pending.subarray(end);
    }
    this.#wake();
  }
}

function framed(message: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
