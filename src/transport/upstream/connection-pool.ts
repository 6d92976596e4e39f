import { Connection, type OpenLink } from './connection.ts';

export interface PoolLimits {
  /** Connections that nothing has waited on for longer are closed. Milliseconds. */
  readonly expire: number;
  /** Connections older than this take no more queries; Infinity for no limit. Milliseconds. */
  readonly maximumAge: number;
  /** Idle connections that are kept at most; Infinity for no limit. */
  readonly maximumIdle: number;
  /** Queries that may wait on one connection while another can still be opened. */
  readonly share: number;
  /** Connections that are opened at most; beyond, queries share them. */
  readonly maximumConnections: number;
}

/** How often idle connections are looked through, in milliseconds, as CoreDNS does. */
const SWEEP_INTERVAL = 10_000;

/** The connections to one upstream by one protocol, those in use and those kept for the next query. */
export class ConnectionPool {
  readonly #open: OpenLink;
  readonly #limits: PoolLimits;
  readonly #newId: () => number;
  readonly #now: () => number;
  /** In the order in which they were opened; replaced, never changed, when one leaves. Retired ones stay until they are done. */
  #connections: readonly Connection[] = [];
  #sweeper: NodeJS.Timeout | undefined;

  constructor(open: OpenLink, limits: PoolLimits, newId: () => number, now: () => number) {
    this.#open = open;
    this.#limits = limits;
    this.#newId = newId;
    this.#now = now;
  }

  /** Open connections, used or idle. */
  get size(): number {
    return this.#connections.length;
  }

  /** The oldest connection with room for a query, or a new one; `used` tells which. */
  take(): { readonly connection: Connection; readonly used: boolean } {
    this.#discardOld();
    let least: Connection | undefined;
    let open = 0;
    for (const connection of this.#connections) {
      if (connection.retired) continue;
      if (connection.queries < this.#limits.share) return { connection, used: true };
      if (least === undefined || connection.queries < least.queries) least = connection;
      open++;
    }
    if (least === undefined || open < this.#limits.maximumConnections) {
      return { connection: this.openNew(), used: false };
    }
    return { connection: least, used: true };
  }

  /** A connection that nobody has used. */
  openNew(): Connection {
    const connection = new Connection(this.#open, this.#newId, this.#now, (idle) => this.#onIdle(idle));
    this.#connections = [...this.#connections, connection];
    this.#sweeper ??= setInterval(() => this.#discardOld(), SWEEP_INTERVAL);
    return connection;
  }

  /** Closes the idle ones: when one of them turns out to be dead, the others of its age are suspect too. */
  discardIdle(): void {
    for (const connection of this.#connections) if (connection.queries === 0) connection.close();
  }

  /** Closes all at once; what waits is rejected. */
  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #onIdle(connection: Connection): void {
    if (connection.retired) {
      this.#forget(connection);
      return;
    }
    if (this.#limits.maximumIdle === Infinity) return;
    const idle = this.#connections.filter((other) => other.queries === 0).length;
    if (idle > this.#limits.maximumIdle) connection.close();
  }

  #forget(connection: Connection): void {
    this.#connections = this.#connections.filter((other) => other !== connection);
    if (this.#connections.length > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  #discardOld(): void {
    const now = this.#now();
    for (const connection of this.#connections) {
      const idle = connection.queries === 0 && now - connection.idleSince > this.#limits.expire;
      if (idle || now - connection.openedAt > this.#limits.maximumAge) connection.retire();
    }
  }
}
