import { AddressColumns } from './address-columns.ts';
import type { AddressKey } from './address.ts';
import { grown, hashOf } from './columns.ts';
import { compareObjects, type Table } from './object-table.ts';
import { NO_LABELS, type Pod } from './resources.ts';
import { SlotIndex } from './slot-index.ts';
import { TextColumn } from './text-column.ts';

// A table grows by an eighth: what it has too much of stays small, and each row is copied eight times at most.
const GROWTH = 9 / 8;
const LEAST_CAPACITY = 64;

/**
 * The pods of a cluster by namespace and name, and by address. There are many more of them than of anything else, and
 * hardly any is ever asked for: they stand in columns of numbers, below 100 octets a pod, and a Pod is made when
 * somebody wants one. A slot is a row's number, as long as it is stored.
 */
export class PodTable implements Table<Pod> {
  #size = 0;
  #capacity = 0;
  /** Slots from here on have never been used; those that are free again are in `#free`. */
  #unused = 1;
  readonly #free: number[] = [];
  readonly #namespaces: string[] = [''];
  readonly #namespaceNumbers = new Map<string, number>();
  /** Numbers in `#namespaces`; 0 for a free slot. */
  #namespace = new Uint32Array(1);
  readonly #names = new TextColumn();
  readonly #byName = new SlotIndex();
  #uid = new Uint32Array(1);
  #version = new Float64Array(1);
  /** Versions that are no safe integer. */
  readonly #otherVersions = new Map<number, string>();
  readonly #addresses = new AddressColumns();
  /** By slot, once a pod has labels. */
  #labels: Pod['labels'][] | undefined;
  /** A name as UTF-8: the API allows 253 characters. */
  readonly #scratch = Buffer.alloc(1024);

  get size(): number {
    return this.#size;
  }

  get(namespace: string, name: string): Pod | undefined {
    const slot = this.#find(namespace, name);
    return slot === 0 ? undefined : this.#pod(slot);
  }

  handle(namespace: string, name: string): unknown {
    return this.#find(namespace, name) || undefined;
  }

  holds(namespace: string, name: string, resourceVersion: string): boolean {
    const slot = this.#find(namespace, name);
    return slot !== 0 && this.#versionOf(slot) === resourceVersion;
  }

  /** The pods with this address in the order of namespace and name. */
  byAddress(key: AddressKey): Pod[] {
    const pods = this.#addresses.slotsOf(key).map((slot) => this.#pod(slot));
    return pods.length > 1 ? pods.toSorted(compareObjects) : pods;
  }

  set(pod: Pod): void {
    const found = this.#find(pod.namespace, pod.name);
    const slot = found === 0 ? this.#add(pod) : found;
    this.#uid[slot] = pod.uid;
    this.#setVersion(slot, pod.resourceVersion);
    this.#addresses.set(slot, pod.podIPs);
    if (pod.labels !== NO_LABELS) this.#labels ??= Array<Pod['labels']>(this.#capacity + 1).fill(NO_LABELS);
    if (this.#labels !== undefined) this.#labels[slot] = pod.labels;
  }

  moveVersion(pod: Pod, resourceVersion: string): void {
    const slot = this.#find(pod.namespace, pod.name);
    if (slot !== 0) this.#setVersion(slot, resourceVersion);
  }

  delete(namespace: string, name: string): void {
    const slot = this.#find(namespace, name);
    if (slot === 0) return;
    this.#byName.remove(this.#hashOfName(slot), slot);
    this.#addresses.clear(slot);
    this.#names.clear(slot);
    this.#otherVersions.delete(slot);
    this.#namespace[slot] = 0;
    if (this.#labels !== undefined) this.#labels[slot] = NO_LABELS;
    this.#free.push(slot);
    this.#size--;
  }

  *values(): Generator<Pod> {
    for (const slot of this.#slots()) yield this.#pod(slot);
  }

  except(handles: ReadonlySet<unknown>): Pod[] {
    const others: Pod[] = [];
    for (const slot of this.#slots()) if (!handles.has(slot)) others.push(this.#pod(slot));
    return others;
  }

  *#slots(): Generator<number> {
    for (let slot = 1; slot < this.#unused; slot++) if (this.#namespace[slot] !== 0) yield slot;
  }

  #pod(slot: number): Pod {
    return {
      kind: 'Pod',
      namespace: this.#namespaces[this.#namespace[slot] ?? 0] ?? '',
      name: this.#names.get(slot),
      uid: this.#uid[slot] ?? 0,
      resourceVersion: this.#versionOf(slot),
      podIPs: this.#addresses.get(slot),
      labels: this.#labels?.[slot] ?? NO_LABELS,
      terminating: false,
    };
  }

  /** A new row with a name; the slot is in no index of addresses yet. */
  #add({ namespace, name }: Pod): number {
    const slot = this.#free.pop() ?? this.#unused++;
    if (slot > this.#capacity) this.#grow();
    let number = this.#namespaceNumbers.get(namespace);
    if (number === undefined) {
      number = this.#namespaces.push(namespace) - 1;
      this.#namespaceNumbers.set(namespace, number);
    }
    this.#namespace[slot] = number;
    this.#names.set(slot, this.#octetsOf(name));
    this.#byName.add(this.#hashOfName(slot), slot);
    this.#size++;
    return slot;
  }

  #grow(): void {
    const capacity = Math.max(LEAST_CAPACITY, Math.ceil(this.#capacity * GROWTH));
    this.#capacity = capacity;
    this.#namespace = grown(this.#namespace, new Uint32Array(capacity + 1));
    this.#uid = grown(this.#uid, new Uint32Array(capacity + 1));
    this.#version = grown(this.#version, new Float64Array(capacity + 1));
    while (this.#labels !== undefined && this.#labels.length <= capacity) this.#labels.push(NO_LABELS);
    this.#names.resize(capacity);
    this.#addresses.resize(capacity);
    this.#byName.reset(capacity);
    for (const slot of this.#slots()) this.#byName.add(this.#hashOfName(slot), slot);
  }

  #find(namespace: string, name: string): number {
    const number = this.#namespaceNumbers.get(namespace);
    if (number === undefined) return 0;
    const octets = this.#octetsOf(name);
    let slot = this.#byName.first(hashOf(number, octets));
    while (slot !== 0 && !(this.#namespace[slot] === number && this.#names.equals(slot, octets))) {
      slot = this.#byName.next(slot);
    }
    return slot;
  }

  #hashOfName(slot: number): number {
    return this.#names.hash(this.#namespace[slot] ?? 0, slot);
  }

  /** Good until the next name. */
  #octetsOf(name: string): Buffer {
    return this.#scratch.subarray(0, this.#scratch.write(name));
  }

  #versionOf(slot: number): string {
    const version = this.#version[slot] ?? Number.NaN;
    return Number.isNaN(version) ? (this.#otherVersions.get(slot) ?? '') : String(version);
  }

  #setVersion(slot: number, resourceVersion: string): void {
    const version = Number(resourceVersion);
    const isPlain = Number.isSafeInteger(version) && String(version) === resourceVersion;
    this.#version[slot] = isPlain ? version : Number.NaN;
    if (isPlain) this.#otherVersions.delete(slot);
    else this.#otherVersions.set(slot, resourceVersion);
  }
}
