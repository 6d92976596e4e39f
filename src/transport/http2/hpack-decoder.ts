import { type Field, type FieldKind, fieldKind, STATIC_FIELDS } from './field.ts';
import type { HuffmanCode } from './huffman.ts';

/** What every entry of the table counts besides its name and value (RFC 7541 §4.1). */
const ENTRY_OVERHEAD = 32;
/** The table that a peer may make us keep, in octets: the default of SETTINGS_HEADER_TABLE_SIZE (RFC 9113 §6.5.2). */
const MAXIMUM_TABLE = 4096;
/** Integers of more octets mean nothing that fits anywhere. */
const MAXIMUM_INTEGER_OCTETS = 5;
/** A string of this length, Huffman-coded, fits the buffer that is kept; longer ones get one of their own. */
const KEPT_SCRATCH = 1024;

/** A header block that cannot be read: nothing after it can be either (RFC 9113 §4.3). */
export class HpackError extends Error {}

/** Reads the header blocks of one connection, which build on one another (RFC 7541). */
export class HpackDecoder {
  readonly #huffman: HuffmanCode;
  /** The newest entry is the last. */
  #table: Field[] = [];
  #size = 0;
  #limit = MAXIMUM_TABLE;
  #scratch: Buffer = Buffer.alloc(0);
  #octets: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  constructor(huffman: HuffmanCode) {
    this.#huffman = huffman;
  }

  /** Calls `take` with every field of a whole block, in order. Throws an HpackError. */
  decode(octets: Buffer, start: number, end: number, take: (field: Field) => void): void {
    this.#octets = octets;
    this.#at = start;
    this.#end = end;
    let first = true;
    while (this.#at < this.#end) {
      const octet = octets[this.#at] ?? 0;
      if (octet >= 0x80) {
        take(this.#entry(this.#integer(0x7f)));
      } else if (octet >= 0x40) {
        const field = this.#literal(0x3f);
        this.#add(field);
        take(field);
      } else if (octet >= 0x20) {
        // A change of the table's size stands before all fields (RFC 7541 §4.2).
        if (!first) throw new HpackError('the table changes its size within a block');
        this.#resize(this.#integer(0x1f));
        continue;
      } else {
        take(this.#literal(0x0f));
      }
      first = false;
    }
  }

  #literal(mask: number): Field {
    const index = this.#integer(mask);
    let name: string;
    let kind: FieldKind;
    if (index === 0) {
      name = this.#string();
      kind = fieldKind(name);
    } else {
      ({ name, kind } = this.#entry(index));
    }
    return { name, value: this.#string(), kind };
  }

  #entry(index: number): Field {
    const field =
      index <= STATIC_FIELDS.length
        ? STATIC_FIELDS[index - 1]
        : this.#table[this.#table.length - (index - STATIC_FIELDS.length)];
    if (field === undefined) throw new HpackError('an index beyond the table');
    return field;
  }

  #add(field: Field): void {
    this.#table.push(field);
    this.#size += sizeOf(field);
    this.#evict();
  }

  #resize(limit: number): void {
    if (limit > MAXIMUM_TABLE) throw new HpackError('a table larger than allowed');
    this.#limit = limit;
    this.#evict();
  }

  #evict(): void {
    let gone = 0;
    while (this.#size > this.#limit) this.#size -= sizeOf(this.#table[gone++]);
    if (gone > 0) this.#table = this.#table.slice(gone);
  }

  /** An integer whose first octet has the bits of `mask` (RFC 7541 §5.1). */
  #integer(mask: number): number {
    let value = this.#octet() & mask;
    if (value < mask) return value;
    for (let i = 0; i < MAXIMUM_INTEGER_OCTETS; i++) {
      const octet = this.#octet();
      value += (octet & 0x7f) * 2 ** (7 * i);
      if (octet < 0x80) return value;
    }
    throw new HpackError('an integer out of all bounds');
  }

  #octet(): number {
    if (this.#at >= this.#end) throw new HpackError('a block that ends too soon');
    return this.#octets[this.#at++] ?? 0;
  }

  #string(): string {
    const coded = ((this.#octets[this.#at] ?? 0) & 0x80) !== 0;
    const length = this.#integer(0x7f);
    const start = this.#at;
    const end = start + length;
    if (end > this.#end) throw new HpackError('a string that is longer than its block');
    this.#at = end;
    if (!coded) return this.#octets.toString('latin1', start, end);
    // The shortest codes have five bits.
    const room = Math.ceil((length * 8) / 5);
    if (this.#scratch.length === 0) this.#scratch = Buffer.allocUnsafe(KEPT_SCRATCH);
    const scratch = room <= KEPT_SCRATCH ? this.#scratch : Buffer.allocUnsafe(room);
    const written = this.#huffman.decode(this.#octets, start, end, scratch);
    if (written < 0) throw new HpackError('a string that is no Huffman code');
    return scratch.toString('latin1', 0, written);
  }
}

function sizeOf(field: Field | undefined): number {
  return field === undefined ? 0 : field.name.length + field.value.length + ENTRY_OVERHEAD;
}
