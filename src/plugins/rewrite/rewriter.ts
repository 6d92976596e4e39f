import { RCODE } from '../../dns/codes.ts';
import { type Eventual, isLater, whenThere } from '../../plugin-api/later.ts';
import type { Next, Reads } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, makeFailure, makeReply, mapReply, type Outcome, type Reply } from '../../plugin-api/reply.ts';
import { echoOptions } from './option-change.ts';
import type { ModalRule } from './read-rule.ts';
import { IllegalNameError, NO_CHANGES, type ReplyChange } from './rule.ts';

/** All rules of a block at work. */
export class Rewriter {
  readonly #rules: readonly ModalRule[];
  /** EDNS options that clients see again. */
  readonly #echoed: ReadonlySet<number>;

  constructor(rules: readonly ModalRule[]) {
    this.#rules = rules;
    this.#echoed = new Set(rules.flatMap(({ rule }) => rule.localOption ?? []));
  }

  /** What answers depend on because of the rules. */
  get reads(): Reads {
    // A reply to another question is none to remember for this one.
    const everything = this.#rules.some(
      ({ mode, rule }) => rule.reads === 'everything' || (mode === 'continue' && rule.changesQuestionOnly),
    );
    return everything ? 'everything' : 'question';
  }

  handle(query: Query, next: Next): Outcome {
    try {
      return this.#rewrite(query, next);
    } catch (error) {
      return failure(query, error);
    }
  }

  #rewrite(query: Query, next: Next): Outcome {
    let current = query;
    let changes = NO_CHANGES;
    for (const { mode, rule } of this.#rules) {
      const applied = rule.apply(current);
      if (applied === undefined) continue;
      current = applied.query;
      if (!applied.matched) continue;
      changes = changes.length === 0 ? applied.changes : [...changes, ...applied.changes];
      if (mode === 'stop') return this.#restored(query, current, changes, next);
    }
    if (changes.length > 0) return this.#restored(query, current, changes, next);
    const outcome = next(current);
    // What rules without a part for the reply did to the question stays, as in CoreDNS.
    return this.#echoed.size === 0 ? outcome : mapReply(outcome, (reply) => echoOptions(reply, current, this.#echoed));
  }

  /** The reply to `current` as one to `query`. One that no plugin wrote is written here, since there may be something to change in it. */
  #restored(query: Query, current: Query, changes: readonly ReplyChange[], next: Next): Outcome {
    return mapReply(next(current), (reply) => {
      const { rcode, error, unwritten } = reply;
      const written = unwritten ? makeReply(query, { rcode, error }) : changeReply(reply, { question: query.question });
      return applyChanges(echoOptions(written, current, this.#echoed), changes, changes.length, query);
    });
  }
}

/** Applies the first `count` changes, the last one first. `query` is the client's. */
function applyChanges(reply: Reply, changes: readonly ReplyChange[], count: number, query: Query): Eventual<Reply> {
  let changed = reply;
  for (let i = count - 1; i >= 0; i--) {
    const result = applyChange(changed, changes[i], query);
    if (isLater(result)) return whenThere(result, (settled) => applyChanges(settled, changes, i, query));
    changed = result;
  }
  return changed;
}

function applyChange(reply: Reply, change: ReplyChange | undefined, query: Query): Eventual<Reply> {
  try {
    return change?.(reply) ?? reply;
  } catch (error) {
    return failure(query, error);
  }
}

/** What the client hears of a name that cannot be; other errors are thrown again. */
function failure(query: Query, error: unknown): Reply {
  if (error instanceof IllegalNameError) return makeFailure(query, RCODE.SERVFAIL, error);
  throw error;
}
