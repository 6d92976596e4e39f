import { sameAddress, sameEndpoint, sameList, samePort } from './content.ts';
import type { Endpoint, EndpointSlice, Resource, ResourceKind, Service, ServiceImport } from './resources.ts';

/** One object that came, changed or went; listeners see the store as it is after the change. */
export interface StoreChange {
  readonly kind: ResourceKind;
  /** For a Namespace its own name. */
  readonly namespace: string;
  readonly name: string;
  /** Undefined when the object is new. */
  readonly before: Resource | undefined;
  /** Undefined when the object is gone. */
  readonly after: Resource | undefined;
  /**
   * Names of services in `namespace` whose answers may differ now: the Service or ServiceImport itself, or the one
   * or two services that a slice belonged to before and after.
   */
  readonly services: readonly string[];
  /** Keys (Address.key) of addresses whose reverse or pod answers may differ now, without duplicates. */
  readonly addresses: readonly string[];
}

export function describeChange(before: Resource | undefined, after: Resource | undefined): StoreChange | undefined {
  const object = after ?? before;
  if (object === undefined) return undefined;
  return {
    kind: object.kind,
    namespace: object.kind === 'Namespace' ? object.name : object.namespace,
    name: object.name,
    before,
    after,
    services: [...new Set([...servicesOf(before), ...servicesOf(after)])],
    addresses: addressesTouched(before, after),
  };
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

function addressesTouched(before: Resource | undefined, after: Resource | undefined): string[] {
  // A slice may have 1,000 endpoints of which one moved: the others' names stay what they are.
  if (before?.kind === 'EndpointSlice' && after?.kind === 'EndpointSlice' && before.service === after.service) {
    return endpointsMoved(before.endpoints, after.endpoints);
  }
  return [...new Set([...addressKeys(before), ...addressKeys(after)])];
}

/** The keys by which the store finds `object` by address. */
export function addressKeys(object: Resource | undefined): string[] {
  switch (object?.kind) {
    case 'Service':
      return object.clusterIPs.map((address) => address.key);
    case 'EndpointSlice':
      return object.endpoints.map((endpoint) => endpoint.address.key);
    case 'Pod':
      return object.podIPs.map((address) => address.key);
    default:
      return [];
  }
}

function endpointsMoved(before: readonly Endpoint[], after: readonly Endpoint[]): string[] {
  const old = new Map(before.map((endpoint) => [endpoint.address.key, endpoint]));
  const moved = new Set<string>();
  const kept = new Set<string>();
  for (const endpoint of after) {
    const key = endpoint.address.key;
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
