import type { PoolLimits } from './connection-pool.ts';

/**
 * A UDP socket is given up after 10 s or 1,000 queries, so that whoever has found out its port has to begin anew (RFC 5452 §9.2), and which of them a query
 * leaves by is drawn. 64 replies of 1232 octets, each in a kernel buffer of 2304, fit Linux's default receive buffer of 212,992 octets.
 */
const UDP_MAXIMUM_AGE = 10_000;
const UDP_MAXIMUM_QUERIES = 1000;
const UDP_UNSHARED = 4;
const UDP_SHARE = 64;
const UDP_MAXIMUM_SOCKETS = 256;

/**
 * Some servers answer the queries of one connection in turn, so a slow one delays those behind it: a connection gets few queries at a time until
 * the server has shown that it answers in any order. 64 connections of 64 are what a resolver under load has in flight at 20 ms and 200,000 queries a second.
 */
const STREAM_UNSHARED = 8;
const STREAM_SHARE = 4;
const STREAM_SHARE_IN_ANY_ORDER = 64;
const STREAM_MAXIMUM_CONNECTIONS = 64;

/** What the user says of the connections to an upstream. */
export type KeptConnections = Pick<PoolLimits, 'expire' | 'maximumIdle' | 'maximumAge'>;

/** For UDP sockets to one upstream. */
export function datagramLimits({ expire, maximumIdle, maximumAge }: KeptConnections): PoolLimits {
  return {
    expire,
    maximumIdle,
    maximumAge: Math.min(maximumAge, UDP_MAXIMUM_AGE),
    maximumQueries: UDP_MAXIMUM_QUERIES,
    unshared: UDP_UNSHARED,
    share: UDP_SHARE,
    shareInAnyOrder: UDP_SHARE,
    maximumConnections: UDP_MAXIMUM_SOCKETS,
    choice: 'random',
  };
}

/** For connections by TCP or TLS to one upstream. */
export function streamLimits({ expire, maximumIdle, maximumAge }: KeptConnections): PoolLimits {
  return {
    expire,
    maximumIdle,
    maximumAge,
    maximumQueries: Infinity,
    unshared: STREAM_UNSHARED,
    share: STREAM_SHARE,
    shareInAnyOrder: STREAM_SHARE_IN_ANY_ORDER,
    maximumConnections: STREAM_MAXIMUM_CONNECTIONS,
    choice: 'idlest',
  };
}
