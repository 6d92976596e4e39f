import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2';
import { HEADER_LENGTH, MAXIMUM_MESSAGE_LENGTH } from '../../dns/message.ts';
import { endpointText, plainAddress } from '../endpoint.ts';
import { dial, DIAL_TIMEOUT, type DialTarget } from './dial.ts';
import { ConnectionClosed, explain, ReplyTimeout } from './failure.ts';
import { tlsFailure } from './stream-link.ts';

export type HttpsMethod = 'POST' | 'GET';

/** What every DNS over HTTPS server understands (RFC 8484 §6). */
const MEDIA_TYPE = 'application/dns-message';
const PATH = '/dns-query';
/** The error code that takes a request back (RFC 9113 §7). */
const CANCEL = 8;

/** Errors of the operating system that say that no connection came about. */
const DIAL_CODES: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);

/** Asks one DNS over HTTPS server (RFC 8484) through one HTTP/2 connection, opened when needed and again when it was lost. */
export class HttpsClient {
  readonly #target: DialTarget;
  readonly #method: HttpsMethod;
  readonly #origin: string;
  /** The one that takes queries. */
  #session: ClientHttp2Session | undefined;
  /** That one, and those that only wait for their last replies. */
  readonly #sessions = new Set<ClientHttp2Session>();

  constructor(target: DialTarget, method: HttpsMethod) {
    this.#target = target;
    this.#method = method;
    this.#origin = `https://${endpointText(plainAddress(target.address), target.port)}`;
  }

  /**
   * The body that answers `query`, whose id should be 0 (RFC 8484 §4.1); the HTTP status is not looked at. Rejects when the server
   * cannot be reached, has not answered after `timeout` milliseconds, or when `signal` says that the answer is not wanted any more.
   */
  async exchange(query: Uint8Array, timeout: number, signal?: AbortSignal): Promise<Buffer> {
    const used = this.#session !== undefined;
    try {
      return await this.#request(query, timeout, signal);
    } catch (error) {
      // The server may close an idle connection at the very moment that it is used.
      if (used && error instanceof ConnectionClosed && signal?.aborted !== true)
        return await this.#request(query, timeout, signal);
      throw error;
    }
  }

  close(): void {
    this.#session = undefined;
    for (const session of this.#sessions) session.destroy();
  }

  async #request(query: Uint8Array, timeout: number, signal: AbortSignal | undefined): Promise<Buffer> {
    const session = (this.#session ??= this.#open());
    const get = this.#method === 'GET';
    const path = get ? `${PATH}?dns=${Buffer.from(query).toString('base64url')}` : PATH;
    const headers: OutgoingHttpHeaders = {
      ':method': this.#method,
      ':path': path,
      accept: MEDIA_TYPE,
      ...(get ? {} : { 'content-type': MEDIA_TYPE, 'content-length': query.length }),
    };
    const request = `${get ? 'Get' : 'Post'} "${this.#origin}${path}"`;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const stream = session.request(headers, { endStream: get, ...(signal === undefined ? {} : { signal }) });
    const limit = session.connecting ? timeout + DIAL_TIMEOUT : timeout;
    const timer = setTimeout(() => {
      reject(
        new ReplyTimeout(`${request}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`),
      );
      stream.close(CANCEL);
      // A session that says nothing at all may be dead: the next query opens another one.
      this.#forget(session);
    }, limit);
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAXIMUM_MESSAGE_LENGTH) stream.destroy(new Error('the reply is longer than a DNS message'));
      else chunks.push(chunk);
    });
    stream.on('error', (error) => reject(this.#failure(request, session, error)));
    stream.on('end', () => {
      const body = Buffer.concat(chunks);
      if (body.length >= HEADER_LENGTH) resolve(body);
      else reject(new ConnectionClosed(`${request}: EOF`));
    });
    stream.on('close', () => {
      clearTimeout(timer);
      reject(new ConnectionClosed(`${request}: EOF`));
    });
    if (!get) stream.end(query);
    return await promise;
  }

  #open(): ClientHttp2Session {
    // Loaded when it is needed: servers without DNS over HTTPS save its 5 MB.
    const { connect } = process.getBuiltinModule('node:http2');
    const session = connect(this.#origin, { createConnection: () => dial(this.#target, { ALPNProtocols: ['h2'] }) });
    this.#sessions.add(session);
    // Streams report it too, and they have somebody who listens.
    session.on('error', () => this.#forget(session));
    session.on('close', () => {
      this.#sessions.delete(session);
      this.#forget(session);
    });
    session.on('goaway', () => this.#forget(session));
    return session;
  }

  /** Takes no more queries on `session`; it closes when those that wait are done. */
  #forget(session: ClientHttp2Session): void {
    if (this.#session === session) this.#session = undefined;
    if (session.connecting) session.destroy();
    else if (!session.closed && !session.destroyed) session.close();
  }

  #failure(request: string, session: ClientHttp2Session, streamError: Error): Error {
    // A session that does not come about cancels its streams and says why in the cause.
    const error = streamError.cause instanceof Error ? streamError.cause : streamError;
    const code = 'code' in error ? String(error.code) : '';
    const remote = endpointText(this.#target.address, this.#target.port);
    if (DIAL_CODES.has(code)) return new Error(`${request}: dial tcp ${remote}: connect: ${explain(error)}`);
    if (!session.connecting) return new ConnectionClosed(`${request}: ${explain(error)}`);
    return new Error(`${request}: ${tlsFailure(error)}`);
  }
}
