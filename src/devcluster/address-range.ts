import { formatAddress, parseAddress } from '../kube/address.ts';

export type IpFamily = 'IPv4' | 'IPv6';

/** Undefined when the text is no address. */
export function familyOf(address: string): IpFamily | undefined {
  if (parseAddress(address) === undefined) return undefined;
  return address.includes(':') ? 'IPv6' : 'IPv4';
}

/** A block of addresses in CIDR form. Addresses count from its start. */
export class AddressRange {
  readonly text: string;
  readonly family: IpFamily;
  readonly #start: bigint;
  readonly #octets: number;
  readonly #size: bigint;

  private constructor(text: string, family: IpFamily, start: bigint, octets: number, size: bigint) {
    this.text = text;
    this.family = family;
    this.#start = start;
    this.#octets = octets;
    this.#size = size;
  }

  /** Throws RangeError when the text is no block. */
  static parse(text: string): AddressRange {
    const [address = '', prefix = ''] = text.split('/');
    const octets = parseAddress(address);
    const bits = octets === undefined ? 0 : octets.length * 8;
    if (octets === undefined || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) {
      throw new RangeError(`${text} is no address range; write one like 10.96.0.0/12`);
    }
    const size = 1n << BigInt(bits - Number(prefix));
    const value = toNumber(octets);
    return new AddressRange(text, bits === 32 ? 'IPv4' : 'IPv6', value - (value % size), octets.length, size);
  }

  get size(): bigint {
    return this.#size;
  }

  /** Block number `index` of the blocks of 2^bits addresses that the range can be cut into. */
  subrange(index: bigint, bits: bigint): AddressRange {
    const length = BigInt(this.#octets * 8) - bits;
    return AddressRange.parse(`${this.at((index << bits) % this.#size)}/${length}`);
  }

  contains(address: string): boolean {
    if (familyOf(address) !== this.family) return false;
    const octets = parseAddress(address);
    if (octets === undefined) return false;
    const offset = toNumber(octets) - this.#start;
    return offset >= 0n && offset < this.#size;
  }

  /** The canonical text of the address at an offset, which must be smaller than `size`. */
  at(offset: bigint): string {
    const octets = new Uint8Array(this.#octets);
    let value = this.#start + offset;
    for (let i = octets.length - 1; i >= 0; i--) {
      octets[i] = Number(value & 0xffn);
      value >>= 8n;
    }
    return formatAddress(octets);
  }
}

function toNumber(octets: Uint8Array): bigint {
  let value = 0n;
  for (const octet of octets) value = (value << 8n) | BigInt(octet);
  return value;
}
