import type { DecodedObject } from './decoded-object.ts';
import type { Resource, ResourceKind } from './resources.ts';
import type { ClusterStore } from './store.ts';

/**
 * Compares a list with the store while a watch goes on, and repairs what the watch has missed. Nothing is believed of
 * an object that the watch has said something about meanwhile. Of the others, what differs may still be on its way: it
 * is repaired only when the watch has come as far as the list and has kept silent about it.
 */
export class Verification {
  readonly #store: ClusterStore;
  readonly #kind: ResourceKind;
  /** Where the watch stood when the list was asked for. */
  readonly #from: string;
  readonly #touched = new Set<string>();
  /** Handles. */
  readonly #listed = new Set<unknown>();
  /** What the list has instead; undefined: nothing. */
  readonly #suspects = new Map<
    string,
    { readonly namespace: string; readonly name: string; readonly object?: Resource }
  >();
  #listVersion: string | undefined;

  constructor(store: ClusterStore, kind: ResourceKind, from: string) {
    this.#store = store;
    this.#kind = kind;
    this.#from = from;
  }

  /** The watch has said something about an object. */
  touch(namespace: string, name: string): void {
    this.#touched.add(`${namespace}/${name}`);
  }

  /** The list has an object. */
  compare(item: DecodedObject): void {
    const { namespace, name, object } = item;
    const stored = this.#store.handle(this.#kind, namespace, name);
    if (stored !== undefined) this.#listed.add(stored);
    if (object === undefined || (object.kind === 'Pod' && object.terminating)) return;
    this.#suspects.set(`${namespace}/${name}`, { namespace, name, object });
  }

  /** The list is complete. */
  endList(version: string): void {
    this.#listVersion = version;
    for (const { namespace, name } of this.#store.objectsExcept(this.#kind, this.#listed)) {
      this.#suspects.set(`${namespace}/${name}`, { namespace, name });
    }
    this.#listed.clear();
  }

  /** Repairs once the watch has come far enough, and returns how many objects differed; undefined: not yet. */
  settle(watchVersion: string): number | undefined {
    if (this.#listVersion === undefined) return undefined;
    // An older state than the store's: it says nothing about the store.
    if (!isAtLeast(this.#listVersion, this.#from)) return 0;
    if (this.#suspects.size > 0 && !isAtLeast(watchVersion, this.#listVersion)) return undefined;
    let repairs = 0;
    for (const [key, { namespace, name, object }] of this.#suspects) {
      if (this.#touched.has(key)) continue;
      if (object === undefined) this.#store.remove(this.#kind, namespace, name);
      else this.#store.upsert(object);
      repairs++;
    }
    return repairs;
  }
}

/** Versions are numbers without leading zeros, for clients to compare since Kubernetes 1.35, and longer than 2^53 in time. */
function isAtLeast(version: string, other: string): boolean {
  if (version === other) return true;
  if (!/^\d+$/.test(version) || !/^\d+$/.test(other)) return false;
  return version.length === other.length ? version > other : version.length > other.length;
}
