import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Patience } from '../stream/patience.ts';
import type { StreamConnection } from '../stream/stream-server.ts';
import { MAXIMUM_MESSAGE_LENGTH } from '../../dns/message.ts';
import type { DohLimits } from './doh-limits.ts';
import { type DohResponse, MESSAGE_TYPE, TEXT_TYPE } from './doh-response.ts';
import type { DohService, Ends } from './doh-service.ts';

/** Octets of a request's head: a query of the greatest length in a target, and as much again. */
const MAXIMUM_HEAD = 2 * 87_382;
/** Requests that a client may send ahead of the answers on one connection. */
const MAXIMUM_PIPELINED = 256;

/** Serves HTTP/1.1 on connections that were accepted elsewhere, by node:http. */
export class Http1Server {
  readonly #service: DohService;
  readonly #server: Server;
  readonly #connections = new Map<Socket, Http1Connection>();

  constructor(service: DohService) {
    this.#service = service;
    // As an import node:http would evaluate all its exports, among them a WebSocket client that takes 14 MB.
    const { createServer } = process.getBuiltinModule('node:http');
    // Time is watched here: that of node:http starts when a server listens, which this one never does.
    this.#server = createServer({ maxHeaderSize: MAXIMUM_HEAD, keepAliveTimeout: 0 }, (request, response) => {
      this.#connections.get(request.socket)?.answer(request, response);
    });
  }

  /** `since` is when the connection began, on the clock of `performance.now`. */
  serve(socket: Socket, limits: DohLimits, ends: Ends, since: number): StreamConnection {
    const connection = new Http1Connection(socket, limits, this.#service, ends, since);
    this.#connections.set(socket, connection);
    socket.on('close', () => this.#connections.delete(socket));
    this.#server.emit('connection', socket);
    return connection;
  }
}

class Http1Connection implements StreamConnection {
  readonly #socket: Socket;
  readonly #limits: DohLimits;
  readonly #service: DohService;
  readonly #ends: Ends;
  readonly #patience: Patience;
  #asked = 0;
  /** Requests whose response has not left. */
  #inWorks = 0;
  /** Requests whose body is on its way. */
  #arriving = 0;
  #finishing = false;

  constructor(socket: Socket, limits: DohLimits, service: DohService, ends: Ends, since: number) {
    this.#socket = socket;
    this.#limits = limits;
    this.#service = service;
    this.#ends = ends;
    this.#patience = new Patience(
      () => this.#allowedSilence(),
      Math.min(limits.readTimeout, limits.writeTimeout, limits.idleTimeout),
      () => socket.destroy(),
      since,
    );
    socket.on('close', () => this.#patience.stop());
  }

  finish(): void {
    this.#finishing = true;
    if (this.#inWorks === 0) this.#socket.end();
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    this.#inWorks++;
    if (this.#inWorks > MAXIMUM_PIPELINED) {
      this.#socket.destroy();
      return;
    }
    response.once('close', () => {
      this.#inWorks--;
      this.#patience.progress();
      if (this.#finishing) this.finish();
    });
    const parts: Buffer[] = [];
    let length = 0;
    this.#arriving++;
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= MAXIMUM_MESSAGE_LENGTH) parts.push(part);
    });
    request.once('end', () => {
      this.#arriving--;
      this.#asked++;
      this.#patience.progress();
      const body = length > MAXIMUM_MESSAGE_LENGTH ? undefined : Buffer.concat(parts);
      const { method = '', url: target = '' } = request;
      this.#service.answer({ method, target, body }, this.#ends, (result) => this.#respond(response, result));
    });
  }

  #respond(response: ServerResponse, { status, body, maximumAge }: DohResponse): void {
    response.writeHead(status, {
      ...(maximumAge === undefined
        ? { 'content-type': TEXT_TYPE, 'x-content-type-options': 'nosniff' }
        : { 'content-type': MESSAGE_TYPE, 'cache-control': `max-age=${maximumAge}` }),
      'content-length': body.length,
      ...(this.#finishing ? { connection: 'close' } : {}),
    });
    response.end(body);
  }

  #allowedSilence(): number {
    if (this.#socket.writableLength > 0) return this.#limits.writeTimeout;
    if (this.#inWorks > this.#arriving) return Infinity;
    return this.#arriving > 0 || this.#asked === 0 ? this.#limits.readTimeout : this.#limits.idleTimeout;
  }
}
