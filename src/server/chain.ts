import { RCODE } from '../dns/codes.ts';
import type { NamedInstance } from '../plugin-api/context.ts';
import type { Next, PluginInstance } from '../plugin-api/plugin.ts';
import { Continued, isLater, Later } from '../plugin-api/later.ts';
import type { Query } from '../plugin-api/query.ts';
import { makeFailure, mapReply, type Reply, withValidity } from '../plugin-api/reply.ts';

/**
 * Composes the plugins of a block, in the order of the chain, into one function; undefined when none of them is in the chain. It is done
 * once for each block, so that a query runs through calls alone.
 */
export function composeChain(instances: readonly NamedInstance[]): Next | undefined {
  let next: Next | undefined;
  for (const { name, reads, instance } of instances.toReversed()) {
    if (instance.handle !== undefined) {
      const handle = handling(instance.handle, next ?? endOfChain(name));
      next = reads === 'question' ? handle : forgetting(handle);
    }
    if (instance.observe !== undefined) next = observing(instance.observe, next ?? endOfChain(name));
  }
  return next;
}

function handling(handle: NonNullable<PluginInstance['handle']>, next: Next): Next {
  return (query) => {
    const outcome = handle(query, next);
    return outcome instanceof Promise ? Later.from(outcome) : outcome;
  };
}

/** An answer that depends on more than the question is not for others who ask the same. */
function forgetting(handle: Next): Next {
  const forget = (reply: Reply): Reply => withValidity(reply, undefined);
  return (query) => mapReply(handle(query), forget);
}

function observing(observe: NonNullable<PluginInstance['observe']>, next: Next): Next {
  return (query) => {
    const outcome = next(query);
    if (isLater(outcome)) return outcome.continuedBy(new ObservedReply(observe, query));
    observe(query, outcome);
    return outcome;
  };
}

class ObservedReply extends Continued<Reply | null, Reply | null> {
  readonly #observe: NonNullable<PluginInstance['observe']>;
  readonly #query: Query;

  constructor(observe: NonNullable<PluginInstance['observe']>, query: Query) {
    super();
    this.#observe = observe;
    this.#query = query;
  }

  protected use(reply: Reply | null): Reply | null {
    this.#observe(this.#query, reply);
    return reply;
  }
}

/** A query that the last plugin hands on. */
function endOfChain(name: string): Next {
  const error = new Error(`plugin/${name}: no next plugin found`);
  return (query) => makeFailure(query, RCODE.SERVFAIL, error);
}
