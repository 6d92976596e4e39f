import { parseAddress, unmapIPv4 } from '../dns/addresses.ts';
import { Complaint, type Kind } from './options.ts';

/** A range of addresses with a common prefix (RFC 4632 §3.1). */
export class AddressBlock {
  /** 4 or 16; an IPv4-mapped address counts as IPv4. */
  readonly octets: Uint8Array;
  /** Bits that count. */
  readonly length: number;

  private constructor(octets: Uint8Array, length: number) {
    this.octets = octets;
    this.length = length;
  }

  /** Reads `10.0.0.0/8`; bits after the prefix are ignored. Undefined for anything else, plain addresses included. */
  static parse(text: string): AddressBlock | undefined {
    const [, address, bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
    const octets = parseAddress(address ?? '');
    const length = Number(bits);
    return octets === undefined || length > octets.length * 8 ? undefined : new AddressBlock(octets, length);
  }

  /** Is the address, 4 or 16 octets, within the range? */
  contains(address: Uint8Array): boolean {
    const octets = this.octets.length === 4 ? unmapIPv4(address) : address;
    if (octets.length !== this.octets.length) return false;
    const whole = this.length >> 3;
    for (let i = 0; i < whole; i++) if (octets[i] !== this.octets[i]) return false;
    const shift = 8 - (this.length & 7);
    return shift === 8 || (octets[whole] ?? 0) >> shift === (this.octets[whole] ?? 0) >> shift;
  }
}

/** An address block with its prefix length. */
export const addressBlock: Kind<AddressBlock> = {
  word: 'CIDR',
  read: (text) =>
    AddressBlock.parse(text) ??
    new Complaint(`"${text}" is not an address block`, 'write one as 10.0.0.0/8 or fd00::/8'),
};
