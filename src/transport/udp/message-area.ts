// The global of that name is a getter.
import { Buffer } from 'node:buffer';
import { allocateWireArea, type WireArea } from '../wire-area.ts';
import { type Libc, LINUX } from '../libc.ts';
import { SOCKET_ADDRESS_LENGTH, SOCKET_ADDRESS_LENGTH_IPV4 } from './socket-address.ts';

/** struct mmsghdr, struct iovec and what stands where in them, on the 64-bit machines that Node runs on. */
const HEADER_LENGTH = 64;
const HEADER = {
  NAME: 0,
  NAME_LENGTH: 8,
  IOV: 16,
  IOV_COUNT: 24,
  CONTROL: 32,
  CONTROL_LENGTH: 40,
  FLAGS: 48,
  LENGTH: 56,
} as const;
const IOV_LENGTH = 16;
const NAME_LENGTH = 32;
/**
 * Octets between two datagrams: with a power of two from one to the next, their beginnings would all have to share the same few lines of the processor's
 * caches.
 */
const CACHE_LINE = 64;
/** Octets up to which a copy is made faster by itself than by a call. */
const SHORT_COPY = 128;
/** Room for control messages: the dropped datagrams (24 octets) and the address that a datagram was sent to (32 or 40). */
export const CONTROL_LENGTH = 64;

/**
 * Memory for a batch of datagrams as recvmmsg and sendmmsg want it: headers, addresses, control messages and octets in one piece, whose pointers
 * are written once. The kernel writes to it only during a call.
 */
export class MessageArea {
  readonly area: WireArea;
  readonly count: number;
  /** Octets for each datagram. */
  readonly size: number;
  /** The headers, for the calls. */
  readonly headers: Uint8Array;
  readonly #words: Int32Array;
  readonly #base: number;
  readonly #names: number;
  readonly #controls: number;
  readonly #data: number;
  readonly #stride: number;

  constructor(libc: Libc, count: number, size: number) {
    this.count = count;
    this.size = size;
    this.#stride = size + CACHE_LINE;
    const iovs = count * HEADER_LENGTH;
    this.#names = iovs + count * IOV_LENGTH;
    this.#controls = this.#names + count * NAME_LENGTH;
    this.#data = this.#controls + count * CONTROL_LENGTH;
    this.area = allocateWireArea(this.#data + count * this.#stride);
    const { bytes } = this.area;
    this.#words = new Int32Array(bytes.buffer);
    this.#base = libc.addressOf(bytes);
    this.headers = bytes.subarray(0, iovs);
    for (let i = 0; i < count; i++) {
      const iov = iovs + i * IOV_LENGTH;
      this.#point(iov, this.dataAt(i));
      this.#words[(iov + 8) >> 2] = size;
      this.#point(i * HEADER_LENGTH + HEADER.IOV, iov);
      this.#words[(i * HEADER_LENGTH + HEADER.IOV_COUNT) >> 2] = 1;
      this.#point(i * HEADER_LENGTH + HEADER.NAME, this.nameAt(i));
      this.#point(i * HEADER_LENGTH + HEADER.CONTROL, this.controlAt(i));
    }
  }

  /** Where the octets, the address and the control messages of a datagram stand. */
  dataAt(i: number): number {
    return this.#data + i * this.#stride;
  }

  nameAt(i: number): number {
    return this.#names + i * NAME_LENGTH;
  }

  controlAt(i: number): number {
    return this.#controls + i * CONTROL_LENGTH;
  }

  /** Octets of the datagram that came. */
  lengthOf(i: number): number {
    return this.#words[(i * HEADER_LENGTH + HEADER.LENGTH) >> 2] ?? 0;
  }

  nameLengthOf(i: number): number {
    return this.#words[(i * HEADER_LENGTH + HEADER.NAME_LENGTH) >> 2] ?? 0;
  }

  controlLengthOf(i: number): number {
    return this.#words[(i * HEADER_LENGTH + HEADER.CONTROL_LENGTH) >> 2] ?? 0;
  }

  /** Makes room for the address and the control messages of the next datagram. */
  reset(i: number, controlLength: number): void {
    this.#words[(i * HEADER_LENGTH + HEADER.NAME_LENGTH) >> 2] = SOCKET_ADDRESS_LENGTH;
    this.#words[(i * HEADER_LENGTH + HEADER.CONTROL_LENGTH) >> 2] = controlLength;
  }

  /** Octets of the datagram to send. */
  setLength(i: number, length: number): void {
    this.#words[(this.headers.length + i * IOV_LENGTH + 8) >> 2] = length;
  }

  /** Sends datagram `i` to where datagram `j` of `received` came from; its address and control messages are read where they stand. */
  answerTo(
    i: number,
    received: MessageArea,
    j: number,
    control: { readonly at: number; readonly length: number },
  ): void {
    const header = i * HEADER_LENGTH;
    this.#pointTo(header + HEADER.NAME, received.#base + received.nameAt(j));
    this.#words[(header + HEADER.NAME_LENGTH) >> 2] = received.nameLengthOf(j);
    this.#pointTo(header + HEADER.CONTROL, received.#base + control.at);
    this.#words[(header + HEADER.CONTROL_LENGTH) >> 2] = control.length;
  }

  /** A copy of datagram `i`, in memory that many share: an array with memory of its own would take three times as much. */
  copyOf(i: number): Buffer {
    const { bytes } = this.area;
    const start = this.dataAt(i);
    const length = this.lengthOf(i);
    const copy = Buffer.allocUnsafe(length);
    if (length > SHORT_COPY) copy.set(bytes.subarray(start, start + length));
    else for (let at = 0; at < length; at++) copy[at] = bytes[start + at] ?? 0;
    return copy;
  }

  /** A copy of where datagram `i` came from, with the control messages that are to go back: what `sendBack` takes. */
  wayBack(i: number, control: { readonly at: number; readonly length: number }): Uint8Array {
    const { bytes } = this.area;
    const name = this.nameAt(i);
    const nameLength = this.nameLengthOf(i);
    const copy = Buffer.allocUnsafe(nameLength + control.length);
    for (let at = 0; at < nameLength; at++) copy[at] = bytes[name + at] ?? 0;
    for (let at = 0; at < control.length; at++) copy[nameLength + at] = bytes[control.at + at] ?? 0;
    return copy;
  }

  /** Sends datagram `i` to where another came from. */
  sendBack(i: number, wayBack: Uint8Array): void {
    const { bytes } = this.area;
    const header = i * HEADER_LENGTH;
    const [name, control] = [this.nameAt(i), this.controlAt(i)];
    const nameLength = wayBack[0] === LINUX.AF_INET ? SOCKET_ADDRESS_LENGTH_IPV4 : SOCKET_ADDRESS_LENGTH;
    const controlLength = wayBack.length - nameLength;
    for (let at = 0; at < nameLength; at++) bytes[name + at] = wayBack[at] ?? 0;
    for (let at = 0; at < controlLength; at++) bytes[control + at] = wayBack[nameLength + at] ?? 0;
    this.#point(header + HEADER.NAME, name);
    this.#words[(header + HEADER.NAME_LENGTH) >> 2] = nameLength;
    this.#point(header + HEADER.CONTROL, control);
    this.#words[(header + HEADER.CONTROL_LENGTH) >> 2] = controlLength;
  }

  /** The headers of datagrams from `i` on. */
  headersFrom(i: number): Uint8Array {
    return i === 0 ? this.headers : this.headers.subarray(i * HEADER_LENGTH);
  }

  #point(at: number, to: number): void {
    this.#pointTo(at, this.#base + to);
  }

  /** A pointer as two words; addresses of processes have 47 bits. */
  #pointTo(at: number, address: number): void {
    this.#words[at >> 2] = address | 0;
    this.#words[(at >> 2) + 1] = Math.floor(address / 2 ** 32);
  }
}
