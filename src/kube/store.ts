import { toAddressKey } from './address.ts';
import { sameContent } from './content.ts';
import { ObjectTable, type Table } from './object-table.ts';
import { PodTable } from './pod-table.ts';
import { Relist } from './relist.ts';
import type {
  EndpointSlice,
  Namespace,
  Pod,
  Resource,
  ResourceKind,
  ResourceOfKind,
  Service,
  ServiceImport,
} from './resources.ts';
import { StoreIndexes } from './store-indexes.ts';
import { type Serials, serialsMoved, StoreChange } from './store-change.ts';

/*
 * How to read the store
 *
 *   const store = new ClusterStore({ kinds: ['Service', 'EndpointSlice', 'Namespace'], now: Date.now });
 *
 *   store.service('shop', 'web')              one Service by namespace and name, both in lower case
 *   store.endpointSlices('shop', 'web')       its slices in the order of their names; endpoints are the ready ones
 *   store.servicesByAddress('10.96.0.20')     reverse look-ups; keys are Address.key texts: formatAddress(octets)
 *   store.endpointSlicesByAddress('10.244.1.3')
 *   store.podsByAddress(…), store.podByAddress(…, 'shop')
 *   store.hasNamespace('shop')                a namespace that is not here is not exposed
 *   store.serial.internal                     Unix seconds of the last change, 0 before the first
 *   store.hasSynced                           every kind has had its first list; never turns false again
 *   store.onChange((change) => …)             returns the function that stops it
 *
 * `address.octets` (Uint8Array of 4 or 16, made once) goes into A and AAAA records, `address.family` is 4, 6 or 0.
 * Duplicates are kept, as the API has them: whoever answers removes them.
 *
 * How to fill it: `upsert`, `remove`, or a whole list through `beginRelist(kind)`, then `add`… and `finish`.
 * Objects come from decode.ts; tests find `fillStore` in testing/fill-store.ts, which takes manifests.
 */

export interface ClusterStoreOptions {
  /** What is going to be watched: `hasSynced` waits for these. */
  readonly kinds: readonly ResourceKind[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type Tables = { readonly [K in ResourceKind]: Table<ResourceOfKind[K]> } & { readonly Pod: PodTable };

/** What the API said about the cluster, indexed by what queries ask for. */
export class ClusterStore {
  readonly #now: () => number;
  readonly #waiting: Set<ResourceKind>;
  readonly #synced = new Set<ResourceKind>();
  readonly #tables: Tables = {
    Service: new ObjectTable(),
    EndpointSlice: new ObjectTable(),
    ImportedSlice: new ObjectTable(),
    Pod: new PodTable(),
    Namespace: new ObjectTable(),
    ServiceImport: new ObjectTable(),
  };
  readonly #indexes = new StoreIndexes();
  readonly #changeListeners = new Set<(change: StoreChange) => void>();
  readonly #syncListeners = new Set<(kind: ResourceKind) => void>();
  #serial: Serials = { internal: 0, external: 0, multicluster: 0 };

  constructor(options: ClusterStoreOptions) {
    this.#now = options.now;
    this.#waiting = new Set(options.kinds);
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#tables.Service.get(namespace, name);
  }

  services(): Iterable<Service> {
    return this.#tables.Service.values();
  }

  /** Services with this cluster address; more than one only while the API itself is in conflict. */
  servicesByAddress(address: string): readonly Service[] {
    return this.#indexes.servicesByAddress.get(toAddressKey(address));
  }

  /** The slices of a service in the order of their names. The service itself need not exist. */
  endpointSlices(namespace: string, service: string): readonly EndpointSlice[] {
    return this.#indexes.slices.get(namespace, service);
  }

  /** Slices in which the address is a ready endpoint, in the order of namespace and name. */
  endpointSlicesByAddress(address: string): readonly EndpointSlice[] {
    return this.#indexes.slicesByAddress.get(toAddressKey(address));
  }

  serviceImport(namespace: string, name: string): ServiceImport | undefined {
    return this.#tables.ServiceImport.get(namespace, name);
  }

  serviceImports(): Iterable<ServiceImport> {
    return this.#tables.ServiceImport.values();
  }

  /** The slices of an imported service in the order of their names. */
  importedSlices(namespace: string, service: string): readonly EndpointSlice[] {
    return this.#indexes.importedSlices.get(namespace, service);
  }

  hasNamespace(name: string): boolean {
    return this.#tables.Namespace.get('', name) !== undefined;
  }

  namespaces(): Iterable<Namespace> {
    return this.#tables.Namespace.values();
  }

  /** Pods with this address; several when they share their node's network. */
  podsByAddress(address: string): readonly Pod[] {
    return this.#tables.Pod.byAddress(toAddressKey(address));
  }

  podByAddress(address: string, namespace: string): Pod | undefined {
    return this.podsByAddress(address).find((pod) => pod.namespace === namespace);
  }

  /** Any object by kind, namespace (empty for a Namespace) and name. */
  find(kind: ResourceKind, namespace: string, name: string): Resource | undefined {
    return this.#tables[kind].get(namespace, name);
  }

  /** Is an object stored in this version? */
  holds(kind: ResourceKind, namespace: string, name: string, resourceVersion: string): boolean {
    return this.#tables[kind].holds(namespace, name, resourceVersion);
  }

  /** Stands for an object as long as it is stored, and for it alone; undefined when there is none. */
  handle(kind: ResourceKind, namespace: string, name: string): unknown {
    return this.#tables[kind].handle(namespace, name);
  }

  /** All objects of a kind but those with these handles. */
  objectsExcept(kind: ResourceKind, handles: ReadonlySet<unknown>): readonly Resource[] {
    return this.#tables[kind].except(handles);
  }

  get serial(): Serials {
    return this.#serial;
  }

  get hasSynced(): boolean {
    return this.#waiting.size === 0;
  }

  /** True once the kind's first list is in the store; false for ever for a kind that is not watched. */
  isSynced(kind: ResourceKind): boolean {
    return this.#synced.has(kind);
  }

  /** How many objects of a kind there are. */
  count(kind: ResourceKind): number {
    return this.#tables[kind].size;
  }

  /** Calls `listener` after each change, at once. The result stops that. */
  onChange(listener: (change: StoreChange) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** Calls `listener` when a kind's first list is complete. The result stops that. */
  onSynced(listener: (kind: ResourceKind) => void): () => void {
    this.#syncListeners.add(listener);
    return () => this.#syncListeners.delete(listener);
  }

  /**
   * Adds or replaces an object. Nothing happens when the stored one has the same resourceVersion; nobody is told when
   * only fields differ that no answer uses. A pod that is being deleted is ignored: what is stored of it stays until
   * it is removed. What is stored of another pod that had its name is removed.
   */
  upsert(object: Resource): void {
    const table: Table<Resource> = this.#tables[object.kind];
    const before = table.get(object.namespace, object.name);
    if (object.kind === 'Pod' && object.terminating) {
      const isOther = before?.kind === 'Pod' && before.uid !== object.uid;
      if (isOther) this.remove('Pod', object.namespace, object.name);
      return;
    }
    if (before !== undefined && before.resourceVersion === object.resourceVersion) return;
    if (before !== undefined && sameContent(before, object)) {
      // Most new versions are about fields that DNS has no use for: what is stored, and indexed, can stay.
      table.moveVersion(before, object.resourceVersion);
      return;
    }
    if (before !== undefined) this.#indexes.remove(before);
    table.set(object);
    this.#indexes.add(object);
    this.#tell(before, object);
  }

  /** Removes an object; nothing happens when it is not there. */
  remove(kind: ResourceKind, namespace: string, name: string): void {
    const table: Table<Resource> = this.#tables[kind];
    const before = table.get(namespace, name);
    if (before === undefined) return;
    table.delete(namespace, name);
    this.#indexes.remove(before);
    this.#tell(before, undefined);
  }

  /** Starts to take in a whole list of one kind as a difference to what is there. */
  beginRelist(kind: ResourceKind): Relist {
    return new Relist(this, kind, () => this.#markSynced(kind));
  }

  #markSynced(kind: ResourceKind): void {
    if (this.#synced.has(kind)) return;
    this.#synced.add(kind);
    this.#waiting.delete(kind);
    for (const listener of this.#syncListeners) listener(kind);
  }

  #tell(before: Resource | undefined, after: Resource | undefined): void {
    const object = after ?? before;
    if (object === undefined) return;
    const change = new StoreChange(object, before, after);
    const moved = serialsMoved(change);
    if (moved.length > 0) {
      const seconds = Math.floor(this.#now() / 1000);
      this.#serial = { ...this.#serial, ...Object.fromEntries(moved.map((name) => [name, seconds])) };
    }
    for (const listener of this.#changeListeners) listener(change);
  }
}
