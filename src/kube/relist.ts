import type { Resource, ResourceKind } from './resources.ts';
import type { ClusterStore } from './store.ts';

/** A whole list of one kind on its way into the store. Without `finish` nothing is removed. */
export class Relist {
  readonly #store: ClusterStore;
  readonly #kind: ResourceKind;
  readonly #onFinish: () => void;
  /** Handles of the stored objects that the list has: no second copy. */
  readonly #seen = new Set<unknown>();

  constructor(store: ClusterStore, kind: ResourceKind, onFinish: () => void) {
    this.#store = store;
    this.#kind = kind;
    this.#onFinish = onFinish;
  }

  /** As `upsert`; an object that did not change stays the very same. */
  add(object: Resource): void {
    this.#store.upsert(object);
    this.keep(object.namespace, object.name);
  }

  /** The object is in the list but there is nothing to take over: what the store has of it stays. */
  keep(namespace: string, name: string): void {
    const stored = this.#store.handle(this.#kind, namespace, name);
    if (stored !== undefined) this.#seen.add(stored);
  }

  /** Removes what was neither added nor kept, and marks the kind as synced. */
  finish(): void {
    const gone = this.#store.objectsExcept(this.#kind, this.#seen);
    for (const object of gone) this.#store.remove(this.#kind, object.namespace, object.name);
    this.#onFinish();
  }
}
