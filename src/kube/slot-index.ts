/**
 * Finds rows of a table by hash: chains of slots, in five octets for each slot of the table. Slots count from 1; 0 ends
 * a chain. Hashes are not kept: whoever looks compares the row itself.
 */
export class SlotIndex {
  #first = new Uint32Array(1);
  #next = new Uint32Array(1);

  /** Empties the index and makes room for slots up to `capacity`. */
  reset(capacity: number): void {
    // Four rows a chain on average: looking at some more costs less than the memory of shorter chains.
    this.#first = new Uint32Array(Math.ceil(capacity / 4) || 1);
    this.#next = new Uint32Array(capacity + 1);
  }

  /** The first slot that may have this hash, an unsigned integer. */
  first(hash: number): number {
    return this.#first[hash % this.#first.length] ?? 0;
  }

  /** The slot behind it in its chain. */
  next(slot: number): number {
    return this.#next[slot] ?? 0;
  }

  add(hash: number, slot: number): void {
    const chain = hash % this.#first.length;
    this.#next[slot] = this.#first[chain] ?? 0;
    this.#first[chain] = slot;
  }

  /** The slot has to be there under this hash. */
  remove(hash: number, slot: number): void {
    const chain = hash % this.#first.length;
    let before = this.#first[chain] ?? 0;
    if (before === slot) {
      this.#first[chain] = this.next(slot);
      return;
    }
    while (this.next(before) !== slot) before = this.next(before);
    this.#next[before] = this.next(slot);
  }
}
