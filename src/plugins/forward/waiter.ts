import { Later } from '../../plugin-api/later.ts';
import type { Next } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Outcome, Reply } from '../../plugin-api/reply.ts';

/** The answer that a client's query waits for. */
export class Waiter extends Later<Reply | null> {
  readonly query: Query;
  /** The forward line that follows, if one does. */
  readonly #next: Next | undefined;

  constructor(query: Query, next: Next | undefined) {
    super();
    this.query = query;
    this.#next = next;
  }

  /** What it throws is the failure. */
  answerBy(answer: (query: Query, next: Next | undefined) => Outcome): void {
    let outcome: Outcome;
    try {
      outcome = answer(this.query, this.#next);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.settle(outcome);
  }
}
