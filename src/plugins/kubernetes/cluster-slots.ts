import type { ClusterStore } from '../../kube/store.ts';
import type { StoreChange } from '../../kube/store-change.ts';
import type { Generations } from '../../plugin-api/generations.ts';

/**
 * The slots of what answers about a cluster are made from: a service, with its endpoints and their names; an address, for PTR records and pods; and for
 * what changes rarely – namespaces, the first lists – one slot for all.
 */
export class ClusterSlots {
  readonly generations: Generations;
  /** Namespaces, and whether everything has been listed. Every answer depends on it. */
  readonly rare: number;
  /** The slot of what is rare alone. */
  readonly always: readonly number[];
  /** Moves with every change. */
  readonly everything: number;
  /** The serials of the cluster zones and of the multi-cluster zones. */
  readonly serial: number;
  readonly multiclusterSerial: number;
  readonly #store: ClusterStore;
  readonly #unsubscribe: readonly (() => void)[];

  constructor(store: ClusterStore, generations: Generations) {
    this.#store = store;
    this.generations = generations;
    this.rare = generations.own();
    this.always = [this.rare];
    this.everything = generations.own();
    this.serial = generations.own();
    this.multiclusterSerial = generations.own();
    this.#setSerials();
    this.#unsubscribe = [
      store.onChange((change) => this.#note(change)),
      store.onSynced(() => {
        this.#setSerials();
        generations.move(this.rare);
      }),
    ];
  }

  service(namespace: string, name: string): number {
    return this.generations.slotOf(`${namespace}/${name}`);
  }

  /** `key`: as Address.key spells it. */
  address(key: string): number {
    return this.generations.slotOf(key);
  }

  close(): void {
    for (const stop of this.#unsubscribe) stop();
    for (const slot of [this.rare, this.everything, this.serial, this.multiclusterSerial])
      this.generations.release(slot);
  }

  #note(change: StoreChange): void {
    // Nothing is remembered before the first lists are complete, and they are long.
    if (!this.#store.hasSynced) return;
    const { generations } = this;
    this.#setSerials();
    generations.move(this.everything);
    if (change.kind === 'Namespace') {
      generations.move(this.rare);
      return;
    }
    for (const name of change.services) generations.move(this.service(change.namespace, name));
    for (const address of change.addresses) generations.move(this.address(address));
  }

  #setSerials(): void {
    const { internal, multicluster } = this.#store.serial;
    this.generations.set(this.serial, internal);
    this.generations.set(this.multiclusterSerial, multicluster);
  }
}
