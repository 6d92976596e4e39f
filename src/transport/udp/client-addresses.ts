import { printIPv4 } from '../../dns/addresses.ts';
import type { Endpoint } from '../endpoint.ts';
import { LINUX } from '../libc.ts';
import { readSocketAddress } from './socket-address.ts';

/** Addresses that are kept, a power of two. */
const SLOTS = 256;
const SHIFT = 32 - 8;
/** 2^32 divided by the golden ratio: addresses of one network differ in their last octets, which have to show in the first bits. */
const GOLDEN = 0x9e37_79b1;

/** Reads where datagrams came from. A client asks again and again, and finding the text of its address takes less than making it. */
export class ClientAddresses {
  readonly #addresses = new Int32Array(SLOTS);
  readonly #texts = Array.from({ length: SLOTS }, () => '0.0.0.0');

  /** The sockaddr at `at`; a mapped IPv4 address as IPv4. */
  read(octets: Uint8Array, at: number): Endpoint {
    if (octets[at] !== LINUX.AF_INET) return readSocketAddress(octets, at);
    const port = ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0);
    const address =
      ((octets[at + 4] ?? 0) << 24) |
      ((octets[at + 5] ?? 0) << 16) |
      ((octets[at + 6] ?? 0) << 8) |
      (octets[at + 7] ?? 0);
    const slot = Math.imul(address, GOLDEN) >>> SHIFT;
    if (this.#addresses[slot] !== address) {
      this.#addresses[slot] = address;
      this.#texts[slot] = printIPv4(octets.subarray(at + 4, at + 8));
    }
    return { address: this.#texts[slot] ?? '', port };
  }
}
