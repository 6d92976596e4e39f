import { Address } from '../../kube/address.ts';
import type { Service } from '../../kube/resources.ts';
import type { ClusterStore } from '../../kube/store.ts';
import type { ExternalBackend, ExternalServices } from '../../plugin-api/external-services.ts';
import type { Lookup } from './lookup.ts';

/** The services of the store as the outside sees them. */
export class ClusterExternalServices implements ExternalServices {
  readonly ttl: number;
  readonly #store: ClusterStore;
  readonly #lookup: Lookup;
  readonly #localAddresses: readonly string[];
  /** Services by the keys of their external addresses; made when it is asked for, and dropped when a service has changed. */
  #byAddress: ReadonlyMap<string, readonly Service[]> | undefined;

  constructor(options: {
    readonly store: ClusterStore;
    readonly lookup: Lookup;
    readonly localAddresses: readonly string[];
    readonly ttl: number;
  }) {
    this.ttl = options.ttl;
    this.#store = options.store;
    this.#lookup = options.lookup;
    this.#localAddresses = options.localAddresses;
    this.#store.onChange(({ kind }) => {
      if (kind === 'Service') this.#byAddress = undefined;
    });
  }

  get serial(): number {
    return this.#store.serial.external;
  }

  get hasSynced(): boolean {
    return this.#store.hasSynced;
  }

  isExposed(namespace: string): boolean {
    return this.#lookup.isExposed(namespace);
  }

  backends(namespace: string, name: string, endpoint: string, headless: boolean): readonly ExternalBackend[] {
    const service = this.#store.service(namespace, name);
    if (service === undefined || !this.isExposed(namespace)) return [];
    if (service.externalAddresses.length > 0) {
      const labels = [service.name, service.namespace];
      return service.externalAddresses.flatMap((address) => service.ports.map((port) => ({ address, port, labels })));
    }
    if (!headless || (!service.headless && endpoint === '')) return [];
    return this.#lookup
      .endpoints(namespace, name)
      .filter((backend) => endpoint === '' || backend.endpoint === endpoint)
      .map(({ address, port, target }) => ({ address, port, labels: target.slice(0, -1) }));
  }

  servicesAt(address: string): readonly (readonly string[])[] {
    this.#byAddress ??= this.#indexByAddress();
    return (this.#byAddress.get(address) ?? [])
      .filter(({ namespace }) => this.isExposed(namespace))
      .map(({ name, namespace }) => [name, namespace]);
  }

  *services(headless: boolean): Iterable<Service> {
    for (const service of this.#store.services()) {
      if (
        (service.externalAddresses.length > 0 || (headless && service.headless)) &&
        this.isExposed(service.namespace)
      ) {
        yield service;
      }
    }
  }

  nameServers(headless: boolean): readonly Address[] {
    const slices = this.#localAddresses.flatMap((address) => this.#store.endpointSlicesByAddress(address));
    if (slices.length === 0) return this.#localAddresses.map((text) => new Address(text));
    const addresses = slices.flatMap(({ namespace, service: name, endpoints }) => {
      const service = this.#store.service(namespace, name);
      if (service === undefined) return [];
      return headless && service.headless ? endpoints.map(({ address }) => address) : service.externalAddresses;
    });
    const distinct = new Map(addresses.map((address) => [address.key, address]));
    return [...distinct.values()].filter(({ family }) => family !== 0);
  }

  #indexByAddress(): Map<string, Service[]> {
    const index = new Map<string, Service[]>();
    for (const service of this.#store.services()) {
      for (const { key } of service.externalAddresses) {
        const services = index.get(key);
        if (services === undefined) index.set(key, [service]);
        else services.push(service);
      }
    }
    return index;
  }
}
