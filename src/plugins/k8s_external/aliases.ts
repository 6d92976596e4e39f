import { CLASS } from '../../dns/codes.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { type Eventual, whenAllThere, whenThere } from '../../plugin-api/later.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Reply } from '../../plugin-api/reply.ts';

/** What the whole server has at some names. */
export interface Resolved {
  /** The answers about each question; undefined for one that went unanswered. */
  readonly answers: readonly (readonly ResourceRecord[] | undefined)[];
  /** Some of them were cut. */
  readonly truncated: boolean;
}

/** Asks the whole server on behalf of the client; waits only where it does. */
export function resolveAll(
  query: Query,
  questions: readonly { readonly name: DomainName; readonly type: number }[],
): Eventual<Resolved> {
  const outcomes = questions.map(({ name, type }) => query.resolve(query, { name, type, class: CLASS.IN }));
  return whenThere(whenAllThere(outcomes), join);
}

function join(replies: readonly (Reply | null)[]): Resolved {
  return {
    answers: replies.map((reply) => reply?.answers),
    truncated: replies.some((reply) => reply?.truncated === true),
  };
}
