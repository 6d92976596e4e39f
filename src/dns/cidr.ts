import { parseAddress, printAddress, unmapIPv4 } from './addresses.ts';

/** A network: `address` (4 or 16 octets) has no bits after the first `prefixLength`. */
export interface Cidr {
  readonly address: Uint8Array;
  readonly prefixLength: number;
}

/** `192.0.2.0/24` or `2001:db8::/32`; bits beyond the prefix are cleared. Undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const digits = text.slice(slash + 1);
  if (slash < 0 || !/^(?:0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const prefixLength = Number(digits);
  if (address === undefined || prefixLength > address.length * 8) return undefined;
  return network(address, prefixLength);
}

/** The network of an address. */
export function network(address: Uint8Array, prefixLength: number): Cidr {
  const masked = new Uint8Array(address);
  const whole = prefixLength >>> 3;
  if (whole < masked.length) {
    masked[whole] = (masked[whole] ?? 0) & (0xff00 >>> (prefixLength & 7));
    masked.fill(0, whole + 1);
  }
  return { address: masked, prefixLength };
}

/** Is the address in the network? An IPv4-mapped IPv6 address counts as the IPv4 address that it has. */
export function cidrContains(cidr: Cidr, address: Uint8Array): boolean {
  const octets = cidr.address.length === 4 ? unmapIPv4(address) : address;
  return octets.length === cidr.address.length && hasPrefix(octets, cidr);
}

/** Do the octets, of an address of the network's family and perhaps others behind it, begin as the network's addresses do? */
export function hasPrefix(octets: Uint8Array, { address, prefixLength }: Cidr): boolean {
  const whole = prefixLength >>> 3;
  for (let i = 0; i < whole; i++) if (octets[i] !== address[i]) return false;
  const mask = (0xff00 >>> (prefixLength & 7)) & 0xff;
  return mask === 0 || (((octets[whole] ?? 0) ^ (address[whole] ?? 0)) & mask) === 0;
}

export function printCidr(cidr: Cidr): string {
  return `${printAddress(cidr.address)}/${cidr.prefixLength}`;
}
