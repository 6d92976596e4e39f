import type { Waiting } from '../plugin-api/later.ts';
import type { Query } from '../plugin-api/query.ts';
import type { Reply } from '../plugin-api/reply.ts';
import type { StreamAnswer } from '../transport/stream/message-connection.ts';

/** The answer to a message, to be sent or copied at once, or null when there is none; several messages only for a query that came on a stream. Called once. */
export type Send = (answer: StreamAnswer | null) => void;

/** Who sends the answer, or says what went wrong. */
export interface Finisher {
  finish(query: Query, reply: Reply | null, send: Send): void;
  fail(query: Query, error: unknown, send: Send): void;
}

/** A query whose reply comes later. */
export class AwaitedAnswer implements Waiting<Reply | null> {
  readonly #finisher: Finisher;
  readonly #query: Query;
  readonly #send: Send;

  constructor(finisher: Finisher, query: Query, send: Send) {
    this.#finisher = finisher;
    this.#query = query;
    this.#send = send;
  }

  there(reply: Reply | null): void {
    this.#finisher.finish(this.#query, reply, this.#send);
  }

  failed(error: unknown): void {
    this.#finisher.fail(this.#query, error, this.#send);
  }
}
