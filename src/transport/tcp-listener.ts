import type { ListenOptions } from './listen-options.ts';
import { MessageConnection, type StreamHandler, type StreamLimits } from './stream/message-connection.ts';
import { OutputBatch } from './stream/output-batch.ts';
import { StreamServer } from './stream/stream-server.ts';
import type { ServerTls } from './stream/tls-acceptor.ts';

/** Terms of connections that carry messages. */
export interface TcpTerms {
  readonly limits: StreamLimits;
  /** Undefined: plain TCP; otherwise DNS over TLS (RFC 7858). */
  readonly tls: ServerTls | undefined;
}

/** Accepts connections that carry messages after a length of two octets (RFC 1035 §4.2.2), plain or within TLS (RFC 7858 §3.3). */
export class TcpListener {
  readonly #server: StreamServer;

  private constructor(server: StreamServer) {
    this.#server = server;
  }

  /** Rejects with a ListenError. `terms` is asked for every connection, so that a reload changes the terms of new ones. */
  static async open(options: ListenOptions, terms: () => TcpTerms, handler: StreamHandler): Promise<TcpListener> {
    const batch = new OutputBatch();
    const server = await StreamServer.open({
      ...options,
      // RFC 9103 §8.1 wants the name; clients that name nothing are served as well.
      protocols: ['dot'],
      terms: () => {
        const { limits, tls } = terms();
        return { tls, handshakeTimeout: limits.readTimeout, maximumConnections: Infinity };
      },
      serve: (socket, since) => new MessageConnection(socket, terms().limits, handler, batch, since),
    });
    return new TcpListener(server);
  }

  get port(): number {
    return this.#server.port;
  }

  /** Accepts no more; idle connections end at once, the others when their answers have left, at most 5 s later. */
  async close(): Promise<void> {
    await this.#server.close();
  }
}
