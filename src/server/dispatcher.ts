import { CLASS, RCODE } from '../dns/codes.ts';
import type { Question } from '../dns/message.ts';
import { whenThere } from '../plugin-api/later.ts';
import { type Query, withQuestion } from '../plugin-api/query.ts';
import { makeFailure, type Outcome, type Reply, withValidity } from '../plugin-api/reply.ts';
import type { Routes } from './routes.ts';
import type { ServiceEnvironment } from './service-environment.ts';

export interface DispatcherOptions {
  readonly routes: Routes;
  /** Queries of other classes than IN go to the plugins too. */
  readonly anyClass: boolean;
  /** Say where a plugin threw. */
  readonly stackTraces: boolean;
  readonly environment: Pick<ServiceEnvironment, 'logger' | 'clock' | 'queryMetrics' | 'panics'>;
}

/** The metrics label `zone` of queries that the server refuses by itself. */
const DROPPED = 'dropped';
/** Header and question without the name: what a message without records weighs besides it. */
const QUESTION_ONLY = 16;

/** Aliases that one may follow from block to block; each block follows up to ten of its own besides. */
const MAXIMUM_DEPTH = 8;

/** Hands queries to the block that is for them, and answers those that none is for, or that a plugin failed at. */
export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** What fails later is for the caller to recover from. */
  dispatch(query: Query): Outcome {
    if (query.question.class !== CLASS.IN && !this.#options.anyClass) return this.#refuse(query, RCODE.REFUSED);
    try {
      const entry = this.#options.routes.find(query);
      if (entry?.block.chain === undefined) return this.#refuse(query, RCODE.REFUSED);
      return entry.block.chain(entry.query);
    } catch (error) {
      return this.recover(query, error);
    }
  }

  /** Another question on behalf of the client of `query`. */
  readonly resolve = (query: Query, question: Question): Outcome => {
    const depth = query.depth + 1;
    if (depth > MAXIMUM_DEPTH)
      return makeFailure(query, RCODE.SERVFAIL, new Error(`${question.name.text} leads back to itself`));
    // Those who look at the answers of the other block see this one once; remembered as a part of another they would not see it again.
    const asked = {
      ...withQuestion(query, question),
      depth,
      arrival: this.#options.environment.clock.monotonic(),
      size: QUESTION_ONLY + question.name.wire.length,
    };
    return whenThere(
      this.dispatch(asked),
      (reply) => (reply === null ? null : withValidity(reply, undefined)),
      (error) => this.recover(asked, error),
    );
  };

  /** A plugin threw: the client hears of a failure, the operator why; the process goes on. */
  recover(query: Query, error: unknown): Reply {
    const { logger, panics } = this.#options.environment;
    panics.increment();
    const stack = this.#options.stackTraces && error instanceof Error ? `\n${error.stack ?? ''}` : '';
    logger.error(
      `Recovered from panic in server: "${query.server}" ${error instanceof Error ? error.message : String(error)}${stack}`,
    );
    return this.#refuse(query, RCODE.SERVFAIL);
  }

  /** A query that no plugin sees. */
  #refuse(query: Query, rcode: number): Reply {
    const { queryMetrics, clock } = this.#options.environment;
    const responseSize = QUESTION_ONLY + query.question.name.wire.length;
    queryMetrics
      .block(query.server, DROPPED, query.view)
      .count(query, { rcode, plugin: '', responseSize }, clock.monotonic() - query.arrival);
    return makeFailure(query, rcode);
  }
}
