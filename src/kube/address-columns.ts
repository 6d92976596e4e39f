import { Address, type AddressKey, formatAddress, parseAddress } from './address.ts';
import { grown, hashOf } from './columns.ts';
import { SlotIndex } from './slot-index.ts';

const NO_OCTETS = new Uint8Array(0);
const IPV6_OCTETS = 16;

/**
 * The addresses of a table's rows: at most one of each family, as the API allows a pod. Nine octets for each slot, and
 * 22 more once there is an IPv6 address. What is no IP address is left out.
 */
export class AddressColumns {
  #capacity = 0;
  /** 0 for none. */
  #ipv4 = new Uint32Array(1);
  readonly #byIpv4 = new SlotIndex();
  /** Sixteen octets for each slot, all 0 for none; undefined before the first one. */
  #ipv6: Uint8Array | undefined;
  readonly #byIpv6 = new SlotIndex();
  /** 1 where the IPv6 address comes first. */
  #isIpv6First = new Uint8Array(1);

  /** Makes room for slots up to `capacity`. */
  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#ipv4 = grown(this.#ipv4, new Uint32Array(capacity + 1));
    this.#byIpv4.reset(capacity);
    for (let slot = 1; slot <= capacity; slot++) {
      const ipv4 = this.#ipv4[slot] ?? 0;
      if (ipv4 !== 0) this.#byIpv4.add(spread(ipv4), slot);
    }
    if (this.#ipv6 !== undefined) this.#resizeIpv6(this.#ipv6);
  }

  set(slot: number, addresses: readonly Address[]): void {
    this.clear(slot);
    const ipv4 = addresses.map(bitsOf).find((bits) => bits !== 0);
    const ipv6 = addresses.find(({ family, octets }) => family === 6 && octets.some((octet) => octet !== 0));
    if (ipv4 !== undefined) {
      this.#ipv4[slot] = ipv4;
      this.#byIpv4.add(spread(ipv4), slot);
    }
    if (ipv6 === undefined) return;
    this.#ipv6 ??= this.#resizeIpv6(NO_OCTETS);
    this.#ipv6.set(ipv6.octets, IPV6_OCTETS * slot);
    this.#byIpv6.add(hashOf(0, ipv6.octets), slot);
    this.#isIpv6First[slot] = addresses[0]?.family === 6 ? 1 : 0;
  }

  clear(slot: number): void {
    const ipv4 = this.#ipv4[slot] ?? 0;
    if (ipv4 !== 0) this.#byIpv4.remove(spread(ipv4), slot);
    this.#ipv4[slot] = 0;
    const ipv6 = this.#ipv6Of(slot);
    if (ipv6 === undefined) return;
    this.#byIpv6.remove(hashOf(0, ipv6), slot);
    ipv6.fill(0);
  }

  get(slot: number): Address[] {
    const ipv4 = this.#ipv4[slot] ?? 0;
    const addresses = ipv4 === 0 ? [] : [new Address(ipv4 | 0)];
    const ipv6 = this.#ipv6Of(slot);
    if (ipv6 === undefined) return addresses;
    const address = new Address(formatAddress(ipv6));
    return this.#isIpv6First[slot] === 1 ? [address, ...addresses] : [...addresses, address];
  }

  /** The slots that have this address. */
  slotsOf(key: AddressKey): number[] {
    if (typeof key === 'number') return this.#slotsOfIpv4(key >>> 0);
    const octets = parseAddress(key);
    // Keys are canonical: another way to write the same address is no key.
    return octets?.length === IPV6_OCTETS && formatAddress(octets) === key ? this.#slotsOfIpv6(octets) : [];
  }

  #slotsOfIpv4(bits: number): number[] {
    const slots: number[] = [];
    if (bits === 0) return slots;
    let slot = this.#byIpv4.first(spread(bits));
    for (; slot !== 0; slot = this.#byIpv4.next(slot)) if (this.#ipv4[slot] === bits) slots.push(slot);
    return slots;
  }

  #slotsOfIpv6(octets: Uint8Array): number[] {
    const slots: number[] = [];
    let slot = this.#byIpv6.first(hashOf(0, octets));
    for (; slot !== 0; slot = this.#byIpv6.next(slot)) {
      if (this.#ipv6Of(slot)?.every((octet, i) => octet === octets[i]) === true) slots.push(slot);
    }
    return slots;
  }

  /** The column itself: what is written there is stored. */
  #ipv6Of(slot: number): Uint8Array | undefined {
    const column = this.#ipv6;
    if (column === undefined) return undefined;
    for (let i = IPV6_OCTETS * slot; i < IPV6_OCTETS * (slot + 1); i++) {
      if (column[i] !== 0) return column.subarray(IPV6_OCTETS * slot, IPV6_OCTETS * (slot + 1));
    }
    return undefined;
  }

  #resizeIpv6(column: Uint8Array): Uint8Array {
    const longer = grown(column, new Uint8Array(IPV6_OCTETS * (this.#capacity + 1)));
    this.#ipv6 = longer;
    this.#isIpv6First = grown(this.#isIpv6First, new Uint8Array(this.#capacity + 1));
    this.#byIpv6.reset(this.#capacity);
    for (let slot = 1; slot <= this.#capacity; slot++) {
      const octets = this.#ipv6Of(slot);
      if (octets !== undefined) this.#byIpv6.add(hashOf(0, octets), slot);
    }
    return longer;
  }
}

/** An IPv4 address as 32 bits, unsigned; 0 for what is none. */
function bitsOf(address: Address): number {
  if (typeof address.value === 'number') return address.value >>> 0;
  return address.family === 4 ? address.octets.reduce((bits, octet) => bits * 256 + octet, 0) : 0;
}

/** The addresses of a node's pods differ in their last bits, those of nodes in others: all are to count. */
function spread(ipv4: number): number {
  const mixed = Math.imul(ipv4 ^ (ipv4 >>> 15), 0x2c_1b_3c_6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
