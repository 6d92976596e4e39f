// The global of that name is a getter.
import { Buffer } from 'node:buffer';
import { CompressionTable } from './compression.ts';
import type { DomainName } from './name.ts';

/** Fits every UDP reply to a client without EDNS; the writer's buffer at first unless it is given one. */
const INITIAL_SIZE = 512;

/**
 * What has no wire form. RCODE: an rcode above 15 needs an OPT record (RFC 6891 §6.1.3). LENGTH: more octets than the
 * count before them can say. CHARACTER: a character that is no octet in an octet string.
 */
export class EncodeError extends Error {
  readonly code: 'RCODE' | 'LENGTH' | 'CHARACTER';

  constructor(code: 'RCODE' | 'LENGTH' | 'CHARACTER', message: string) {
    super(message);
    this.name = 'EncodeError';
    this.code = code;
  }
}

export interface WriterOptions {
  /** Compress names (RFC 1035 §4.1.4) where the record type allows it. Default: false. */
  readonly compress?: boolean;
  /** Written to as long as everything fits, then left for a larger one. */
  readonly buffer?: Uint8Array;
}

/** Appends wire format to a buffer that grows. */
export class WireWriter {
  #bytes: Uint8Array;
  #length = 0;
  readonly #table: CompressionTable | undefined;
  // The name that `compressibleName` wrote last and the pointer to it: the records of a set share their owner.
  #lastName: DomainName | undefined;
  #lastPointer = 0;

  constructor(options: WriterOptions = {}) {
    this.#bytes = options.buffer ?? Buffer.allocUnsafe(INITIAL_SIZE);
    this.#table = options.compress === true ? new CompressionTable() : undefined;
  }

  /** Octets written so far. */
  get length(): number {
    return this.#length;
  }

  /** What has been written: a view, valid until the next write. */
  get written(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#length);
  }

  uint8(value: number): void {
    const at = this.#extend(1);
    this.#bytes[at] = value;
  }

  uint16(value: number): void {
    const at = this.#extend(2);
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
  }

  uint32(value: number): void {
    const at = this.#extend(4);
    this.#bytes[at] = value >>> 24;
    this.#bytes[at + 1] = value >>> 16;
    this.#bytes[at + 2] = value >>> 8;
    this.#bytes[at + 3] = value;
  }

  /** Up to 48 bits, as TSIG's time. */
  uint48(value: number): void {
    this.uint16(Math.floor(value / 0x1_0000_0000));
    this.uint32(value % 0x1_0000_0000);
  }

  octets(octets: Uint8Array): void {
    const at = this.#extend(octets.length);
    if (octets.length > 32) {
      this.#bytes.set(octets, at);
      return;
    }
    for (let i = 0; i < octets.length; i++) this.#bytes[at + i] = octets[i] ?? 0;
  }

  /** A string whose UTF-16 units are octets. Throws EncodeError. */
  octetString(text: string): void {
    const at = this.#extend(text.length);
    for (let i = 0; i < text.length; i++) {
      const octet = text.charCodeAt(i);
      if (octet > 0xff) throw new EncodeError('CHARACTER', `a text has characters that are no octets: ${text}`);
      this.#bytes[at + i] = octet;
    }
  }

  /** As `octetString`, after a count of 8 bits (RFC 1035 §3.3). */
  characterString(text: string): void {
    if (text.length > 0xff) throw new EncodeError('LENGTH', `a string has ${text.length} octets, more than 255`);
    this.uint8(text.length);
    this.octetString(text);
  }

  /** A name that must not be compressed (RFC 3597 §4); later names may point to it. */
  name(name: DomainName): void {
    if (!name.isRoot) this.#table?.place(this.#bytes, this.#length, name.wire);
    this.octets(name.wire);
  }

  /** A name that is compressed if this writer compresses: owners, questions, and names in RFC 1035 record types. */
  compressibleName(name: DomainName): void {
    if (this.#table === undefined || name.isRoot) {
      this.octets(name.wire);
      return;
    }
    if (name === this.#lastName) {
      this.uint16(0xc000 | this.#lastPointer);
      return;
    }
    const start = this.#length;
    const placed = this.#table.place(this.#bytes, start, name.wire);
    const pointer = placed >>> 8;
    const plain = placed & 0xff;
    if (pointer === 0) {
      this.octets(name.wire);
    } else {
      const at = this.#extend(plain);
      for (let i = 0; i < plain; i++) this.#bytes[at + i] = name.wire[i] ?? 0;
      this.uint16(0xc000 | pointer);
    }
    this.#rememberPointer(name, plain === 0 ? pointer : start);
  }

  /** Leaves room for a length of 16 bits; give the result to `closeLength` when what it counts has been written. */
  openLength(): number {
    return this.#extend(2);
  }

  closeLength(at: number): void {
    this.patchUint16(at, this.#length - at - 2);
  }

  /** Overwrites 16 bits that have been written. */
  patchUint16(at: number, value: number): void {
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
  }

  /** Takes back everything from `length` (an earlier `writer.length`) on. */
  rollback(length: number): void {
    this.#length = length;
    this.#table?.rollback(length);
    if (this.#lastPointer >= length) this.#lastName = undefined;
  }

  /** Pointers have 14 bits. */
  #rememberPointer(name: DomainName, pointer: number): void {
    if (pointer > 0x3fff) return;
    this.#lastName = name;
    this.#lastPointer = pointer;
  }

  /** Makes room for `count` octets; returns where they start. */
  #extend(count: number): number {
    const at = this.#length;
    this.#length = at + count;
    if (this.#length > this.#bytes.length) this.#grow(at);
    return at;
  }

  #grow(used: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, used));
    this.#bytes = larger;
  }
}
