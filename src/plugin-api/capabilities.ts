import type { ResourceRecord } from '../dns/message.ts';
import type { DomainName } from '../dns/name.ts';
import type { ExternalServices } from './external-services.ts';
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
  /** The slots (context.generations) on which the result of `answersNow` depends. */
  readonly answersNowSlots?: (query: Query) => readonly number[];
  /**
   * May this plugin keep the reply to the query for other clients? Whoever asks upstreams behind it asks for what one of those may want: for the AD bit (RFC 6840
   * §5.7). Asked for every query that is forwarded, so it has to be cheap.
   */
  readonly keepsReplies?: (query: Query) => boolean;
  /**
   * All records of the zone `origin` for a transfer: its SOA, the others, the SOA again (RFC 5936 §2.2). The SOA alone when `serial`, the
   * version that an IXFR client has, is the current one. Undefined when `origin` is no zone of this plugin; an Error, for plugin `errors`, when the
   * zone cannot be given away just now. Asked by plugin `transfer`, which has checked that the client may have it.
   */
  readonly transfer?: (origin: DomainName, serial: number | undefined) => Iterable<ResourceRecord> | Error | undefined;
  /** Takes what is to be called with the origin of a zone whenever that has a new version, the first included. Plugin `transfer` notifies secondaries. */
  readonly onNewVersion?: (notify: (origin: DomainName) => void) => void;
  /**
   * The longest zone that the name is in, of those that come and go while the server runs. Asked by plugin `prometheus`, for every query: metrics
   * count them apart from the zone of the block.
   */
  readonly passingZone?: (name: DomainName) => DomainName | undefined;
  /**
   * The domains of the cluster that the client's resolver puts behind short names, in its order; undefined when that is not known of this client. Asked
   * by plugin `autopath`.
   */
  readonly searchPath?: (query: Query) => readonly DomainName[] | undefined;
  /** Asked by plugin `k8s_external`. Undefined before the start. */
  readonly externalServices?: () => ExternalServices | undefined;
}
