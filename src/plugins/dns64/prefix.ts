import { parseCidr } from '../../dns/cidr.ts';
import { Complaint, type Kind } from '../../plugin-api/options.ts';

/** What stands before the IPv4 address in an IPv4-embedded IPv6 address (RFC 6052 §2.2). */
export interface Prefix {
  /** 16 octets, those after the prefix 0. */
  readonly octets: Uint8Array;
  /** Where the octets of the IPv4 address go. */
  readonly positions: readonly number[];
}

/** Octet 8 is always 0, so IPv4 addresses go around it (RFC 6052 §2.2). */
const POSITIONS: ReadonlyMap<number, readonly number[]> = new Map([
  [32, [4, 5, 6, 7]],
  [40, [5, 6, 7, 9]],
  [48, [6, 7, 9, 10]],
  [56, [7, 9, 10, 11]],
  [64, [9, 10, 11, 12]],
  [96, [12, 13, 14, 15]],
]);

const LENGTHS = [...POSITIONS.keys()].join(', ');

export const translationPrefix: Kind<Prefix> = {
  word: 'PREFIX',
  read(given) {
    const cidr = parseCidr(given);
    if (cidr === undefined) {
      return new Complaint(`"${given}" is not an address block`, 'write one as 64:ff9b::/96');
    }
    if (cidr.address.length === 4)
      return new Complaint(`"${given}" is not an IPv6 prefix`, 'write one as 64:ff9b::/96');
    const positions = POSITIONS.get(cidr.prefixLength);
    if (positions === undefined) {
      return new Complaint(`the length of "${given}" is not one of ${LENGTHS} (RFC 6052)`, 'take one of these lengths');
    }
    return { octets: cidr.address, positions };
  },
};

/** `64:ff9b::/96`, which all translators know (RFC 6052 §2.1). */
export const WELL_KNOWN_PREFIX: Prefix = {
  octets: Uint8Array.of(0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  positions: [12, 13, 14, 15],
};

/** The IPv6 address that the translator takes for this IPv4 address. */
export function embed(prefix: Prefix, address: Uint8Array): Uint8Array {
  const embedded = new Uint8Array(prefix.octets);
  for (const [i, position] of prefix.positions.entries()) embedded[position] = address[i] ?? 0;
  return embedded;
}
