import type { TimingWheel } from '../timing-wheel.ts';
import { Connection, type OpenLink } from './connection.ts';

export interface PoolLimits {
  /** Connections that nothing has waited on for longer are closed. Milliseconds. */
  readonly expire: number;
  /** Connections older than this take no more queries; Infinity for no limit. Milliseconds. */
  readonly maximumAge: number;
  /** Connections that have taken so many queries take no more; Infinity for no limit. */
  readonly maximumQueries: number;
  /** Idle connections that are kept at most; Infinity for no limit. */
  readonly maximumIdle: number;
  /** So many connections are opened before any is shared. */
  readonly unshared: number;
  /** Queries that may then wait on one connection while another can still be opened. */
  readonly share: number;
  /** The same once one has answered in another order than it was asked. */
  readonly shareInAnyOrder: number;
  /** Connections that are opened at most; beyond, queries share them. */
  readonly maximumConnections: number;
  /**
   * Which of the connections a query gets: one that nobody can foresee, for some queries in a row, so that they leave together; or the one with the fewest
   * queries.
   */
  readonly choice: 'random' | 'idlest';
}

/** What the connections of a pool are made with. */
export interface PoolServices {
  /** A number from 0 to 65535 that nobody can foresee. */
  readonly newId: () => number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly wheel: TimingWheel;
}

/** A connection for a query, and whether it was open before. */
export interface Taken {
  readonly connection: Connection;
  readonly used: boolean;
}

/** Queries for which the random choice stands at most. */
const QUERIES_IN_A_ROW = 32;

/** How often idle connections are looked through, in milliseconds, as CoreDNS does. */
const SWEEP_INTERVAL = 10_000;

/** The connections to one upstream by one protocol, those in use and those kept for the next query. */
export class ConnectionPool {
  readonly #open: OpenLink;
  readonly #limits: PoolLimits;
  readonly #services: PoolServices;
  /** Those that take queries, in the order in which they were opened. */
  #active: Connection[] = [];
  /** Those that only wait for their last replies. */
  readonly #retired = new Set<Connection>();
  #sweeper: NodeJS.Timeout | undefined;
  #anyOrder = false;
  /** The random choice, and for how many queries more it stands. */
  #chosen: Connection | undefined;
  #left = 0;

  constructor(open: OpenLink, limits: PoolLimits, services: PoolServices) {
    this.#open = open;
    this.#limits = limits;
    this.#services = services;
  }

  /** Open connections, used or idle. */
  get size(): number {
    return this.#active.length + this.#retired.size;
  }

  /** A connection with room for a query. `now`: milliseconds of the monotonic clock. */
  take(now: number = this.#services.now()): Taken {
    for (;;) {
      const connection = this.#limits.choice === 'random' ? this.#random() : this.#idlest();
      if (connection === undefined) return { connection: this.openNew(), used: false };
      if (this.#isDone(connection, now)) {
        this.#retire(connection);
        this.#left = 0;
        continue;
      }
      this.#anyOrder ||= connection.answersInAnyOrder;
      if (connection.queries >= this.#share()) {
        this.#left = 0;
        return { connection: this.openNew(), used: false };
      }
      return { connection, used: true };
    }
  }

  /** Queries that one connection may have when another comes. */
  #share(): number {
    const { unshared, share, shareInAnyOrder, maximumConnections } = this.#limits;
    if (this.#active.length >= maximumConnections) return Infinity;
    if (this.#anyOrder) return shareInAnyOrder;
    return this.#active.length < unshared ? 1 : share;
  }

  /** A connection that nobody has used. */
  openNew(): Connection {
    const { newId, now, wheel } = this.#services;
    const connection = new Connection(this.#open, newId, now, (idle) => this.#onIdle(idle), wheel);
    this.#active.push(connection);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_INTERVAL);
    return connection;
  }

  /** Closes the idle ones: when one of them turns out to be dead, the others of its age are suspect too. */
  discardIdle(): void {
    for (const connection of this.#active) if (connection.queries === 0) connection.close();
  }

  /** Closes all at once; what waits fails. */
  close(): void {
    for (const connection of [...this.#active, ...this.#retired]) connection.close();
  }

  #random(): Connection | undefined {
    if (this.#left-- > 0 && this.#chosen?.retired === false) return this.#chosen;
    const { newId } = this.#services;
    const { length } = this.#active;
    this.#left = newId() % QUERIES_IN_A_ROW;
    this.#chosen = length < 2 ? this.#active[0] : this.#active[newId() % length];
    return this.#chosen;
  }

  /** The oldest of those with the fewest queries, so that the others can end. */
  #idlest(): Connection | undefined {
    let best: Connection | undefined;
    for (const connection of this.#active) {
      if (connection.queries === 0) return connection;
      if (best === undefined || connection.queries < best.queries) best = connection;
    }
    return best;
  }

  #isDone(connection: Connection, now: number): boolean {
    const { expire, maximumAge, maximumQueries } = this.#limits;
    return (
      connection.retired ||
      connection.taken >= maximumQueries ||
      now - connection.openedAt > maximumAge ||
      (connection.queries === 0 && now - connection.idleSince > expire)
    );
  }

  #retire(connection: Connection): void {
    this.#active = this.#active.filter((other) => other !== connection);
    this.#retired.add(connection);
    connection.retire();
  }

  #onIdle(connection: Connection): void {
    if (connection.retired) {
      this.#forget(connection);
      return;
    }
    if (this.#limits.maximumIdle === Infinity) return;
    const idle = this.#active.filter((other) => other.queries === 0).length;
    if (idle > this.#limits.maximumIdle) connection.close();
  }

  #forget(connection: Connection): void {
    if (!this.#retired.delete(connection)) this.#active = this.#active.filter((other) => other !== connection);
    if (this.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #sweep(): void {
    const now = this.#services.now();
    for (const connection of this.#active) if (this.#isDone(connection, now)) this.#retire(connection);
  }
}
