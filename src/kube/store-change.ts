import { type AddressKey, fromAddressKey } from './address.ts';
import { sameAddress, sameEndpoint, sameList, samePort } from './content.ts';
import type { EndpointSlice, Resource, ResourceKind, Service, ServiceImport } from './resources.ts';
import type { SliceEndpoint } from './slice-endpoint.ts';

/**
 * One object that came, changed or went; listeners see the store as it is after the change. What it touches is worked
 * out when somebody asks: a first list makes thousands of changes that nobody is interested in.
 */
export class StoreChange {
  /** Undefined when the object is new. */
  readonly before: Resource | undefined;
  /** Undefined when the object is gone. */
  readonly after: Resource | undefined;
  readonly #object: Resource;

  /** `object`: whichever of the two there is. */
  constructor(object: Resource, before: Resource | undefined, after: Resource | undefined) {
    this.#object = object;
    this.before = before;
    this.after = after;
  }

  get kind(): ResourceKind {
    return this.#object.kind;
  }

  /** For a Namespace its own name. */
  get namespace(): string {
    return this.kind === 'Namespace' ? this.name : this.#object.namespace;
  }

  get name(): string {
    return this.#object.name;
  }

  /**
   * Names of services in `namespace` whose answers may differ now: the Service or ServiceImport itself, or the one
   * or two services that a slice belonged to before and after.
   */
  get services(): readonly string[] {
    return [...new Set([...servicesOf(this.before), ...servicesOf(this.after)])];
  }

  /** Keys (Address.key) of addresses whose reverse or pod answers may differ now, without duplicates. */
  get addresses(): readonly string[] {
    return addressesTouched(this.before, this.after).map((key) => fromAddressKey(key));
  }
}

function servicesOf(object: Resource | undefined): string[] {
  switch (object?.kind) {
    case 'Service':
    case 'ServiceImport':
      return [object.name];
    case 'EndpointSlice':
    case 'ImportedSlice':
      return object.service === '' ? [] : [object.service];
    default:
      return [];
  }
}

function addressesTouched(before: Resource | undefined, after: Resource | undefined): AddressKey[] {
  // A slice may have 1,000 endpoints of which one moved: the others' names stay what they are.
  if (before?.kind === 'EndpointSlice' && after?.kind === 'EndpointSlice' && before.service === after.service) {
    return endpointsMoved(before.endpoints, after.endpoints);
  }
  return [...new Set([...addressKeys(before), ...addressKeys(after)])];
}

/** The keys by which the store finds `object` by address. */
export function addressKeys(object: Resource | undefined): AddressKey[] {
  switch (object?.kind) {
    case 'Service':
      return object.clusterIPs.map((address) => address.indexKey);
    case 'EndpointSlice':
      return object.endpoints.map((endpoint) => endpoint.addressKey);
    case 'Pod':
      return object.podIPs.map((address) => address.indexKey);
    default:
      return [];
  }
}

function endpointsMoved(before: readonly SliceEndpoint[], after: readonly SliceEndpoint[]): AddressKey[] {
  const old = new Map(before.map((endpoint) => [endpoint.addressKey, endpoint]));
  const moved = new Set<AddressKey>();
  const kept = new Set<AddressKey>();
  for (const endpoint of after) {
    const key = endpoint.addressKey;
    const known = old.get(key);
    if (known !== undefined && sameEndpoint(known, endpoint)) kept.add(key);
    else moved.add(key);
  }
  for (const key of old.keys()) {
    if (!kept.has(key)) moved.add(key);
  }
  return [...moved];
}

/** Unix seconds of the last change that matters to each of the three kinds of zones; 0 before the first. */
export interface Serials {
  /** Of the cluster zones. */
  readonly internal: number;
  /** Of the zones of k8s_external. */
  readonly external: number;
  /** Of the multi-cluster zones. */
  readonly multicluster: number;
}

/**
 * Which serials a change moves. As in CoreDNS, objects that come or go move only the internal one, and the external
 * and multi-cluster ones move with updates; beyond CoreDNS, a new cluster address moves the internal one, because
 * secondaries would never see it otherwise.
 */
export function serialsMoved(change: StoreChange): readonly (keyof Serials)[] {
  const { before, after } = change;
  if (change.kind === 'Namespace') return [];
  if (before === undefined || after === undefined) return ['internal'];
  if (before.kind === 'Service' && after.kind === 'Service') return serialsOfService(before, after);
  if (before.kind === 'Pod' && after.kind === 'Pod') {
    return sameList(before.podIPs, after.podIPs, sameAddress) ? [] : ['internal'];
  }
  if (before.kind === 'EndpointSlice' && after.kind === 'EndpointSlice') {
    return sameSlice(before, after) ? [] : ['internal'];
  }
  if (before.kind === 'ImportedSlice' && after.kind === 'ImportedSlice') {
    return sameSlice(before, after) ? [] : ['multicluster'];
  }
  if (before.kind === 'ServiceImport' && after.kind === 'ServiceImport') {
    return sameImport(before, after) ? [] : ['multicluster'];
  }
  return [];
}

function serialsOfService(before: Service, after: Service): (keyof Serials)[] {
  const ports = !sameList(before.ports, after.ports, samePort);
  const addresses = before.headless !== after.headless || !sameList(before.clusterIPs, after.clusterIPs, sameAddress);
  const moved: (keyof Serials)[] = [];
  if (ports || addresses || before.externalName !== after.externalName) moved.push('internal');
  if (ports || !sameList(before.externalAddresses, after.externalAddresses, sameAddress)) moved.push('external');
  return moved;
}

function sameSlice(a: EndpointSlice, b: EndpointSlice): boolean {
  return (
    a.service === b.service &&
    a.cluster === b.cluster &&
    sameList(a.endpoints, b.endpoints, sameEndpoint) &&
    sameList(a.ports, b.ports, samePort)
  );
}

function sameImport(a: ServiceImport, b: ServiceImport): boolean {
  return a.headless === b.headless && sameList(a.ips, b.ips, sameAddress) && sameList(a.ports, b.ports, samePort);
}
