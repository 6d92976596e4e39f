import { Deadline } from '../timing-wheel.ts';
import type { Connection } from './connection.ts';

/** A query that waits for its reply on a connection. The deadline is how long it may. */
export abstract class Exchange extends Deadline {
  /** The connection's own: where it waits, or last did, and under which id. */
  connection: Connection | undefined;
  id = 0;
  /** WaitingExchanges' own. */
  older: Exchange | undefined;
  newer: Exchange | undefined;
  chained: Exchange | undefined;
  /** Milliseconds that it may wait once it has been sent. */
  abstract readonly timeout: number;
  /** The message; its first two octets do not count. */
  abstract readonly query: Uint8Array;

  /** Is a message of its id the reply that is waited for? Otherwise the exchange goes on. */
  abstract accepts(octets: Buffer): boolean;

  /** Takes the reply. `now`: of the monotonic clock, where it is known. */
  abstract received(octets: Buffer, now?: number): void;

  /** There is no reply and will be none. */
  abstract failed(error: Error): void;

  /** Takes nothing any more; does nothing if it does not wait. */
  cancel(): void {
    this.connection?.forget(this);
  }

  expire(): void {
    this.connection?.giveUp(this);
  }
}

/** An exchange as a promise. */
export class PromisedExchange extends Exchange {
  readonly query: Uint8Array;
  readonly timeout: number;
  readonly reply: Promise<Buffer>;
  readonly #resolve: (reply: Buffer) => void;
  readonly #reject: (error: Error) => void;

  constructor(query: Uint8Array, timeout: number) {
    super();
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    this.query = query;
    this.timeout = timeout;
    this.reply = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  accepts(): boolean {
    return true;
  }

  received(octets: Buffer): void {
    this.#resolve(octets);
  }

  failed(error: Error): void {
    this.#reject(error);
  }
}
