import { ReplyTimeout } from './failure.ts';

/** DNS ids are 16 bits (RFC 1035 §4.1.1). */
const IDS = 65_536;

interface Waiting {
  readonly resolve: (reply: Buffer) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** The queries that one connection has not had answers to, by id. */
export class InFlight {
  readonly #waiting = new Map<number, Waiting>();
  readonly #newId: () => number;

  /** `newId`: a number from 0 to 65535 that nobody can foresee. */
  constructor(newId: () => number) {
    this.#newId = newId;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Sends `query`, a copy with an id of its own, by `send`; resolves with the reply of that id. Rejects after `timeout` ms with a ReplyTimeout. */
  ask(query: Uint8Array, timeout: number, timeoutText: () => string, send: (octets: Buffer) => void): Promise<Buffer> {
    if (this.#waiting.size >= IDS) return Promise.reject(new Error('all ids of the connection are in use'));
    let id = this.#newId();
    while (this.#waiting.has(id)) id = (id + 1) % IDS;
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      reject(new ReplyTimeout(timeoutText()));
    }, timeout);
    this.#waiting.set(id, { resolve, reject, timer });
    const octets = Buffer.from(query);
    octets.writeUInt16BE(id, 0);
    send(octets);
    return promise;
  }

  /** Hands a reply to whoever waits for its id; false if nobody does. */
  settle(reply: Buffer): boolean {
    const id = reply.readUInt16BE(0);
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return false;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.resolve(reply);
    return true;
  }

  failAll(error: Error): void {
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(error);
    }
    this.#waiting.clear();
  }
}
