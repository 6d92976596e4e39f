import { networkInterfaces } from 'node:os';
import { formatAddress, parseAddress } from '../../kube/address.ts';

/** Addresses of this machine that others can reach it by, as the store's keys spell them. */
export function localAddresses(): string[] {
  const addresses: string[] = [];
  for (const entries of Object.values(networkInterfaces())) {
    for (const { address, internal } of entries ?? []) {
      const octets = internal ? undefined : parseAddress(address.replace(/%.*$/, ''));
      if (octets !== undefined) addresses.push(formatAddress(octets));
    }
  }
  return addresses;
}
