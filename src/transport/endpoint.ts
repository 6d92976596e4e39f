/** One end of an exchange. `address` is an IPv4 or IPv6 address without brackets and zone; a mapped IPv4 address is given as IPv4. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const MAPPED_PREFIX = '::ffff:';

/** The address as an Endpoint has it: dual-stack sockets tell of IPv4 clients as mapped, link-local ones carry a zone. */
export function plainAddress(address: string): string {
  if (address.startsWith(MAPPED_PREFIX) && address.includes('.')) return address.slice(MAPPED_PREFIX.length);
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}

/** `1.2.3.4:53`, `[2001:db8::1]:53`; without an address `:53`. */
export function endpointText(address: string | undefined, port: number): string {
  if (address === undefined) return `:${port}`;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
