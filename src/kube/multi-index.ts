import { compareObjects } from './object-table.ts';

interface Named {
  readonly namespace: string;
  readonly name: string;
}

const NONE: readonly never[] = [];

/**
 * Objects by keys that several objects may share: an address, a service name. What a key holds is in the order of
 * namespace and name, so that answers do not depend on the order in which objects came.
 */
export class MultiIndex<T extends Named> {
  // Lists are never written to after they are made: the keys of one object share one list of length 1.
  readonly #lists = new Map<string, readonly T[]>();

  /** The objects under `key`; the list is not to be changed. */
  get(key: string): readonly T[] {
    return this.#lists.get(key) ?? NONE;
  }

  get isEmpty(): boolean {
    return this.#lists.size === 0;
  }

  add(keys: Iterable<string>, object: T): void {
    const alone = [object];
    for (const key of keys) {
      const known = this.#lists.get(key);
      if (known === undefined) this.#lists.set(key, alone);
      else if (!known.includes(object)) this.#lists.set(key, [...known, object].toSorted(compareObjects));
    }
  }

  remove(keys: Iterable<string>, object: T): void {
    for (const key of keys) {
      const rest = this.#lists.get(key)?.filter((other) => other !== object);
      if (rest === undefined) continue;
      if (rest.length === 0) this.#lists.delete(key);
      else this.#lists.set(key, rest);
    }
  }
}
