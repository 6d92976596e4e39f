import { networkInterfaces } from 'node:os';
import { parseAddress, printAddress, unmapIPv4 } from '../../dns/addresses.ts';
import type { Endpoint } from '../endpoint.ts';
import { LINUX } from '../libc.ts';

/** Octets of a sockaddr_in6, the larger of the two, and of a sockaddr_in. */
export const SOCKET_ADDRESS_LENGTH = 28;
export const SOCKET_ADDRESS_LENGTH_IPV4 = 16;

/** A sockaddr: IPv4 for a dotted quad, IPv6 for the rest. A link-local address has its interface after a `%`. */
export function toSocketAddress(address: string, port: number): Buffer {
  const [plain = '', zone] = address.split('%');
  const octets = parseAddress(plain);
  if (octets === undefined) throw new TypeError(`${plain} is no address`);
  const result = Buffer.alloc(octets.length === 4 ? SOCKET_ADDRESS_LENGTH_IPV4 : SOCKET_ADDRESS_LENGTH);
  result.writeUInt16LE(octets.length === 4 ? LINUX.AF_INET : LINUX.AF_INET6, 0);
  result.writeUInt16BE(port, 2);
  result.set(octets, octets.length === 4 ? 4 : 8);
  if (zone !== undefined) result.writeUInt32LE(scopeOf(plain, zone), 24);
  return result;
}

/** The sockaddr at `at`; a mapped IPv4 address as IPv4. */
export function readSocketAddress(octets: Uint8Array, at: number): Endpoint {
  const port = ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0);
  const isIPv4 = octets[at] === LINUX.AF_INET;
  const address = isIPv4 ? octets.subarray(at + 4, at + 8) : unmapIPv4(octets.subarray(at + 8, at + 24));
  return { address: printAddress(address), port };
}

/** Is the sockaddr at `at` one of IPv6, and not a mapped IPv4 address? */
export function isIPv6Address(octets: Uint8Array, at: number): boolean {
  if (octets[at] !== LINUX.AF_INET6) return false;
  for (let i = 8; i < 18; i++) if (octets[at + i] !== 0) return true;
  return octets[at + 18] !== 0xff || octets[at + 19] !== 0xff;
}

/** The number of the interface that a link-local address belongs to (RFC 4007 §11). */
function scopeOf(address: string, zone: string): number {
  if (/^\d+$/.test(zone)) return Number(zone);
  return networkInterfaces()[zone]?.find((own) => own.address === address)?.scopeid ?? 0;
}
