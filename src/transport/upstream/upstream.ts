import { encodeMessage } from '../../dns/encode.ts';
import { CLASS } from '../../dns/codes.ts';
import { createMessage, type Message } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { TYPE } from '../../dns/types.ts';
import { endpointText } from '../endpoint.ts';
import { Connection, type OpenLink } from './connection.ts';
import { ConnectionPool } from './connection-pool.ts';
import { openDatagramLink } from './datagram-link.ts';
import type { DialTarget } from './dial.ts';
import { ConnectionClosed, ReplyTimeout } from './failure.ts';
import { HealthCheck } from './health-check.ts';
import { HttpsClient, type HttpsMethod } from './https-client.ts';
import type { UpstreamCounters } from './metrics.ts';
import { readDatagram, readReply } from './reply-reader.ts';
import { openStreamLink, type SessionMemory } from './stream-link.ts';

/** Plain DNS by UDP and TCP, DNS over TLS (RFC 7858), DNS over HTTPS (RFC 8484). */
export type UpstreamScheme = 'dns' | 'tls' | 'https';

export interface UpstreamOptions {
  readonly scheme: UpstreamScheme;
  readonly target: DialTarget;
  /** Idle connections are closed after this many milliseconds. */
  readonly expire: number;
  /** Connections are replaced after this many milliseconds; Infinity for no limit. */
  readonly maximumAge: number;
  /** Idle connections kept for each protocol; Infinity for no limit. */
  readonly maximumIdle: number;
  /** Milliseconds to wait for a reply; DNS over HTTPS has its own limit. */
  readonly readTimeout: number;
  /** Failed health checks after which the upstream is down; 0: never. */
  readonly maximumFails: number;
  readonly httpsMethod: HttpsMethod;
  readonly healthCheck: HealthCheckOptions;
}

export interface HealthCheckOptions {
  /** Milliseconds between a failed probe and the next. */
  readonly interval: number;
  readonly recursionDesired: boolean;
  /** The NS records of this name are asked for. */
  readonly name: DomainName;
  /** Probe plain DNS by TCP. */
  readonly tcp: boolean;
}

/** What an upstream is made with besides its options. */
export interface UpstreamServices {
  readonly counters: UpstreamCounters;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** A number from 0 to 65535 that nobody can foresee (RFC 5452 §4.3). */
  readonly newId: () => number;
}

/** How a query travels. */
export interface ExchangeOptions {
  /** Counts for plain DNS only. */
  readonly protocol: 'udp' | 'tcp';
  /** The longest reply by UDP that whoever asked can take, in octets. */
  readonly payloadSize: number;
}

/** CoreDNS's limits for a probe and for DNS over HTTPS, in milliseconds. */
const PROBE_TIMEOUT = 1000;
const HTTPS_TIMEOUT = 2000;

/**
 * A UDP socket is given up after 10 s, so that whoever has found out its port has to begin anew (RFC 5452 §9.2). 64 replies of 1232 octets,
 * each in a kernel buffer of 2304, fit Linux's default receive buffer of 212,992 octets.
 */
const UDP_MAXIMUM_AGE = 10_000;
const UDP_SHARE = 64;
const UDP_MAXIMUM_SOCKETS = 256;

/**
 * Many servers answer the queries of one connection in turn, so a slow one delays those behind it: connections are shared only when there
 * are this many. 64 is what a resolver under load has in flight at 20 ms and 3,000 queries a second.
 */
const STREAM_SHARE = 1;
const STREAM_MAXIMUM_CONNECTIONS = 64;

/** A server that queries are handed to, with the connections to it and what is known of its health. */
export class Upstream {
  /** `IP:port`: how metrics, metadata and logs call it. */
  readonly label: string;
  readonly #options: UpstreamOptions;
  readonly #services: UpstreamServices;
  readonly #openDatagram: OpenLink;
  readonly #openStream: OpenLink;
  readonly #datagrams: ConnectionPool;
  readonly #streams: ConnectionPool;
  readonly #https: HttpsClient;
  readonly #health: HealthCheck;
  #probing: Connection | undefined;
  #stopped = false;

  constructor(options: UpstreamOptions, services: UpstreamServices) {
    const { target, expire, maximumAge, maximumIdle } = options;
    const { newId, now, counters } = services;
    const memory: SessionMemory = { session: undefined };
    this.label = endpointText(target.address, target.port);
    this.#options = options;
    this.#services = services;
    this.#openDatagram = (events) => openDatagramLink(target, events);
    this.#openStream = (events) => openStreamLink(target, memory, events);
    this.#datagrams = new ConnectionPool(
      this.#openDatagram,
      {
        expire,
        maximumAge: Math.min(maximumAge, UDP_MAXIMUM_AGE),
        maximumIdle,
        share: UDP_SHARE,
        maximumConnections: UDP_MAXIMUM_SOCKETS,
      },
      newId,
      now,
    );
    this.#streams = new ConnectionPool(
      this.#openStream,
      { expire, maximumAge, maximumIdle, share: STREAM_SHARE, maximumConnections: STREAM_MAXIMUM_CONNECTIONS },
      newId,
      now,
    );
    this.#https = new HttpsClient(target, options.httpsMethod);
    this.#health = new HealthCheck(
      () => this.#probe(),
      options.healthCheck.interval,
      () => counters.healthCheckFailed(),
    );
  }

  /** Have more health checks failed than are allowed? */
  get down(): boolean {
    const { maximumFails } = this.#options;
    return maximumFails > 0 && this.#health.failures > maximumFails;
  }

  /**
   * The reply to `query`, a message with id 0. It has the id asked for, nothing else about it is checked. Rejects with an Error whose text
   * says, in Go's words, why there is none.
   */
  async exchange(query: Uint8Array, how: ExchangeOptions): Promise<Message> {
    const { counters, now } = this.#services;
    const start = now();
    const datagram = this.#options.scheme === 'dns' && how.protocol === 'udp';
    const octets = await this.#send(query, datagram);
    const reply = datagram ? readDatagram(octets, how.payloadSize) : readReply(octets);
    counters.answered(reply.rcode, (now() - start) / 1000);
    return reply;
  }

  /** Begins health checks, as is due after an exchange has failed. */
  checkHealth(): void {
    if (this.#options.maximumFails > 0) this.#health.begin();
  }

  /** Closes all connections at once and ends the health checks; exchanges that wait are rejected. */
  stop(): void {
    this.#stopped = true;
    this.#health.stop();
    this.#probing?.close();
    this.#datagrams.close();
    this.#streams.close();
    this.#https.close();
  }

  async #send(query: Uint8Array, datagram: boolean): Promise<Buffer> {
    if (this.#stopped) throw new ConnectionClosed('use of closed network connection');
    if (this.#options.scheme === 'https') return this.#https.exchange(query, HTTPS_TIMEOUT);
    const pool = datagram ? this.#datagrams : this.#streams;
    const { readTimeout } = this.#options;
    const { connection, used } = this.#take(pool, datagram);
    try {
      return await connection.exchange(query, readTimeout);
    } catch (error) {
      if (!used || datagram) throw error;
      // A kept connection may be dead without anybody having noticed: then so may the others.
      if (error instanceof ReplyTimeout) pool.discardIdle();
      if (!(error instanceof ConnectionClosed) || this.#stopped) throw error;
      this.#services.counters.tookConnection(this.#protocol(datagram), false);
      return pool.openNew().exchange(query, readTimeout);
    }
  }

  #take(pool: ConnectionPool, datagram: boolean): { readonly connection: Connection; readonly used: boolean } {
    const taken = pool.take();
    this.#services.counters.tookConnection(this.#protocol(datagram), taken.used);
    return taken;
  }

  #protocol(datagram: boolean): 'udp' | 'tcp' | 'tcp-tls' {
    if (datagram) return 'udp';
    return this.#options.scheme === 'tls' ? 'tcp-tls' : 'tcp';
  }

  /** Whatever has a header is a sign of life, whatever it says. */
  async #probe(): Promise<void> {
    const { scheme, healthCheck } = this.#options;
    const query = encodeMessage(
      createMessage({
        recursionDesired: healthCheck.recursionDesired,
        questions: [{ name: healthCheck.name, type: TYPE.NS, class: CLASS.IN }],
      }),
      { compress: false },
    );
    if (scheme === 'https') {
      await this.#https.exchange(query, PROBE_TIMEOUT);
      return;
    }
    const open = scheme === 'dns' && !healthCheck.tcp ? this.#openDatagram : this.#openStream;
    const connection = new Connection(open, this.#services.newId, this.#services.now, () => {});
    this.#probing = connection;
    try {
      await connection.exchange(query, PROBE_TIMEOUT);
    } finally {
      connection.close();
    }
  }
}
