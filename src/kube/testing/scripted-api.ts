import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request that a ScriptedApi has got. */
export interface SeenRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export type Answer = (response: ServerResponse, request: SeenRequest) => void;

/** A recorded answer of an API server, as in testdata/transcripts.json. */
export interface RecordedResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly lines?: readonly unknown[];
  readonly base64?: string;
}

export interface ScriptedApiOptions {
  readonly tls?: ServerOptions;
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Whether requests for streamed lists get answers too; default: they are refused, and do not count. */
  readonly streams?: boolean;
}

/** An API server that says what a test tells it to: each request gets the next of the answers; then it says nothing. */
export class ScriptedApi {
  readonly requests: SeenRequest[] = [];
  readonly #answers: Answer[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  readonly #streams: boolean;

  private constructor(answers: readonly Answer[], { tls, streams = false }: ScriptedApiOptions) {
    this.#answers = [...answers];
    this.#streams = streams;
    const handle = (request: IncomingMessage, response: ServerResponse): void => this.#handle(request, response);
    this.#server = tls === undefined ? createHttpServer(handle) : createHttpsServer(tls, handle);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(answers: readonly Answer[], options: ScriptedApiOptions = {}): Promise<ScriptedApi> {
    const api = new ScriptedApi(answers, options);
    const { port = 0, host = '127.0.0.1' } = options;
    await new Promise<void>((resolve) => api.#server.listen(port, host, resolve));
    return api;
  }

  /** Lets the answers that are to come follow these ones. */
  say(...answers: readonly Answer[]): void {
    this.#answers.unshift(...answers);
  }

  /** From now on new connections see these certificates. */
  renewCertificates(tls: ServerOptions): void {
    if ('setSecureContext' in this.#server && typeof this.#server.setSecureContext === 'function') {
      this.#server.setSecureContext(tls);
    }
  }

  get port(): number {
    return this.#address.port;
  }

  get url(): string {
    const scheme = 'setSecureContext' in this.#server ? 'https' : 'http';
    const { address, port, family } = this.#address;
    return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  get #address(): AddressInfo {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new TypeError('the server does not listen');
    return address;
  }

  /** Drops every connection without a word; new ones are taken. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(incoming: IncomingMessage, response: ServerResponse): void {
    const url = new URL(incoming.url ?? '', 'http://api');
    const request = { path: url.pathname, query: url.searchParams, headers: incoming.headers };
    if (!this.#streams && request.query.has('sendInitialEvents')) {
      recorded(STREAMS_REFUSED)(response, request);
      return;
    }
    this.requests.push(request);
    this.#answers.shift()?.(response, request);
  }
}

/** What servers say that know streamed lists only as a feature that is switched off. */
export const STREAMS_REFUSED: RecordedResponse = {
  status: 422,
  headers: { 'content-type': 'application/json' },
  body: {
    kind: 'Status',
    message: 'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: WatchList is not enabled',
    reason: 'Invalid',
    code: 422,
  },
};

/** Answers as recorded; lines of a watch come at once, and the watch ends. */
export function recorded(response: RecordedResponse): Answer {
  return (out) => {
    out.writeHead(response.status, response.headers);
    if (response.lines !== undefined) out.end(toLines(response.lines));
    else if (response.base64 !== undefined) out.end(Buffer.from(response.base64, 'base64'));
    else out.end(JSON.stringify(response.body));
  };
}

/** Answers with status 200 and a JSON body. */
export function json(body: unknown): Answer {
  return recorded({ status: 200, headers: { 'content-type': 'application/json' }, body });
}

/** A list of objects with a version. */
export function listOf(resourceVersion: string, items: readonly unknown[], continueToken?: string): Answer {
  const metadata = { resourceVersion, ...(continueToken === undefined ? {} : { continue: continueToken }) };
  return json({ kind: 'List', apiVersion: 'v1', metadata, items });
}

/** A watch that sends these events and then stays open in silence. */
export function openWatch(events: readonly unknown[] = []): Answer {
  return (out) => {
    out.writeHead(200, { 'content-type': 'application/json' });
    out.flushHeaders();
    if (events.length > 0) out.write(toLines(events));
  };
}

/** A watch that sends this text as it is and then drops the connection. */
export function cutWatch(text: string): Answer {
  return (out) => {
    out.writeHead(200, { 'content-type': 'application/json' });
    out.write(text, () => out.socket?.destroy());
  };
}

export function toLines(events: readonly unknown[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}
