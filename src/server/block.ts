import type { DomainName } from '../dns/name.ts';
import type { NamedInstance } from '../plugin-api/context.ts';
import type { Next } from '../plugin-api/plugin.ts';
import type { Metadata, Query } from '../plugin-api/query.ts';
import type { BlockSettings } from '../plugin-api/settings.ts';

/** A server block, set up and composed. */
export interface Block {
  /** All zones of its keys, in lower case. */
  readonly zones: readonly DomainName[];
  readonly instances: readonly NamedInstance[];
  readonly settings: BlockSettings;
  /** Slots of everything that its plugins' answers are made from, beyond what replies name themselves. */
  readonly generations: readonly number[];
  /** Undefined for a block without plugins that queries pass: its queries are refused. */
  readonly chain: Next | undefined;
}

/**
 * The query as the plugins of the block get it: with the zone under which it was found, the view and the labels. Undefined when it is not one that
 * the block is for.
 */
export function enterBlock(block: Block, zone: DomainName, query: Query): Query | undefined {
  const { view } = block.settings;
  const name = view?.name ?? '';
  const entering = collectMetadata(
    block,
    query.zone === zone && query.view === name ? query : { ...query, zone, view: name },
  );
  return view === undefined || view.admits(entering) ? entering : undefined;
}

/** Lets the plugins of the block that have something to say label the query. */
export function collectMetadata(block: Block, query: Query): Query {
  const wanted = block.settings.metadata;
  if (wanted === undefined) return query;
  const metadata: Metadata = new Map();
  const labelled = { ...query, metadata };
  if (!wanted(query)) return labelled;
  for (const { instance } of block.instances) instance.describe?.(labelled, metadata);
  return labelled;
}
