import { createEdns, type Edns, type EdnsOption } from '../../dns/message.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, type Reply } from '../../plugin-api/reply.ts';
import { type Applied, NO_CHANGES, type ReplyChange } from './rule.ts';

/** What CoreDNS says where a client said nothing. */
const PAYLOAD_SIZE = 4096;

export type OptionAction = 'set' | 'replace' | 'append' | 'unset';

/** What happens to one EDNS option of the query. */
export interface OptionChange {
  readonly code: number;
  readonly action: OptionAction;
  /** May `append` give the query a second option of this code? */
  readonly repeats: boolean;
  /** Should the reply show the option as it was before? */
  readonly revert: boolean;
}

/**
 * The query with the option changed. Clients without EDNS get an OPT record even if nothing comes into it, as upstreams of CoreDNS
 * see it.
 */
export function changeOption(query: Query, change: OptionChange, data: Uint8Array): Applied {
  const edns = query.message.edns ?? createEdns(PAYLOAD_SIZE);
  const index = edns.options.findIndex((option) => option.code === change.code);
  const options = changedOptions(edns.options, index, change, data);
  if (options === undefined) {
    return {
      query: query.message.edns === undefined ? withEdns(query, edns) : query,
      matched: false,
      changes: NO_CHANGES,
    };
  }
  const changes = change.revert ? [reverting(edns.options[index], change, data)] : NO_CHANGES;
  return { query: withEdns(query, { ...edns, options }), matched: true, changes };
}

/** Undefined when the action does not concern the options. */
function changedOptions(
  options: readonly EdnsOption[],
  index: number,
  { code, action, repeats }: OptionChange,
  data: Uint8Array,
): readonly EdnsOption[] | undefined {
  if (index < 0) return action === 'set' || action === 'append' ? [...options, { code, data }] : undefined;
  if (action === 'unset') return options.filter((option) => option.code !== code);
  if (action !== 'append') return options.with(index, { code, data });
  return repeats ? [...options, { code, data }] : undefined;
}

/** Gives the reply the option that the query had. */
function reverting(previous: EdnsOption | undefined, { code, action }: OptionChange, data: Uint8Array): ReplyChange {
  const restore = (options: readonly EdnsOption[]): readonly EdnsOption[] => {
    if (previous === undefined) return options.filter((option) => option.code !== code);
    if (action !== 'append') return options.map((option) => (option.code === code ? previous : option));
    // The one that was there before is left alone.
    const added = options.findLastIndex((option) => option.code === code && Buffer.compare(option.data, data) === 0);
    return added < 0 ? options : options.toSpliced(added, 1);
  };
  return (reply) =>
    reply.edns === undefined
      ? reply
      : changeReply(reply, { edns: { ...reply.edns, options: restore(reply.edns.options) } });
}

function withEdns(query: Query, edns: Edns): Query {
  return { ...query, message: { ...query.message, edns } };
}

/** A reply without an OPT record of its own shows options of the query, those with these codes, again. */
export function echoOptions(reply: Reply, query: Query, codes: ReadonlySet<number>): Reply {
  const { edns } = query.message;
  if (reply.edns !== undefined || edns === undefined) return reply;
  const options = edns.options.filter((option) => codes.has(option.code));
  return options.length === 0 ? reply : changeReply(reply, { edns: { ...edns, options } });
}
