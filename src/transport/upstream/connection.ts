import { TimingWheel } from '../timing-wheel.ts';
import { type Exchange, PromisedExchange } from './exchange.ts';
import { ConnectionClosed, ReplyTimeout } from './failure.ts';
import { WaitingExchanges } from './waiting-exchanges.ts';

/** What a link tells the connection above it. */
export interface LinkEvents {
  /** A whole message of at least a header's length. `now`: of the monotonic clock, where the link knows it. */
  readonly received: (message: Buffer, now?: number) => void;
  /** The link is gone. Not called for what `ready` or `close` already say. */
  readonly ended: (error: Error) => void;
}

/** A socket connected to one upstream. */
export interface Link {
  /** Resolves when messages can be sent; rejects when the peer cannot be reached, and when the link is closed before. Undefined: it is ready. */
  readonly ready: Promise<void> | undefined;
  /** Both ends as Go prints them: `udp 127.0.0.1:4711->127.0.0.1:53`. */
  path(): string;
  /** Sends a copy of the message with this id in place of its first two octets. */
  send(message: Uint8Array, id: number): void;
  close(): void;
}

export type OpenLink = (events: LinkEvents) => Link;

/** DNS ids are 16 bits (RFC 1035 §4.1.1). */
const IDS = 65_536;

/** A link with the queries that wait on it. Several may wait at a time, and replies come in any order (RFC 7766 §7). */
export class Connection {
  readonly openedAt: number;
  readonly #link: Link;
  readonly #newId: () => number;
  readonly #now: () => number;
  readonly #onIdle: (connection: Connection) => void;
  readonly #wheel: TimingWheel;
  readonly #waiting = new WaitingExchanges();
  /** For the link to be ready. */
  #unsent: Exchange[] = [];
  #idleSince: number;
  #taken = 0;
  #established = false;
  #retired = false;
  #closed = false;
  #answersInAnyOrder = false;

  /** `newId`: a number from 0 to 65535 that nobody can foresee. `onIdle` hears of it whenever the last waiting query is done, and when the connection has ended. */
  constructor(
    open: OpenLink,
    newId: () => number,
    now: () => number,
    onIdle: (connection: Connection) => void,
    wheel: TimingWheel = new TimingWheel(now),
  ) {
    this.openedAt = now();
    this.#idleSince = this.openedAt;
    this.#newId = newId;
    this.#now = now;
    this.#onIdle = onIdle;
    this.#wheel = wheel;
    this.#link = open({
      received: (message, now) => this.#settle(message, now),
      ended: (error) => this.#end(error),
    });
    if (this.#link.ready === undefined) this.#established = true;
    else this.#link.ready.then(this.#establish, this.#fail);
  }

  /** Queries that wait for this connection. */
  get queries(): number {
    return this.#waiting.size + this.#unsent.length;
  }

  /** Queries that it ever took. */
  get taken(): number {
    return this.#taken;
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

  /** Has the peer answered a query before an older one? Then a slow one does not keep those behind it waiting. */
  get answersInAnyOrder(): boolean {
    return this.#answersInAnyOrder;
  }

  /**
   * Sends the query of `exchange` under an id of its own. It fails when the peer cannot be reached, closes the connection (ConnectionClosed) or stays
   * silent for its time (ReplyTimeout). It may be told so before this returns. `now`: of the monotonic clock, where the caller knows it.
   */
  ask(exchange: Exchange, now?: number): void {
    this.#taken++;
    exchange.connection = this;
    if (this.#closed) exchange.failed(new ConnectionClosed('use of closed network connection'));
    else if (this.#established) this.#send(exchange, now);
    else this.#unsent.push(exchange);
  }

  /** As `ask`, but the reply, whatever it is as long as its id is right, is promised. */
  exchange(query: Uint8Array, timeout: number): Promise<Buffer> {
    const exchange = new PromisedExchange(query, timeout);
    this.ask(exchange);
    return exchange.reply;
  }

  /** Fails a waiting exchange: its time is up. */
  giveUp(exchange: Exchange): void {
    this.#waiting.delete(exchange);
    // A late reply must not meet a later query of the same id.
    this.#retired = true;
    exchange.failed(new ReplyTimeout(`read ${this.#link.path()}: i/o timeout`));
    this.#onDone();
  }

  /** Lets an exchange go that is not waited for any more; it is told nothing. */
  forget(exchange: Exchange): void {
    if (this.#waiting.find(exchange.id) === exchange) {
      this.#waiting.delete(exchange);
      this.#wheel.remove(exchange);
      // As in `giveUp`.
      this.#retired = true;
    } else {
      const at = this.#unsent.indexOf(exchange);
      if (at === -1) return;
      this.#unsent.splice(at, 1);
    }
    this.#onDone();
  }

  /** Gives a waiting exchange another time limit, from now on. */
  postpone(exchange: Exchange, timeout: number): void {
    this.#wheel.add(exchange, timeout);
  }

  /** Takes no more queries and closes when those that wait are done. */
  retire(): void {
    this.#retired = true;
    if (this.queries === 0) this.close();
  }

  /** Closes at once; queries that wait fail. */
  close(): void {
    this.#end(undefined);
  }

  #send(exchange: Exchange, now?: number): void {
    if (this.#waiting.size >= IDS) {
      exchange.failed(new Error('all ids of the connection are in use'));
      return;
    }
    let id = this.#newId();
    while (this.#waiting.find(id) !== undefined) id = (id + 1) % IDS;
    exchange.id = id;
    this.#waiting.add(exchange);
    this.#wheel.add(exchange, exchange.timeout, now);
    this.#link.send(exchange.query, id);
  }

  #settle(message: Buffer, now?: number): void {
    const id = message.readUInt16BE(0);
    const exchange = this.#waiting.find(id);
    if (exchange === undefined || !exchange.accepts(message)) return;
    if (this.#waiting.oldest !== exchange) this.#answersInAnyOrder = true;
    this.#waiting.delete(exchange);
    this.#wheel.remove(exchange);
    exchange.received(message, now);
    this.#onDone();
  }

  #onDone(): void {
    if (this.queries > 0) return;
    this.#idleSince = this.#now();
    if (this.#retired) this.close();
    else this.#onIdle(this);
  }

  readonly #establish = (): void => {
    if (this.#closed) return;
    this.#established = true;
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const exchange of unsent) this.#send(exchange);
  };

  readonly #fail = (error: unknown): void => {
    this.#end(error instanceof Error ? error : new Error(String(error)));
  };

  /** Without `error` it was this side that closed. */
  #end(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#retired = true;
    this.#link.close();
    this.#onIdle(this);
    const failed = [...this.#waiting.takeAll(), ...this.#unsent];
    this.#unsent = [];
    if (failed.length === 0) return;
    const reason = error ?? new ConnectionClosed('use of closed network connection');
    for (const exchange of failed) {
      this.#wheel.remove(exchange);
      exchange.failed(reason);
    }
  }
}
