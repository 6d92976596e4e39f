import type { ServerTls } from '../transport/stream/tls-acceptor.ts';
import type { Query } from './query.ts';

/** Which queries a block is for, among those of its zones. */
export interface View {
  /** The label `view` of metrics. */
  readonly name: string;
  /** Asked for every query of the block's zones; may read its labels. */
  readonly admits: (query: Query) => boolean;
}

/** What plugins of a block set for its listeners and for the plugins after them in the chain order. */
export interface BlockSettings {
  /** Directory that relative paths in the block start from; empty for the working directory. */
  readonly root: string;
  /** Addresses to listen on; undefined listens on all of them with one socket. */
  readonly addresses: readonly string[] | undefined;
  /** Print debug lines, and let a panic end the process. */
  readonly debug: boolean;
  /** Let queries of classes other than IN into every block of the listener. */
  readonly anyClass: boolean;
  /**
   * Undefined: no metadata labels. Otherwise they are collected before the chain runs; plugins are asked for theirs only about queries for which
   * it is true, but may set labels later for all.
   */
  readonly metadata: ((query: Query) => boolean) | undefined;
  /** Undefined: the block is for all queries of its zones. Queries that a view does not let in go to the next block. */
  readonly view: View | undefined;
  /** Print the stack of a panic. */
  readonly stackTraces: boolean;
  /** How long a connection may stay silent before its first query, in milliseconds. */
  readonly readTimeout: number;
  /** How long a connection may stay silent after a query, in milliseconds. */
  readonly idleTimeout: number;
  /** Queries that one connection may ask; Infinity for no limit. */
  readonly maximumQueriesPerConnection: number;
  /** How long an HTTP response may take to leave, in milliseconds. */
  readonly writeTimeout: number;
  /** Certificate and key of the block's `tls` and `https` listeners, as they are now; undefined: those listeners do without TLS. */
  readonly tls: (() => ServerTls) | undefined;
  /** Connections that an `https` listener serves at a time; Infinity for no limit. */
  readonly maximumHttpsConnections: number;
  /** Requests in the works on one HTTP/2 connection. */
  readonly maximumHttpsStreams: number;
  /** Sockets on each address for plain DNS over UDP. */
  readonly sockets: number;
}

/** CoreDNS's values. */
export const defaultSettings: BlockSettings = {
  root: '',
  addresses: undefined,
  debug: false,
  anyClass: false,
  metadata: undefined,
  view: undefined,
  stackTraces: false,
  readTimeout: 3000,
  idleTimeout: 10_000,
  maximumQueriesPerConnection: Infinity,
  writeTimeout: 5000,
  tls: undefined,
  maximumHttpsConnections: 200,
  maximumHttpsStreams: 250,
  sockets: 1,
};
