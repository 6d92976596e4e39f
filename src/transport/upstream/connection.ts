import { ConnectionClosed, ReplyTimeout } from './failure.ts';
import { InFlight } from './in-flight.ts';

/** What a link tells the connection above it. */
export interface LinkEvents {
  /** A whole message of at least a header's length. */
  readonly received: (message: Buffer) => void;
  /** The link is gone. Not called for what `ready` or `close` already say. */
  readonly ended: (error: Error) => void;
}

/** A socket connected to one upstream. */
export interface Link {
  /** Resolves when messages can be sent; rejects when the peer cannot be reached, and when the link is closed before. */
  readonly ready: Promise<void>;
  /** Both ends as Go prints them: `udp 127.0.0.1:4711->127.0.0.1:53`. */
  path(): string;
  send(message: Buffer): void;
  close(): void;
}

export type OpenLink = (events: LinkEvents) => Link;

/** A link with the queries that wait on it. Several may wait at a time, and replies come in any order (RFC 7766 §7). */
export class Connection {
  readonly openedAt: number;
  readonly #link: Link;
  readonly #inFlight: InFlight;
  readonly #now: () => number;
  readonly #onIdle: (connection: Connection) => void;
  #idleSince: number;
  #queries = 0;
  #established = false;
  #retired = false;
  #closed = false;

  /** `onIdle` hears of it whenever the last waiting query is done, and when the connection has ended. */
  constructor(open: OpenLink, newId: () => number, now: () => number, onIdle: (connection: Connection) => void) {
    this.openedAt = now();
    this.#idleSince = this.openedAt;
    this.#now = now;
    this.#onIdle = onIdle;
    this.#inFlight = new InFlight(newId);
    this.#link = open({
      received: (message) => this.#inFlight.settle(message),
      ended: (error) => this.#end(error),
    });
    void this.#establish();
  }

  /** Queries that wait for this connection. */
  get queries(): number {
    return this.#queries;
  }

  /** Since when no query waits; meaningless while one does. */
  get idleSince(): number {
    return this.#idleSince;
  }

  /** Has the peer accepted it? */
  get established(): boolean {
    return this.#established;
  }

  /** Takes no more queries. */
  get retired(): boolean {
    return this.#retired;
  }

  /**
   * The reply to `query`, whose first two octets are replaced by an id of the connection's own. Rejects when the peer cannot be reached,
   * closes the connection (ConnectionClosed) or stays silent for `timeout` milliseconds (ReplyTimeout).
   */
  async exchange(query: Uint8Array, timeout: number): Promise<Buffer> {
    this.#queries++;
    try {
      if (!this.#established) await this.#link.ready;
      if (this.#closed) throw new ConnectionClosed('use of closed network connection');
      return await this.#inFlight.ask(
        query,
        timeout,
        () => `read ${this.#link.path()}: i/o timeout`,
        (message) => this.#link.send(message),
      );
    } catch (error) {
      // A late reply must not meet a later query of the same id.
      if (error instanceof ReplyTimeout) this.retire();
      throw error;
    } finally {
      this.#queries--;
      if (this.#queries === 0) this.#becomeIdle();
    }
  }

  /** Takes no more queries and closes when those that wait are done. */
  retire(): void {
    this.#retired = true;
    if (this.#queries === 0) this.close();
  }

  /** Closes at once; queries that wait are rejected. */
  close(): void {
    this.#end(new ConnectionClosed('use of closed network connection'));
  }

  async #establish(): Promise<void> {
    try {
      await this.#link.ready;
      this.#established = true;
    } catch {
      this.close();
    }
  }

  #becomeIdle(): void {
    this.#idleSince = this.#now();
    if (this.#retired) this.close();
    else this.#onIdle(this);
  }

  #end(error: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#retired = true;
    this.#link.close();
    this.#inFlight.failAll(error);
    this.#onIdle(this);
  }
}
