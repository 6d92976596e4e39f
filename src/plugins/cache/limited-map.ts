/** A map with room for so many entries, and for so many octets of them: when it is full, those that were put in first make room. */
export class LimitedMap<V> {
  readonly #entries = new Map<string, V>();
  readonly #capacity: number;
  readonly #maximumOctets: number;
  readonly #sizeOf: (value: V) => number;
  #octets = 0;
  #oldest: MapIterator<string>;

  constructor(capacity: number, maximumOctets: number, sizeOf: (value: V) => number) {
    this.#capacity = capacity;
    this.#maximumOctets = maximumOctets;
    this.#sizeOf = sizeOf;
    this.#oldest = this.#entries.keys();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Octets of all entries. */
  get octets(): number {
    return this.#octets;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  /** How many other entries had to go. An entry that has no room alone is not put in. */
  set(key: string, value: V): number {
    // Put in anew, so that what is refreshed stays longer than what nobody asks for.
    this.delete(key);
    const octets = this.#sizeOf(value);
    if (octets > this.#maximumOctets) return 0;
    let gone = 0;
    if (this.#entries.size >= this.#capacity || this.#octets + octets > this.#maximumOctets) {
      while (this.#entries.size >= this.#capacity || this.#octets + octets > this.#maximumOctets) {
        this.delete(this.#oldestKey());
        gone++;
      }
    }
    this.#entries.set(key, value);
    this.#octets += octets;
    return gone;
  }

  /**
   * The key that was put in first. The iterator goes on where it was: a new one would pass all that have been deleted before it, in each call anew.
   */
  #oldestKey(): string {
    let next = this.#oldest.next();
    if (next.done === true) {
      this.#oldest = this.#entries.keys();
      next = this.#oldest.next();
    }
    return next.value ?? '';
  }

  delete(key: string): boolean {
    const value = this.#entries.get(key);
    if (value === undefined) return false;
    this.#octets -= this.#sizeOf(value);
    return this.#entries.delete(key);
  }
}
