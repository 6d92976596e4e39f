import { lookup } from 'node:dns/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { ServerOptions as TlsServerOptions } from 'node:https';
import { isIP } from 'node:net';
import { ListenError } from './listen-error.ts';

// As an import node:http would evaluate all its exports, among them a WebSocket client that takes 14 MB.
const { createServer } = process.getBuiltinModule('node:http');

/** Answers one HTTP request. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Certificate and key, and which certificates clients must have, as `node:https` takes them. */
export type HttpTls = Pick<
  TlsServerOptions,
  'cert' | 'key' | 'ca' | 'requestCert' | 'rejectUnauthorized' | 'minVersion' | 'maxVersion'
>;

/** A path that is served on an address. */
export interface HttpRoute {
  readonly port: number;
  /** Takes the path back; the address is closed when it serves no other. */
  readonly close: () => Promise<void>;
}

/** Slow clients are cut off after this many milliseconds, as CoreDNS does with its probes and metrics. */
const REQUEST_TIMEOUT = 5000;
/** How often Node looks for them; every 30 s otherwise. */
const TIMEOUT_CHECK_INTERVAL = 1000;

interface Endpoint {
  readonly server: Server;
  readonly listening: Promise<void>;
  /** Handlers by path. The newest one of a path answers: after a reload that is the new configuration's. */
  readonly routes: Map<string, HttpHandler[]>;
}

/**
 * The HTTP servers for probes and metrics, one for each address, shared by all plugins that want that address. A server stays
 * open as long as anybody has a route on it, so a reload does not close it in between.
 */
export class HttpEndpoints {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #exclusive: boolean;

  /** `exclusive` refuses an address on which another process listens; otherwise several share it, as in a rollout. */
  constructor(options: { readonly exclusive: boolean } = { exclusive: false }) {
    this.#exclusive = options.exclusive;
  }

  /**
   * Serves `path` on `host:port`; an empty host means all addresses, port 0 any free one. With `tls` it is HTTPS, by a server
   * that is not shared: another one may listen on the same port beside it. Rejects with a ListenError.
   */
  async open(host: string, port: number, path: string, handler: HttpHandler, tls?: HttpTls): Promise<HttpRoute> {
    const key = `${host}:${port}`;
    const shared = port !== 0 && tls === undefined;
    const endpoint = (shared ? this.#endpoints.get(key) : undefined) ?? listen(host, port, this.#exclusive, tls);
    if (shared) this.#endpoints.set(key, endpoint);
    const handlers = endpoint.routes.get(path) ?? [];
    handlers.push(handler);
    endpoint.routes.set(path, handlers);
    const close = async (): Promise<void> => {
      const rest = (endpoint.routes.get(path) ?? []).filter((other) => other !== handler);
      if (rest.length > 0) endpoint.routes.set(path, rest);
      else endpoint.routes.delete(path);
      if (endpoint.routes.size > 0) return;
      if (this.#endpoints.get(key) === endpoint) this.#endpoints.delete(key);
      await closeServer(endpoint.server);
    };
    try {
      await endpoint.listening;
    } catch (error) {
      await close();
      throw new ListenError('tcp', host === '' ? undefined : host, port, error);
    }
    const bound = endpoint.server.address();
    return { port: typeof bound === 'object' && bound !== null ? bound.port : port, close };
  }
}

function listen(host: string, port: number, exclusive: boolean, tls: HttpTls | undefined): Endpoint {
  const routes: Endpoint['routes'] = new Map();
  const options = {
    requestTimeout: REQUEST_TIMEOUT,
    headersTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: TIMEOUT_CHECK_INTERVAL,
  };
  const answer: HttpHandler = (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const handler = routes.get(path)?.at(-1);
    if (handler === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
    } else {
      run(handler, request, response);
    }
  };
  const server =
    tls === undefined
      ? createServer(options, answer)
      : process.getBuiltinModule('node:https').createServer({ ...options, ...tls }, answer);
  return { server, listening: startListening(server, host, port, exclusive), routes };
}

/** A handler that throws fails one request, not the process. */
function run(handler: HttpHandler, request: IncomingMessage, response: ServerResponse): void {
  try {
    handler(request, response);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${reason}\n`);
  }
}

async function startListening(server: Server, host: string, port: number, exclusive: boolean): Promise<void> {
  // Of a name with both kinds of addresses the IPv4 address counts, as in Go.
  const address = host === '' || isIP(host) !== 0 ? host : (await lookup(host, { order: 'ipv4first' })).address;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  const where = { port, ...(address === '' ? {} : { host: address }) };
  server.listen({ ...where, reusePort: !exclusive && port !== 0 }, resolve);
  await promise;
  server.off('error', reject);
  // Accepting one connection may fail (too many open files, say); the others go on.
  server.on('error', () => {});
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
