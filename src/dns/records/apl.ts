import { parseAddress, printAddress } from '../addresses.ts';
import { WireError } from '../reader.ts';
import { RecordSyntaxError } from '../tokens.ts';
import { type Codec, defineRecord, type RecordType } from './define.ts';
import { list } from './fields.ts';

/** One prefix of the list; `address` has all its 4 or 16 octets. */
export interface AddressPrefix {
  readonly address: Uint8Array;
  readonly prefixLength: number;
  /** The prefix is excepted from what the list says. */
  readonly negated: boolean;
}

/** Lists of address prefixes (RFC 3123 §4). */
export interface Apl {
  readonly prefixes: readonly AddressPrefix[];
}

/** Address family numbers: 1 is IPv4, 2 IPv6. */
const FAMILY_SIZE: Readonly<Record<number, number>> = { 1: 4, 2: 16 };
/** The top bit of the octet that has the address's length. */
const NEGATED = 0x80;

const addressPrefix: Codec<AddressPrefix> = {
  read(reader) {
    const at = reader.offset;
    const size = FAMILY_SIZE[reader.uint16()];
    const prefixLength = reader.uint8();
    const octet = reader.uint8();
    const length = octet & ~NEGATED;
    if (size === undefined || length > size || prefixLength > size * 8) {
      throw new WireError('RDATA', at, 'a malformed address prefix');
    }
    const address = new Uint8Array(size);
    address.set(reader.octets(length));
    return { address, prefixLength, negated: (octet & NEGATED) !== 0 };
  },
  write(writer, { address, prefixLength, negated }) {
    const length = significantLength(address);
    writer.uint16(familyOf(address));
    writer.uint8(prefixLength);
    writer.uint8((negated ? NEGATED : 0) | length);
    writer.octets(address.subarray(0, length));
  },
  length: ({ address }) => 4 + significantLength(address),
  parse(tokens, what) {
    const token = tokens.next(what);
    const [, exclamation, family, addressText = '', prefix] = /^(!?)([12]):([^/]+)\/(\d{1,3})$/.exec(token.text) ?? [];
    const address = parseAddress(addressText);
    const prefixLength = Number(prefix);
    if (address === undefined || familyOf(address) !== Number(family) || prefixLength > address.length * 8) {
      throw new RecordSyntaxError(`${what} is nothing like !1:192.0.2.0/24: ${token.text}`, token.position);
    }
    return { address, prefixLength, negated: exclamation === '!' };
  },
  print({ address, prefixLength, negated }) {
    return `${negated ? '!' : ''}${familyOf(address)}:${printAddress(address)}/${prefixLength}`;
  },
};

export const APL: RecordType<Apl> = defineRecord({ name: 'APL', fields: { prefixes: list(addressPrefix) } });

function familyOf(address: Uint8Array): number {
  return address.length === 4 ? 1 : 2;
}

/** Octets without the zeros at the end, which are not sent. */
function significantLength(address: Uint8Array): number {
  let length = address.length;
  while (length > 0 && address[length - 1] === 0) length--;
  return length;
}
