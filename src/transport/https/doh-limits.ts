import type { Http2Limits } from '../http2/http2-connection.ts';

/** What clients of an HTTPS listener may take: time, requests at a time on a connection of HTTP/2, and connections. */
export interface DohLimits extends Http2Limits {
  /** Connections that are served at a time; further ones wait. Infinity for no limit. */
  readonly maximumConnections: number;
}
