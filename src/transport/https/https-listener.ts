import type { Socket } from 'node:net';
import { MAXIMUM_MESSAGE_LENGTH } from '../../dns/message.ts';
import { plainAddress } from '../endpoint.ts';
import { Http2Connection } from '../http2/http2-connection.ts';
import { HuffmanCode } from '../http2/huffman.ts';
import { OutputBatch } from '../stream/output-batch.ts';
import { type StreamConnection, StreamServer } from '../stream/stream-server.ts';
import type { ServerTls } from '../stream/tls-acceptor.ts';
import type { ListenOptions } from '../listen-options.ts';
import type { DohLimits } from './doh-limits.ts';
import type { DohResponse } from './doh-response.ts';
import { type DohHandler, DohService, type Ends } from './doh-service.ts';
import { Http1Server } from './http1-server.ts';
import { MAXIMUM_FIELDS, ResponseFields } from './response-fields.ts';

/** Terms of connections that carry requests. */
export interface DohTerms {
  readonly limits: DohLimits;
  /** Undefined: HTTP/1.1 without TLS, for whoever has a proxy in front of it. */
  readonly tls: ServerTls | undefined;
}

/** Accepts connections for DNS over HTTPS (RFC 8484): HTTP/2, and HTTP/1.1 for those who do not have it. */
export class HttpsListener {
  readonly #server: StreamServer;

  private constructor(server: StreamServer) {
    this.#server = server;
  }

  /**
   * Rejects with a ListenError. `terms` is asked for every connection, so that a reload changes the terms of new ones; `count` is told the
   * status of every response.
   */
  static async open(
    options: ListenOptions,
    terms: () => DohTerms,
    handler: DohHandler,
    count: (status: number) => void,
  ): Promise<HttpsListener> {
    const connections = new Connections(new DohService(handler, count));
    const server = await StreamServer.open({
      ...options,
      protocols: ['h2', 'http/1.1'],
      terms: () => {
        const { limits, tls } = terms();
        return { tls, handshakeTimeout: limits.readTimeout, maximumConnections: limits.maximumConnections };
      },
      serve: (socket, since, protocol) => connections.begin(socket, since, protocol, terms().limits),
    });
    return new HttpsListener(server);
  }

  get port(): number {
    return this.#server.port;
  }

  /** Accepts no more; idle connections end at once, the others when their answers have left, at most 5 s later. */
  async close(): Promise<void> {
    await this.#server.close();
  }
}

/** What the connections of a listener share. */
class Connections {
  readonly #service: DohService;
  readonly #http1: Http1Server;
  readonly #fields = new ResponseFields();
  readonly #shared = { batch: new OutputBatch(), huffman: new HuffmanCode() };

  constructor(service: DohService) {
    this.#service = service;
    this.#http1 = new Http1Server(service);
  }

  begin(socket: Socket, since: number, protocol: string | undefined, limits: DohLimits): StreamConnection {
    const ends = {
      client: { address: plainAddress(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 },
      local: { address: plainAddress(socket.localAddress ?? ''), port: socket.localPort ?? 0 },
    };
    if (protocol !== 'h2') return this.#http1.serve(socket, limits, ends, since);
    return new Http2Connection<DohResponse>(socket, limits, this.#application(ends), this.#shared, since);
  }

  #application(ends: Ends): ConstructorParameters<typeof Http2Connection<DohResponse>>[2] {
    return {
      maximumBody: MAXIMUM_MESSAGE_LENGTH,
      maximumFields: MAXIMUM_FIELDS,
      answer: ({ method, path, body }, respond) => this.#service.answer({ method, target: path, body }, ends, respond),
      writeFields: (response, octets, at) => this.#fields.write(response, octets, at),
    };
  }
}
