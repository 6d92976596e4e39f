import { AgeList } from '../age-list.ts';
import { Chains } from '../chains.ts';
import type { Exchange } from './exchange.ts';

/** A connection has rarely more at a time: it is shared by up to 64. A power of two. */
const CHAINS = 64;

/** The exchanges that wait on a connection, by id and in the order in which they came. */
export class WaitingExchanges {
  readonly #byId = new Chains<Exchange>(CHAINS);
  readonly #byAge = new AgeList<Exchange>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get oldest(): Exchange | undefined {
    return this.#byAge.oldest;
  }

  find(id: number): Exchange | undefined {
    let exchange = this.#byId.first(id);
    while (exchange !== undefined && exchange.id !== id) exchange = exchange.chained;
    return exchange;
  }

  /** Adds one whose id no other has. */
  add(exchange: Exchange): void {
    this.#byId.add(exchange.id, exchange);
    this.#byAge.add(exchange);
    this.#size++;
  }

  /** Takes out one that is in. */
  delete(exchange: Exchange): void {
    this.#byId.delete(exchange.id, exchange);
    this.#byAge.delete(exchange);
    this.#size--;
  }

  /** Takes out all, the oldest first. */
  takeAll(): Exchange[] {
    const all: Exchange[] = [];
    for (let first = this.oldest; first !== undefined; first = this.oldest) {
      this.delete(first);
      all.push(first);
    }
    return all;
  }
}
