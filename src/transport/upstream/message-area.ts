// The global of that name is a getter.
import { Buffer } from 'node:buffer';
import type { Libc } from '../libc.ts';

/** Octets of struct mmsghdr and struct iovec on 64-bit Linux, and where their fields stand (recvmmsg(2), recvmsg(2)). */
const HEADER = 64;
const HEADER_IOV = 16;
const HEADER_IOV_COUNT = 24;
const VECTOR = 16;
const VECTOR_LENGTH = 8;
/** Of mmsghdr: the octets received. */
const HEADER_RECEIVED = 56;

/** Room for several datagrams, laid out as recvmmsg and sendmmsg take them. */
export class MessageArea {
  readonly octets: Buffer;
  /** Datagrams, and octets of each, that there is room for. */
  readonly count: number;
  readonly size: number;
  readonly #vectors: number;
  readonly #data: number;

  constructor(count: number, size: number, libc: Pick<Libc, 'addressOf'>) {
    this.count = count;
    this.size = size;
    this.#vectors = count * HEADER;
    this.#data = this.#vectors + count * VECTOR;
    this.octets = Buffer.from(new ArrayBuffer(this.#data + count * size));
    const base = BigInt(libc.addressOf(this.octets));
    for (let i = 0; i < count; i++) {
      const vector = this.#vectors + i * VECTOR;
      this.octets.writeBigUInt64LE(base + BigInt(vector), i * HEADER + HEADER_IOV);
      this.octets.writeBigUInt64LE(1n, i * HEADER + HEADER_IOV_COUNT);
      this.octets.writeBigUInt64LE(base + BigInt(this.#data + i * size), vector);
      this.octets.writeBigUInt64LE(BigInt(size), vector + VECTOR_LENGTH);
    }
  }

  /** Makes a copy of `message` with this id datagram `i`; it has at most `size` octets. */
  put(i: number, message: Uint8Array, id: number): void {
    const { octets } = this;
    const start = this.#data + i * this.size;
    for (let at = 2; at < message.length; at++) octets[start + at] = message[at] ?? 0;
    octets[start] = id >>> 8;
    octets[start + 1] = id;
    const length = this.#vectors + i * VECTOR + VECTOR_LENGTH;
    octets[length] = message.length;
    octets[length + 1] = message.length >>> 8;
  }

  /** The headers from datagram `i` on. */
  from(i: number): Uint8Array {
    return i === 0 ? this.octets : this.octets.subarray(i * HEADER);
  }

  /** A copy of datagram `i` as it was received, cut at `size`. */
  received(i: number): Buffer {
    const length = this.octets.readUInt32LE(i * HEADER + HEADER_RECEIVED);
    const start = this.#data + i * this.size;
    const copy = Buffer.allocUnsafe(length);
    this.octets.copy(copy, 0, start, start + length);
    return copy;
  }
}
