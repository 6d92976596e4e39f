import type { Address } from '../../kube/address.ts';
import type { Endpoint } from '../../kube/resources.ts';
import { isLabel } from './target-name.ts';

/**
 * The label that names an endpoint within its service: its host name; with `podNames` its pod's name where that can be
 * a label; otherwise its address with dashes.
 */
export function endpointLabel(endpoint: Endpoint, podNames: boolean): string {
  if (endpoint.hostname !== '') return endpoint.hostname;
  if (podNames && isLabel(endpoint.podName)) return endpoint.podName.toLowerCase();
  return dashedAddress(endpoint.address);
}

/** `10-244-1-2`, `fd00-10--1`; a label must not end in a dash, so one that would gets a zero: `fd00--0`. */
function dashedAddress({ text }: Address): string {
  const dashed = text.toLowerCase().replaceAll(/[.:]/g, '-');
  return dashed.endsWith('-') ? `${dashed}0` : dashed;
}

/** The address that a pod's name may mean, in the API's spelling: `10-244-1-2` is IPv4, every other one is taken for IPv6. */
export function podAddress(name: string): string {
  const isIPv4 = /^[^-]*-[^-]+-[^-]+-[^-]*$/.test(name);
  return name.replaceAll('-', isIPv4 ? '.' : ':');
}
