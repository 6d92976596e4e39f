import type { AddressKey } from './address.ts';
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
  // Nearly every key has one object, which then stands for itself. Lists are never written to after they are made.
  readonly #entries = new Map<AddressKey, T | readonly T[]>();

  /** The objects under `key`; the list is not to be changed. */
  get(key: AddressKey): readonly T[] {
    const entry = this.#entries.get(key);
    return entry === undefined ? NONE : isList(entry) ? entry : [entry];
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  add(keys: Iterable<AddressKey>, object: T): void {
    for (const key of keys) {
      const known = this.#entries.get(key);
      if (known === undefined) {
        this.#entries.set(key, object);
        continue;
      }
      const list = isList(known) ? known : [known];
      if (!list.includes(object)) this.#entries.set(key, [...list, object].toSorted(compareObjects));
    }
  }

  remove(keys: Iterable<AddressKey>, object: T): void {
    for (const key of keys) {
      const [first, ...more] = this.get(key).filter((other) => other !== object);
      if (first === undefined) this.#entries.delete(key);
      else this.#entries.set(key, more.length === 0 ? first : [first, ...more]);
    }
  }
}

function isList<T extends Named>(entry: T | readonly T[]): entry is readonly T[] {
  return Array.isArray(entry);
}
