import { isIPv4Mapped } from './addresses.ts';
import { type Cidr, hasPrefix, network } from './cidr.ts';

/**
 * The addresses of any number of networks, IPv4 and IPv6. A look-up takes as long as the logarithm of their number, and makes no garbage.
 * IPv4-mapped networks (`::ffff:192.0.2.0/120`) are those of the IPv4 addresses.
 */
export class AddressSet {
  readonly #ipv4: readonly Cidr[];
  readonly #ipv6: readonly Cidr[];

  constructor(networks: Iterable<Cidr>) {
    const unmapped = Array.from(networks, unmapNetwork);
    this.#ipv4 = disjoint(unmapped.filter(({ address }) => address.length === 4));
    this.#ipv6 = disjoint(unmapped.filter(({ address }) => address.length === 16));
  }

  /** Is the address that the first `length` (4 or 16) of `octets` are among them? */
  has(octets: Uint8Array, length: number): boolean {
    const networks = length === 4 ? this.#ipv4 : this.#ipv6;
    let low = 0;
    let high = networks.length;
    // The last network that does not begin after the address is the only one that may have it.
    while (low < high) {
      const middle = (low + high) >>> 1;
      const { address } = networks[middle] ?? NOWHERE;
      if (compare(address, octets) <= 0) low = middle + 1;
      else high = middle;
    }
    const candidate = networks[low - 1];
    return candidate !== undefined && hasPrefix(octets, candidate);
  }
}

const NOWHERE: Cidr = { address: new Uint8Array(16), prefixLength: 128 };

function unmapNetwork(cidr: Cidr): Cidr {
  if (cidr.prefixLength < 96 || !isIPv4Mapped(cidr.address)) return cidr;
  return network(cidr.address.slice(12), cidr.prefixLength - 96);
}

/** In the order of their addresses, without those inside others: networks either nest or have nothing in common. */
function disjoint(networks: readonly Cidr[]): readonly Cidr[] {
  const sorted = networks.toSorted((a, b) => compare(a.address, b.address) || a.prefixLength - b.prefixLength);
  const kept: Cidr[] = [];
  for (const cidr of sorted) {
    const last = kept.at(-1);
    if (last === undefined || !hasPrefix(cidr.address, last)) kept.push(cidr);
  }
  return kept;
}

/** Compares as many octets as `a` has. */
function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
