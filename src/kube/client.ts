import type * as httpTypes from 'node:http';
import type { Registry } from '../metrics/registry.ts';
import type { ApiAccess, ApiTls } from './access.ts';
import { ApiError } from './api-error.ts';
import { abortable } from './abortable.ts';
import { ClientMetrics } from './client-metrics.ts';
import { readErrorResponse } from './error-response.ts';
import type { IssuedCredentials } from './issued-credentials.ts';
import { type Permit, RequestLimiter, type RequestLimits, UNLIMITED } from './request-limiter.ts';
import { readBody, type ResponseBody, Silence } from './response-body.ts';
import { secureHttp } from './secure-http.ts';
import { TransportError } from './transport-error.ts';

// As an import node:http would evaluate all its exports, among them a WebSocket client that takes 14 MB.
const http: typeof httpTypes = process.getBuiltinModule('node:http');

export interface ApiClientOptions {
  readonly access: ApiAccess;
  /** Of this program, for the User-Agent. */
  readonly version: string;
  readonly metrics: Registry;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Default: UNLIMITED. */
  readonly limits?: RequestLimits;
}

export interface ApiRequest {
  /** `/api/v1/services` */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The Accept header. */
  readonly accept: string;
  /** Whether the body may come compressed; not for watches, whose events would sit in the compressor. */
  readonly gzip: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte (or without a connection) after which the request fails. */
  readonly silence: number;
}

// A socket that was idle for longer than the API server keeps it (Go: 3 minutes at the least) is not tried again.
const IDLE_SOCKET_MILLISECONDS = 90_000;
// Certificates are renewed weeks before they expire; after a failure the files are looked at sooner.
const TLS_RENEWAL_MILLISECONDS = 60_000;
// Linux then notices a peer that is gone without a word even while a watch has nothing to say.
const KEEP_ALIVE_MILLISECONDS = 30_000;

/**
 * GET requests to one API server over connections that are kept. The paths of the API are the caller's business.
 * Errors: ApiError for an answer other than 2xx, TransportError for no answer or a cut one, CredentialError where there
 * are no credentials to ask with; an aborted request throws the signal's reason.
 */
export class ApiClient {
  readonly #access: ApiAccess;
  #agent: httpTypes.Agent;
  #lastRenewal: number;
  #lastRenewalAfterFailure = -Infinity;
  #issuedVersion = 0;
  readonly #userAgent: string;
  readonly #metrics: ClientMetrics;
  readonly #limiter: RequestLimiter;
  readonly #now: () => number;
  readonly #host: string;
  readonly #hostname: string;
  readonly #port: string;

  constructor(options: ApiClientOptions) {
    const { access, version } = options;
    const { server, tls } = access;
    this.#access = access;
    this.#agent = makeAgent(tls);
    this.#lastRenewal = options.now();
    this.#userAgent = `clusterfirst/${version} (${process.platform}/${goArchitecture()})`;
    this.#metrics = new ClientMetrics(options.metrics);
    this.#limiter = new RequestLimiter(options.limits ?? UNLIMITED, options.now);
    this.#now = options.now;
    this.#hostname = server.hostname.replace(/^\[(.*)\]$/, '$1');
    this.#port = server.port || (tls === undefined ? '80' : '443');
    this.#host = `${server.hostname}:${this.#port}`;
  }

  /** Sends a request and resolves with the body once an answer with status 2xx has begun. */
  async open(request: ApiRequest): Promise<ResponseBody> {
    const { signal } = request;
    if (this.#now() - this.#lastRenewal >= TLS_RENEWAL_MILLISECONDS) this.#renewTls();
    const version = await this.#useIssued((issued) => issued.ready(), signal);
    const authorization = this.#access.authorization();
    try {
      return await this.#ask(request, authorization);
    } catch (error) {
      const isRefused = error instanceof ApiError && error.status === 401;
      const isReplaced = isRefused && version !== (await this.#useIssued((issued) => issued.replace(version), signal));
      if (!isReplaced && !this.#isOutdated(error, authorization)) throw error;
      return this.#ask(request, this.#access.authorization());
    }
  }

  /** Takes over credentials that have to be obtained; resolves with their version, which is 0 where there are none such. */
  async #useIssued(obtain: (issued: IssuedCredentials) => Promise<number>, signal: AbortSignal): Promise<number> {
    const { issued } = this.#access;
    if (issued === undefined) return 0;
    const version = await abortable(obtain(issued), signal);
    if (version !== this.#issuedVersion) {
      this.#issuedVersion = version;
      this.#renewTls();
    }
    return version;
  }

  /** Whether a request failed with a token or certificate that has been replaced meanwhile. */
  #isOutdated(error: unknown, authorization: string | undefined): boolean {
    const isRefused = error instanceof ApiError && error.status === 401;
    if (isRefused && this.#access.authorization() !== authorization) return true;
    if (!isRefused && !(error instanceof TransportError)) return false;
    if (this.#now() - this.#lastRenewalAfterFailure < TLS_RENEWAL_MILLISECONDS) return false;
    this.#lastRenewalAfterFailure = this.#now();
    return this.#renewTls();
  }

  /** Looks for new certificates. Connections with the old ones finish what they are at. */
  #renewTls(): boolean {
    this.#lastRenewal = this.#now();
    const { tls } = this.#access;
    if (tls === undefined || !tls.renew()) return false;
    for (const sockets of Object.values(this.#agent.freeSockets)) sockets?.forEach((socket) => socket.destroy());
    this.#agent = makeAgent(tls);
    return true;
  }

  /** Closes all connections; requests under way fail. */
  close(): void {
    this.#agent.destroy();
  }

  /** Sends a request when the limits allow it. */
  async #ask(request: ApiRequest, authorization: string | undefined): Promise<ResponseBody> {
    const permit = await this.#limiter.enter(request.signal);
    try {
      return await this.#send(request, authorization, permit, true);
    } catch (error) {
      permit.release();
      throw error;
    }
  }

  async #send(
    request: ApiRequest,
    authorization: string | undefined,
    permit: Permit,
    mayRetry: boolean,
  ): Promise<ResponseBody> {
    request.signal.throwIfAborted();
    const path = `${this.#access.server.pathname.replace(/\/$/, '')}${request.path}?${encodeQuery(request.query)}`;
    const url = `${this.#access.server.protocol}//${this.#host}${path}`;
    const started = this.#now();
    const count = (code: string): void => {
      const seconds = (this.#now() - started) / 1000;
      this.#metrics.record({ code, method: 'GET', host: this.#host, seconds, waited: permit.waited / 1000 });
    };
    const silence = new Silence(request.silence);
    const outgoing = this.#request(path, request, authorization);
    silence.onTimeout = () => outgoing.destroy(silence.error(url));
    let response: httpTypes.IncomingMessage;
    try {
      response = await answerTo(outgoing);
    } catch (error) {
      silence.end();
      request.signal.throwIfAborted();
      const failure = TransportError.from(error, url);
      // The server closed a kept connection just when it was used again: that says nothing about the server.
      if (mayRetry && outgoing.reusedSocket && failure.code === 'ECONNRESET') {
        return this.#send(request, authorization, permit, false);
      }
      count('<error>');
      throw failure;
    }
    count(String(response.statusCode));
    // Whoever reads the body gets its errors; one that comes before the reading begins must not end the process.
    response.on('error', () => {});
    const body = readBody(response, { silence, signal: request.signal, url, release: permit.release });
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return body;
    throw await readErrorResponse(status, response.headers, body, this.#now());
  }

  #request(path: string, request: ApiRequest, authorization: string | undefined): httpTypes.ClientRequest {
    const { server } = this.#access;
    const { request: send } = server.protocol === 'https:' ? secureHttp() : http;
    const outgoing = send({
      host: this.#hostname,
      port: this.#port,
      path,
      method: 'GET',
      agent: this.#agent,
      signal: request.signal,
      headers: {
        accept: request.accept,
        'accept-encoding': request.gzip ? 'gzip' : 'identity',
        'user-agent': this.#userAgent,
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
    outgoing.end();
    return outgoing;
  }
}

function makeAgent(tls: ApiTls | undefined): httpTypes.Agent {
  const shared = { keepAlive: true, keepAliveMsecs: KEEP_ALIVE_MILLISECONDS, timeout: IDLE_SOCKET_MILLISECONDS };
  if (tls === undefined) return new http.Agent(shared);
  const { secureContext, rejectUnauthorized, servername } = tls;
  const { Agent } = secureHttp();
  return new Agent({
    ...shared,
    secureContext,
    rejectUnauthorized,
    ...(servername === undefined ? {} : { servername }),
  });
}

/** The only answer of a request, or its error. Later errors of the request show up as errors of the answer. */
function answerTo(outgoing: httpTypes.ClientRequest): Promise<httpTypes.IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', resolve);
  });
}

function encodeQuery(query: Readonly<Record<string, string>>): string {
  return new URLSearchParams({ ...query }).toString();
}

/** The names that Go programs use in their User-Agent. */
function goArchitecture(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return names[process.arch] ?? process.arch;
}
