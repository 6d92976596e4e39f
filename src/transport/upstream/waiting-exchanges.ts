import type { Exchange } from './exchange.ts';

/** A connection has rarely more at a time: it is shared by up to 64. A power of two. */
const BUCKETS = 64;

/**
 * The exchanges that wait on a connection, by id and in the order in which they came. The exchanges are the links of its lists themselves. A Map would do, but
 * for what V8 does with one that changes all the time: each time it is full of deleted entries it gets another table, to which the old one keeps a reference.
 * Once one of them is in the old generation of the heap, so is each that follows, with every exchange that ever was in it.
 */
export class WaitingExchanges {
  /** The first exchange of each chain. */
  readonly #buckets: (Exchange | undefined)[] = Array.from({ length: BUCKETS }, () => undefined);
  #size = 0;
  #oldest: Exchange | undefined;
  #newest: Exchange | undefined;

  get size(): number {
    return this.#size;
  }

  get oldest(): Exchange | undefined {
    return this.#oldest;
  }

  find(id: number): Exchange | undefined {
    let exchange = this.#buckets[id & (BUCKETS - 1)];
    while (exchange !== undefined && exchange.id !== id) exchange = exchange.chained;
    return exchange;
  }

  /** Adds one whose id no other has. */
  add(exchange: Exchange): void {
    const bucket = exchange.id & (BUCKETS - 1);
    exchange.chained = this.#buckets[bucket];
    this.#buckets[bucket] = exchange;
    exchange.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = exchange;
    else this.#newest.newer = exchange;
    this.#newest = exchange;
    this.#size++;
  }

  /** Takes out one that is in. */
  delete(exchange: Exchange): void {
    this.#unchain(exchange);
    const { older, newer } = exchange;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    exchange.older = undefined;
    exchange.newer = undefined;
    this.#size--;
  }

  /** Takes out all, the oldest first. */
  takeAll(): Exchange[] {
    const all: Exchange[] = [];
    for (let first = this.#oldest; first !== undefined; first = this.#oldest) {
      this.delete(first);
      all.push(first);
    }
    return all;
  }

  #unchain(exchange: Exchange): void {
    const bucket = exchange.id & (BUCKETS - 1);
    const first = this.#buckets[bucket];
    if (first === exchange) {
      this.#buckets[bucket] = exchange.chained;
    } else {
      let before = first;
      while (before !== undefined && before.chained !== exchange) before = before.chained;
      if (before !== undefined) before.chained = exchange.chained;
    }
    exchange.chained = undefined;
  }
}
