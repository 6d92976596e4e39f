/** What Chains links; it is theirs. */
export interface Chained<T> {
  chained: T | undefined;
}

/**
 * Items by a whole number, which several may share: those whose numbers end in the same bits are in one chain. They are the links themselves, so that to come and
 * to go makes nothing. A Map would do, but for what V8 does with one that changes all the time: each time it is full of deleted entries it gets another table, to
 * which the old one keeps a reference. Once one of them is in the old generation of the heap, so is each that follows, with every item that ever was in it.
 */
export class Chains<T extends Chained<T>> {
  readonly #first: (T | undefined)[];
  readonly #mask: number;

  /** `count`: of chains, a power of two. */
  constructor(count: number) {
    this.#first = Array.from({ length: count }, () => undefined);
    this.#mask = count - 1;
  }

  /** The first item that may have the number; the others are `chained` to it. */
  first(number: number): T | undefined {
    return this.#first[number & this.#mask];
  }

  /** Adds an item that is in no chain. */
  add(number: number, item: T): void {
    const place = number & this.#mask;
    item.chained = this.#first[place];
    this.#first[place] = item;
  }

  /** Takes out an item that is in, under the same number. */
  delete(number: number, item: T): void {
    const place = number & this.#mask;
    const first = this.#first[place];
    if (first === item) {
      this.#first[place] = item.chained;
    } else {
      let before = first;
      while (before !== undefined && before.chained !== item) before = before.chained;
      if (before !== undefined) before.chained = item.chained;
    }
    item.chained = undefined;
  }
}
