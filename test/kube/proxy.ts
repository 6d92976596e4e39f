import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { Listener } from '../../src/devcluster/listeners.ts';

/**
 * Plain http without authentication in front of an API server, which has neither: requests get a token. Its faults are
 * those of the way to a server; the server itself goes on.
 */
export class Proxy {
  readonly #listener: Listener;
  readonly #target: string;
  readonly #agent: Agent;
  readonly #authorization: string;
  #isHanging = false;

  constructor(target: string, token: string) {
    this.#target = target;
    this.#authorization = `Bearer ${token}`;
    this.#agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
    this.#listener = new Listener('127.0.0.1', 0, (request, response) => this.#forward(request, response));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.port}`;
  }

  /** Ends `refuse` and `hang`. */
  async up(): Promise<void> {
    if (this.#isHanging) this.cut();
    this.#isHanging = false;
    if (!this.#listener.isOpen) await this.#listener.open();
  }

  /** From now on connections are refused; those that are open are dropped. */
  async refuse(): Promise<void> {
    await this.#listener.close();
  }

  /** From now on connections are accepted, and nothing is answered. */
  async hang(): Promise<void> {
    this.cut();
    this.#isHanging = true;
    if (!this.#listener.isOpen) await this.#listener.open();
  }

  /** Drops every connection, once. */
  cut(): void {
    this.#listener.cut();
  }

  async stop(): Promise<void> {
    await this.#listener.close();
    this.#agent.destroy();
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isHanging) return;
    const { method, url = '/', headers } = request;
    const forwarded = httpsRequest(
      this.#target + url,
      { method, agent: this.#agent, headers: { ...headers, authorization: this.#authorization } },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        // A watch may have nothing to say for minutes; that it has begun is said at once.
        response.flushHeaders();
        answer.on('error', () => response.destroy());
        answer.pipe(response);
      },
    );
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    request.pipe(forwarded);
  }
}
