import type { Address } from './address.ts';
import type { Port, Resource } from './resources.ts';
import type { SliceEndpoint } from './slice-endpoint.ts';

/** True when both objects give the same answers: all fields but the resourceVersion are equal. */
export function sameContent(a: Resource, b: Resource): boolean {
  if (a.kind === 'Service' && b.kind === 'Service') {
    return (
      a.type === b.type &&
      a.headless === b.headless &&
      a.externalName === b.externalName &&
      sameList(a.clusterIPs, b.clusterIPs, sameAddress) &&
      sameList(a.ports, b.ports, samePort) &&
      sameList(a.externalAddresses, b.externalAddresses, sameAddress)
    );
  }
  if ((a.kind === 'EndpointSlice' || a.kind === 'ImportedSlice') && a.kind === b.kind) {
    return (
      a.service === b.service &&
      a.cluster === b.cluster &&
      a.lastChangeTriggerTime === b.lastChangeTriggerTime &&
      sameList(a.endpoints, b.endpoints, sameEndpoint) &&
      sameList(a.ports, b.ports, samePort)
    );
  }
  if (a.kind === 'Pod' && b.kind === 'Pod') {
    return a.uid === b.uid && sameList(a.podIPs, b.podIPs, sameAddress) && sameLabels(a.labels, b.labels);
  }
  if (a.kind === 'ServiceImport' && b.kind === 'ServiceImport') {
    return a.headless === b.headless && sameList(a.ips, b.ips, sameAddress) && sameList(a.ports, b.ports, samePort);
  }
  return a.kind === 'Namespace' && b.kind === 'Namespace' && a.name === b.name;
}

/** Compares two lists in order; a list is equal to itself without a look at its elements. */
export function sameList<T>(a: readonly T[], b: readonly T[], same: (a: T, b: T) => boolean): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every((item, i) => {
      const other = b[i];
      return other !== undefined && same(item, other);
    })
  );
}

export function sameAddress(a: Address, b: Address): boolean {
  return a === b || a.value === b.value;
}

export function samePort(a: Port, b: Port): boolean {
  return a.port === b.port && a.name === b.name && a.protocol === b.protocol;
}

export function sameEndpoint(a: SliceEndpoint, b: SliceEndpoint): boolean {
  return a === b || a.isSame(b);
}

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
