/** A map with room for so many entries: when it is full, the one that was put in first makes room. */
export class LimitedMap<V> {
  readonly #entries = new Map<string, V>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): V | undefined {
    return this.#entries.get(key);
  }

  /** True if another entry had to go. */
  set(key: string, value: V): boolean {
    // Put in anew, so that what is refreshed stays longer than what nobody asks for.
    if (!this.#entries.delete(key) && this.#entries.size >= this.#capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
      this.#entries.set(key, value);
      return true;
    }
    this.#entries.set(key, value);
    return false;
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }
}
