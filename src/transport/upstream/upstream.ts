import { encodeMessage } from '../../dns/encode.ts';
import { CLASS } from '../../dns/codes.ts';
import { createMessage, type Question } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { TYPE } from '../../dns/types.ts';
import type { WireMessage } from '../../dns/wire-message.ts';
import { endpointText } from '../endpoint.ts';
import type { TimingWheel } from '../timing-wheel.ts';
import { Connection, type OpenLink } from './connection.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { DialTarget } from './dial.ts';
import { ConnectionClosed } from './failure.ts';
import { HealthCheck } from './health-check.ts';
import { HttpsClient, type HttpsMethod } from './https-client.ts';
import type { PoolProtocol, UpstreamCounters } from './metrics.ts';
import { datagramLimits, streamLimits } from './pool-limits.ts';
import { readReply } from './reply-reader.ts';
import { RoundTripTime } from './round-trip-time.ts';
import { openStreamLink, type SessionMemory } from './stream-link.ts';
import { Try } from './try.ts';

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
  readonly wheel: TimingWheel;
  readonly openDatagramLink: (target: DialTarget) => OpenLink;
}

/** A query for an upstream. */
export interface UpstreamQuery {
  /** The message with id 0. */
  readonly octets: Uint8Array;
  readonly question: Question;
  /** Counts for plain DNS only. */
  readonly protocol: 'udp' | 'tcp';
  /** The longest reply by UDP that whoever asked can take, in octets. */
  readonly payloadSize: number;
}

/** Whoever asked. Exactly one of the two is called, possibly before `ask` returns. */
export interface Asker {
  /** The reply. It has the id asked for; `fits`: it is a response to the question, too. */
  answered(reply: WireMessage, upstream: Upstream, fits: boolean): void;
  /** Why there is none, in Go's words. */
  failed(error: Error, upstream: Upstream): void;
}

/** A query that was handed to an upstream. */
export interface Pending {
  /** The reply is not wanted any more: the asker is not called any more. Does nothing once it was. */
  cancel(): void;
}

/** CoreDNS's limits for a probe and for DNS over HTTPS, in milliseconds. */
const PROBE_TIMEOUT = 1000;
const HTTPS_TIMEOUT = 2000;

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
  readonly #roundTrip = new RoundTripTime();
  #suspect = false;
  #probing: Connection | undefined;
  #stopped = false;

  constructor(options: UpstreamOptions, services: UpstreamServices) {
    const { target } = options;
    const memory: SessionMemory = { session: undefined };
    this.label = endpointText(target.address, target.port);
    this.#options = options;
    this.#services = services;
    this.#openDatagram = services.openDatagramLink(target);
    this.#openStream = (events) => openStreamLink(target, memory, events);
    this.#datagrams = new ConnectionPool(this.#openDatagram, datagramLimits(options), services);
    this.#streams = new ConnectionPool(this.#openStream, streamLimits(options), services);
    this.#https = new HttpsClient(target, options.httpsMethod);
    this.#health = new HealthCheck(
      () => this.#probe(),
      options.healthCheck.interval,
      () => services.counters.healthCheckFailed(),
    );
  }

  /** Have more health checks failed than are allowed? */
  get down(): boolean {
    const { maximumFails } = this.#options;
    return maximumFails > 0 && this.#health.failures > maximumFails;
  }

  /** Has it been silent for longer than usual, and not answered since? Others should be asked first. */
  get suspect(): boolean {
    return this.#suspect;
  }

  /** After how many milliseconds of silence another upstream should be asked too. */
  get patience(): number {
    return Math.min(this.#roundTrip.patience, this.#options.readTimeout);
  }

  /** Asks; `asker` is told what came of it. Undefined when that has happened already. `now`: of the monotonic clock. */
  ask(query: UpstreamQuery, asker: Asker, now: number = this.#services.now()): Pending | undefined {
    const { scheme } = this.#options;
    if (this.#stopped) {
      asker.failed(new ConnectionClosed('use of closed network connection'), this);
      return undefined;
    }
    if (scheme === 'https') {
      const controller = new AbortController();
      void this.#askByHttps(query, asker, controller.signal);
      return { cancel: () => controller.abort() };
    }
    const datagram = scheme === 'dns' && query.protocol === 'udp';
    const pool = datagram ? this.#datagrams : this.#streams;
    const { connection, used } = pool.take(now);
    this.#services.counters.tookConnection(this.#protocol(datagram), used);
    const attempt = new Try(this, query, asker, { datagram, used, start: now });
    connection.ask(attempt, now);
    return attempt;
  }

  /** Begins health checks, as is due after an exchange has failed. */
  checkHealth(): void {
    if (this.#options.maximumFails > 0) this.#health.begin();
  }

  /** Notes that an answer is overdue, and finds out whether there is anybody. */
  distrust(): void {
    if (this.#options.maximumFails === 0) return;
    this.#suspect = true;
    this.#health.begin();
  }

  /** Closes all connections at once and ends the health checks; queries that wait fail. */
  stop(): void {
    this.#stopped = true;
    this.#health.stop();
    this.#probing?.close();
    this.#datagrams.close();
    this.#streams.close();
    this.#https.close();
  }

  /** For `Try`: how long one may take. */
  get readTimeout(): number {
    return this.#options.readTimeout;
  }

  /** For `Try`: a reply has come, at `now`. */
  finish(reply: WireMessage, fits: boolean, asker: Asker, start: number, now: number = this.#services.now()): void {
    const elapsed = now - start;
    this.#suspect = false;
    this.#roundTrip.sample(elapsed);
    this.#services.counters.answered(reply.rcode, elapsed / 1000);
    asker.answered(reply, this, fits);
  }

  /** For `Try`: a kept connection may be dead without anybody having noticed, then so may the others. */
  discardIdleStreams(): void {
    this.#streams.discardIdle();
  }

  /** For `Try`: asks once more, on a connection that is no older than this, after a kept one was closed. False when it is too late for that. */
  askAnew(attempt: Try): boolean {
    if (this.#stopped) return false;
    this.#streams.discardIdle();
    const { connection, used } = this.#streams.take();
    this.#services.counters.tookConnection(this.#protocol(false), used);
    connection.ask(attempt);
    return true;
  }

  async #askByHttps(query: UpstreamQuery, asker: Asker, signal: AbortSignal): Promise<void> {
    const start = this.#services.now();
    let reply: WireMessage;
    try {
      reply = readReply(await this.#https.exchange(query.octets, HTTPS_TIMEOUT, signal));
    } catch (error) {
      if (signal.aborted) return;
      asker.failed(error instanceof Error ? error : new Error(String(error)), this);
      return;
    }
    if (!signal.aborted) this.finish(reply, reply.repliesTo(query.question), asker, start);
  }

  #protocol(datagram: boolean): PoolProtocol {
    if (datagram) return 'udp';
    return this.#options.scheme === 'tls' ? 'tcp-tls' : 'tcp';
  }

  /** Whatever has a header is a sign of life, whatever it says. */
  async #probe(): Promise<void> {
    const { scheme, healthCheck } = this.#options;
    const { newId, now, wheel } = this.#services;
    const query = encodeMessage(
      createMessage({
        recursionDesired: healthCheck.recursionDesired,
        questions: [{ name: healthCheck.name, type: TYPE.NS, class: CLASS.IN }],
      }),
      { compress: false },
    );
    if (scheme === 'https') {
      await this.#https.exchange(query, PROBE_TIMEOUT);
    } else {
      const open = scheme === 'dns' && !healthCheck.tcp ? this.#openDatagram : this.#openStream;
      const connection = new Connection(open, newId, now, () => {}, wheel);
      this.#probing = connection;
      try {
        await connection.exchange(query, PROBE_TIMEOUT);
      } finally {
        connection.close();
      }
    }
    this.#suspect = false;
  }
}
