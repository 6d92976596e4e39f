interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** Objects by namespace and name. Nested maps, so that a look-up builds no key. */
export class ObjectTable<T extends Named> {
  readonly #namespaces = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  set(object: T): void {
    let names = this.#namespaces.get(object.namespace);
    if (names === undefined) {
      names = new Map();
      this.#namespaces.set(object.namespace, names);
    }
    if (!names.has(object.name)) this.#size++;
    names.set(object.name, object);
  }

  delete(namespace: string, name: string): void {
    const names = this.#namespaces.get(namespace);
    if (names === undefined || !names.delete(name)) return;
    this.#size--;
    if (names.size === 0) this.#namespaces.delete(namespace);
  }

  *values(): Generator<T> {
    for (const names of this.#namespaces.values()) yield* names.values();
  }
}

/** Orders by namespace, then name, by code unit: the API server's own order within a list. */
export function compareObjects(a: Named, b: Named): number {
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
