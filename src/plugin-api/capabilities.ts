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
  /**
   * Would this plugin answer the query itself, from data that is always current? Then no cache may stand in front of it. Asked for every query
   * that passes a cache, so it has to be cheap.
   */
  readonly answersNow?: (query: Query) => boolean;
}
