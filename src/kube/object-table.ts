interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** Objects of one kind by namespace and name. */
export interface Table<T extends Named> {
  readonly size: number;
  get(namespace: string, name: string): T | undefined;
  /** Stands for an object as long as it is stored, and for it alone; undefined when there is none. */
  handle(namespace: string, name: string): unknown;
  /** Is the object stored in this version? */
  holds(namespace: string, name: string, resourceVersion: string): boolean;
  set(object: T): void;
  /** The object that is stored says the same in another version. */
  moveVersion(stored: T, resourceVersion: string): void;
  delete(namespace: string, name: string): void;
  values(): Iterable<T>;
  /** All objects but those with these handles. */
  except(handles: ReadonlySet<unknown>): readonly T[];
}

/** Nested maps, so that a look-up builds no key. */
export class ObjectTable<T extends Named & { resourceVersion: string }> implements Table<T> {
  readonly #namespaces = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(namespace: string, name: string): T | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  handle(namespace: string, name: string): unknown {
    return this.get(namespace, name);
  }

  holds(namespace: string, name: string, resourceVersion: string): boolean {
    return this.get(namespace, name)?.resourceVersion === resourceVersion;
  }

  moveVersion(stored: T, resourceVersion: string): void {
    stored.resourceVersion = resourceVersion;
  }

  except(handles: ReadonlySet<unknown>): readonly T[] {
    return [...this.values()].filter((object) => !handles.has(object));
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
