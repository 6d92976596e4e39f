import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one HTTP request. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** Slow clients are cut off after this many milliseconds, as CoreDNS does with its probes and metrics. */
const REQUEST_TIMEOUT = 5000;

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

  /**
   * Serves `path` on `host:port`; an empty host means all addresses, port 0 any free one. Rejects when the address cannot be had.
   * `close` takes the route back.
   */
  async open(
    host: string,
    port: number,
    path: string,
    handler: HttpHandler,
  ): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
    const key = port === 0 ? Symbol(path).toString() : `${host}:${port}`;
    const endpoint = this.#endpoints.get(key) ?? listen(host, port);
    this.#endpoints.set(key, endpoint);
    const handlers = endpoint.routes.get(path) ?? [];
    handlers.push(handler);
    endpoint.routes.set(path, handlers);
    const close = async (): Promise<void> => {
      const rest = (endpoint.routes.get(path) ?? []).filter((other) => other !== handler);
      if (rest.length > 0) endpoint.routes.set(path, rest);
      else endpoint.routes.delete(path);
      if (endpoint.routes.size > 0 || this.#endpoints.get(key) !== endpoint) return;
      this.#endpoints.delete(key);
      await closeServer(endpoint.server);
    };
    try {
      await endpoint.listening;
    } catch (error) {
      await close();
      throw error;
    }
    return { port: (endpoint.server.address() as AddressInfo).port, close };
  }
}

function listen(host: string, port: number): Endpoint {
  const routes = new Map<string, HttpHandler[]>();
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT },
    (request, response) => {
      const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
      const handler = routes.get(path)?.at(-1);
      if (handler === undefined) {
        response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
      } else {
        handler(request, response);
      }
    },
  );
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.once('listening', () => {
    server.off('error', reject);
    server.on('error', () => {});
    resolve();
  });
  // Several processes may share an address during a rollout, as with CoreDNS.
  server.listen({ port, ...(host === '' ? {} : { host }), reusePort: port !== 0 });
  return { server, listening: promise, routes };
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
