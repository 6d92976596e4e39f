import type { Waiting } from '../plugin-api/later.ts';
import type { Query } from '../plugin-api/query.ts';
import type { Reply } from '../plugin-api/reply.ts';
import type { Send, Service } from './service.ts';

/** A query whose reply comes later. */
export class AwaitedAnswer implements Waiting<Reply | null> {
  readonly #service: Service;
  readonly #query: Query;
  readonly #send: Send;

  constructor(service: Service, query: Query, send: Send) {
    this.#service = service;
    this.#query = query;
    this.#send = send;
  }

  there(reply: Reply | null): void {
    this.#service.finish(this.#query, reply, this.#send);
  }

  failed(error: unknown): void {
    this.#service.fail(this.#query, error, this.#send);
  }
}
