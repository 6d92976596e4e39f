/**
 * Keeps one copy of values that many objects repeat: namespaces, port lists, zones, label sets.
 * A cluster of 10,000 services has a few thousand distinct ones.
 */
export class Interner<T> {
  readonly #values = new Map<string, T>();

  /** The value that was first handed in with this key. */
  share(key: string, value: T): T {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    if (this.#values.size >= MAXIMUM_ENTRIES) this.#values.clear();
    this.#values.set(key, value);
    return value;
  }
}

// Values of objects that are long gone must not pile up: at about 100 bytes an entry this bounds them to 1.6 MB.
// Forgetting costs nothing but sharing: objects that come later share among themselves.
const MAXIMUM_ENTRIES = 16_384;
