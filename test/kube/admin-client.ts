import { Agent } from 'node:https';
import { type JsonObject, recordsOf, textOf } from '../../src/devcluster/objects.ts';
import { send } from './send.ts';

export interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** The server refused; `message` says which request, and why. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(request: string, { status, body }: Answer) {
    super(`${request}: ${status} ${textOf(body['message'])}`);
    this.status = status;
  }
}

/** A field manager for server-side apply: what it said before and does not say again goes. */
const APPLY_QUERY = 'fieldManager=test&force=true';

/** Requests with all rights, on connections that are kept. */
export class AdminClient {
  readonly #url: string;
  readonly #token: string;
  readonly #agent: Agent = new Agent({ keepAlive: true });

  /** The server's certificate is not looked at. */
  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** The answer, whatever its status. Rejects when there is none. */
  async ask(method: string, path: string, body?: JsonObject, contentType = 'application/json'): Promise<Answer> {
    const headers = { 'Content-Type': contentType };
    const sent = await send(this.#url + path, { method, token: this.#token, headers, body, agent: this.#agent });
    const isJson = sent.contentType.startsWith('application/json');
    const value: JsonObject = isJson ? JSON.parse(sent.text) : { message: sent.text };
    return { status: sent.status, body: value };
  }

  /** The body of an answer without an error. Rejects with RefusedError. */
  async call(method: string, path: string, body?: JsonObject, contentType?: string): Promise<JsonObject> {
    const answer = await this.ask(method, path, body, contentType);
    if (answer.status >= 400) throw new RefusedError(`${method} ${path}`, answer);
    return answer.body;
  }

  /** Makes what is at `path` as `body` says, whether it was there or not. */
  async apply(path: string, body: JsonObject): Promise<void> {
    await this.call('PATCH', `${path}?${APPLY_QUERY}`, body, 'application/apply-patch+yaml');
  }

  /** Whether there was something to delete. */
  async delete(path: string): Promise<boolean> {
    const answer = await this.ask('DELETE', path, { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 });
    if (answer.status === 404) return false;
    if (answer.status >= 400) throw new RefusedError(`DELETE ${path}`, answer);
    return true;
  }

  async list(path: string): Promise<readonly JsonObject[]> {
    return recordsOf((await this.call('GET', path))['items']);
  }

  close(): void {
    this.#agent.destroy();
  }
}
