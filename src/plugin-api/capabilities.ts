import type { Metadata, Query } from './query.ts';

/**
 * What a plugin may offer to other plugins. They find one another through `context.instances()` and these methods alone;
 * no plugin imports another.
 */
export interface Capabilities {
  /** May this replica get queries? Asked by plugin `ready`. */
  readonly ready?: () => boolean;
  /** Adds labels about the query; called before the chain runs, where the block has plugin `metadata`. */
  readonly describe?: (query: Query, metadata: Metadata) => void;
}
