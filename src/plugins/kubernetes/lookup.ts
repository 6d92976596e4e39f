import { Address } from '../../kube/address.ts';
import type { EndpointSlice, Port, Service, ServiceImport } from '../../kube/resources.ts';
import type { ClusterStore } from '../../kube/store.ts';
import { type Backend, Backends, ServiceBackends, WITHOUT_PORT } from './backends.ts';
import { endpointLabel, podAddress } from './endpoint-label.ts';
import type { ParsedName } from './parse-name.ts';
import type { AnswerSettings } from './settings.ts';

/** What there is at a name: backends, only names below it, or nothing at all. */
export type Found = Backends | 'names below' | 'nothing';

// SRV records of a pod's name have it: the pod may listen anywhere.
const PORT_ZERO: Port = { name: '', protocol: '', port: 0 };
const ONE_PORT: readonly Port[] = [WITHOUT_PORT];
const NO_BACKENDS: Backends = new Backends([]);

/** Finds what names of the cluster stand for. Knows objects and labels; records and messages are made elsewhere. */
export class Lookup {
  readonly #store: ClusterStore;
  readonly #settings: AnswerSettings;
  // Objects and lists of the store are replaced when they change, so what is made of one lives as long as it does.
  readonly #addressed = new WeakMap<Service | ServiceImport, ServiceBackends>();
  readonly #endpoints = new WeakMap<readonly EndpointSlice[], ServiceBackends>();

  constructor(store: ClusterStore, settings: AnswerSettings) {
    this.#store = store;
    this.#settings = settings;
  }

  /** `multicluster`: the name is in a zone of imported services. */
  find(name: ParsedName, multicluster: boolean): Found {
    if (name.kind === '' || name.namespace === '') return 'names below';
    if (!this.isExposed(name.namespace)) return 'nothing';
    if (name.kind === 'pod') return this.#findPod(name);
    if (name.service === '') return 'names below';
    return (multicluster ? this.#findImport(name) : this.#findService(name)) ?? 'nothing';
  }

  /** Is the namespace among those that are served, and does it exist? */
  isExposed(namespace: string): boolean {
    const { namespaces } = this.#settings;
    return (namespaces.size === 0 || namespaces.has(namespace)) && this.#store.hasNamespace(namespace);
  }

  /** Labels of the names, below the primary zone, that an address points back to. */
  findByAddress(address: string): readonly (readonly string[])[] {
    const limited = this.#settings.namespaces.size > 0;
    const service = this.#store
      .servicesByAddress(address)
      .find(({ namespace }) => !limited || this.isExposed(namespace));
    if (service !== undefined) return [[service.name, service.namespace, 'svc']];
    const targets: (readonly string[])[] = [];
    for (const slice of this.#store.endpointSlicesByAddress(address)) {
      if (limited && !this.isExposed(slice.namespace)) continue;
      for (const endpoint of slice.endpoints) {
        if (endpoint.address.key !== address) continue;
        targets.push([this.#label(endpoint), slice.service, slice.namespace, 'svc']);
      }
    }
    return targets;
  }

  /** The ready endpoints of a service, each with each of its ports. */
  endpoints(namespace: string, service: string): readonly Backend[] {
    return this.#endpointsOf(this.#store.endpointSlices(namespace, service)).all.entries;
  }

  /** Backends at the names of the services that one of `addresses` is an endpoint of; undefined if none is any endpoint. */
  findServicesOf(addresses: readonly string[]): Backends | undefined {
    const slices = addresses.flatMap((address) => this.#store.endpointSlicesByAddress(address));
    if (slices.length === 0) return undefined;
    const entries = slices.flatMap((slice) => {
      const service = this.#store.service(slice.namespace, slice.service);
      if (service === undefined) return [];
      return service.headless
        ? this.#endpointBackends(slice, ONE_PORT)
        : addressBackends(service, service.clusterIPs, ONE_PORT);
    });
    return new Backends(entries);
  }

  #findPod({ namespace, service }: ParsedName): Found {
    const { pods } = this.#settings;
    if (pods === 'disabled') return 'nothing';
    if (service === '') return 'names below';
    const text = podAddress(service);
    const address = new Address(text);
    if (address.family === 0) return 'nothing';
    const count =
      pods === 'insecure' ? 1 : this.#store.podsByAddress(text).filter((pod) => pod.namespace === namespace).length;
    if (count === 0) return 'nothing';
    const target = [service, namespace, 'pod'];
    const backend: Backend = { address, port: PORT_ZERO, target, endpoint: '', topologyZone: '' };
    // One for each pod: those on their node's network share its address.
    return new Backends(Array.from({ length: count }, () => backend));
  }

  #findService(name: ParsedName): Backends | undefined {
    const service = this.#store.service(name.namespace, name.service);
    if (service === undefined) return undefined;
    if (service.type === 'ExternalName') return isBare(name) ? this.#external(service) : undefined;
    const slices = this.#store.endpointSlices(name.namespace, name.service);
    if (name.topology !== undefined) return service.headless ? this.#inTopologyZone(name, slices) : undefined;
    if (service.headless) return this.#fromEndpoints(name, slices);
    if (this.#settings.ignoreEmptyServices && isEmpty(slices)) return undefined;
    if (name.endpoint !== '') return this.#fromEndpoints(name, slices);
    return this.#addresses(service, service.clusterIPs).ofPort(name.port, name.protocol);
  }

  #findImport(name: ParsedName): Backends | undefined {
    const imported = this.#store.serviceImport(name.namespace, name.service);
    if (imported === undefined) return undefined;
    const slices = this.#store.importedSlices(name.namespace, name.service);
    if (imported.headless) return this.#fromEndpoints(name, slices);
    if (this.#settings.ignoreEmptyServices && isEmpty(slices)) return undefined;
    if (name.endpoint !== '') return this.#fromEndpoints(name, slices);
    return this.#addresses(imported, imported.ips).ofPort(name.port, name.protocol);
  }

  #fromEndpoints(name: ParsedName, slices: readonly EndpointSlice[]): Backends | undefined {
    if (slices.length === 0) return undefined;
    const backends = this.#endpointsOf(slices);
    if (name.endpoint === '') return backends.ofPort(name.port, name.protocol);
    return backends.ofEndpoint(name.cluster === '' ? name.endpoint : `${name.endpoint}.${name.cluster}`);
  }

  #inTopologyZone({ topology }: ParsedName, slices: readonly EndpointSlice[]): Backends | undefined {
    if (topology === undefined || slices.length === 0) return NO_BACKENDS;
    const backends = this.#endpointsOf(slices);
    return backends.ofTopologyZone(topology.zone) ?? (topology.mode === 'prefer' ? backends.all : NO_BACKENDS);
  }

  #external(service: Service): Backends | undefined {
    let backends = this.#addressed.get(service);
    if (backends === undefined) {
      const target = new Address(service.externalName);
      backends = new ServiceBackends(
        target.family === 0 && service.externalName !== '' ? addressBackends(service, [target], ONE_PORT) : [],
      );
      this.#addressed.set(service, backends);
    }
    return backends.ofPort('', '');
  }

  #addresses(object: Service | ServiceImport, addresses: readonly Address[]): ServiceBackends {
    let backends = this.#addressed.get(object);
    if (backends === undefined) {
      // An import without ports has no names; a service without any has addresses.
      const ports =
        object.kind === 'ServiceImport' ? object.ports.filter(({ port }) => port !== WITHOUT_PORT.port) : object.ports;
      backends = new ServiceBackends(addressBackends(object, addresses, ports));
      this.#addressed.set(object, backends);
    }
    return backends;
  }

  #endpointsOf(slices: readonly EndpointSlice[]): ServiceBackends {
    let backends = this.#endpoints.get(slices);
    if (backends === undefined) {
      backends = new ServiceBackends(slices.flatMap((slice) => this.#endpointBackends(slice, slice.ports)));
      this.#endpoints.set(slices, backends);
    }
    return backends;
  }

  #endpointBackends(slice: EndpointSlice, ports: readonly Port[]): Backend[] {
    return slice.endpoints.flatMap((endpoint) => {
      const label = this.#label(endpoint);
      const labels = slice.kind === 'ImportedSlice' && slice.cluster !== '' ? [label, slice.cluster] : [label];
      const shared = {
        address: endpoint.address,
        target: [...labels, slice.service, slice.namespace, 'svc'],
        endpoint: labels.join('.'),
        topologyZone: endpoint.zone,
      };
      return ports.map((port) => ({ ...shared, port }));
    });
  }

  #label(endpoint: EndpointSlice['endpoints'][number]): string {
    return endpointLabel(endpoint, this.#settings.endpointPodNames);
  }
}

function addressBackends(
  object: Service | ServiceImport,
  addresses: readonly Address[],
  ports: readonly Port[],
): Backend[] {
  const target = [object.name, object.namespace, 'svc'];
  return ports.flatMap((port) =>
    addresses.map((address) => ({ address, port, target, endpoint: '', topologyZone: '' })),
  );
}

function isBare(name: ParsedName): boolean {
  return name.endpoint === '' && name.port === '' && name.protocol === '' && name.topology === undefined;
}

function isEmpty(slices: readonly EndpointSlice[]): boolean {
  return slices.every((slice) => slice.endpoints.length === 0);
}
