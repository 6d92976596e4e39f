import { CLASS } from '../../dns/codes.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { CNAME } from '../../dns/records/cname.ts';
import { type Eventual, whenAllThere, whenThere } from '../../plugin-api/later.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Reply } from '../../plugin-api/reply.ts';
import type { Backends } from './backends.ts';

// Aliases in a row within the zone; more of them are a mistake. CoreDNS's limit.
const LONGEST_CHAIN = 10;

/** Records that answer for an alias. */
export interface Chased {
  readonly records: readonly ResourceRecord[];
  /** The outside answer was cut. */
  readonly truncated: boolean;
}

/** What a chase needs to know of the zone that it starts in. */
export interface ChaseContext {
  readonly query: Query;
  readonly ttl: number;
  /** Is the name in the zone, so that it is looked up here and not asked of the whole server? */
  readonly isInside: (name: DomainName) => boolean;
  readonly find: (name: DomainName) => Backends | undefined;
  /** Records of the type asked for at `owner`, without aliases. */
  readonly records: (owner: DomainName, backends: Backends) => readonly ResourceRecord[];
}

const NOTHING: Chased = { records: [], truncated: false };

/**
 * All records for `owner`: its own, and for each alias the CNAME and what its target has. A target in the zone
 * without records leaves no CNAME behind; one outside always does. `above` are the owners on the way here.
 */
export function chase(
  context: ChaseContext,
  owner: DomainName,
  backends: Backends,
  above: readonly DomainName[] = [],
): Eventual<Chased> {
  const own: Chased = { records: context.records(owner, backends), truncated: false };
  const parts = backends.aliases.map((target) => chaseAlias(context, owner, target, above));
  return whenThere(whenAllThere(parts), (there) => join([own, ...there]));
}

function chaseAlias(
  context: ChaseContext,
  owner: DomainName,
  target: DomainName,
  above: readonly DomainName[],
): Eventual<Chased> {
  const owners = [...above, owner];
  if (above.length > LONGEST_CHAIN || owners.some((name) => name.equals(target))) return NOTHING;
  const alias = CNAME.make(owner, context.ttl, { target }, CLASS.IN);
  if (!context.isInside(target)) return askOutside(context, alias, target);
  const backends = context.find(target);
  const below = backends === undefined ? NOTHING : chase(context, target, backends, owners);
  return whenThere(below, (chased) => prepend(alias, chased));
}

function askOutside({ query }: ChaseContext, alias: ResourceRecord, target: DomainName): Eventual<Chased> {
  const outcome = query.resolve(query, { name: target, type: query.question.type, class: CLASS.IN });
  const use = (reply: Reply | null): Chased =>
    reply === null ? NOTHING : { records: [alias, ...reply.answers], truncated: reply.truncated };
  return whenThere(outcome, use);
}

function prepend(alias: ResourceRecord, { records, truncated }: Chased): Chased {
  return records.length === 0 ? NOTHING : { records: [alias, ...records], truncated };
}

function join(parts: readonly Chased[]): Chased {
  return { records: parts.flatMap(({ records }) => records), truncated: parts.some(({ truncated }) => truncated) };
}
