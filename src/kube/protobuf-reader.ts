import { DecodeError } from './json.ts';

/** How a value is written (protobuf encoding, "Message Structure"); groups, 3 and 4, do not occur. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

// A number of 64 bits takes ten octets of seven bits.
const MAXIMUM_VARINT_OCTETS = 10;

/**
 * A cursor over one message in memory. What is not asked for is stepped over without being made into anything:
 *
 *     while (reader.more(end)) {
 *       if (reader.field() === 3) name = reader.text();
 *       else reader.skip();
 *     }
 *
 * Everything throws DecodeError when the octets are not what they should be, and never looks beyond the message.
 */
export class ProtobufReader {
  #octets: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;
  #wireType = VARINT;

  /** Begins with the message that stands in `octets` between two offsets. The octets must not change meanwhile. */
  begin(octets: Buffer, start: number, end: number): void {
    this.#octets = octets;
    this.#at = start;
    this.#end = end;
  }

  get position(): number {
    return this.#at;
  }

  /** Whether there are fields before `end`, which `open` gave or where the whole message ends. */
  more(end: number): boolean {
    if (this.#at > end) throw new DecodeError('a part of the object is longer than the whole');
    return this.#at < end;
  }

  /** The number of the field that begins here; its value is next. */
  field(): number {
    const tag = this.#varint();
    this.#wireType = tag & 7;
    return Math.floor(tag / 8);
  }

  /** Steps over the value. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#varint();
        return;
      case LENGTH:
        this.#at = this.#open();
        return;
      case FIXED64:
        return this.#step(8);
      case FIXED32:
        return this.#step(4);
      default:
        throw new DecodeError(`a field has the unknown wire type ${this.#wireType}`);
    }
  }

  /** A message or a list of octets as value: goes to its beginning and returns its end. */
  open(): number {
    this.#expect(LENGTH);
    return this.#open();
  }

  /** Goes to the end of a message without reading the rest of it. */
  leave(end: number): void {
    this.#at = end;
  }

  text(): string {
    this.#expect(LENGTH);
    const end = this.#open();
    const text = this.#octets.toString('utf8', this.#at, end);
    this.#at = end;
    return text;
  }

  /** Exact up to 2^53. */
  number(): number {
    this.#expect(VARINT);
    return this.#varint();
  }

  boolean(): boolean {
    return this.number() !== 0;
  }

  /** A message as value, of which only the text in one field matters; empty when it is not there. */
  textIn(field: number): string {
    const end = this.open();
    let text = '';
    while (this.more(end)) {
      if (this.field() === field) text = this.text();
      else this.skip();
    }
    return text;
  }

  /** An entry of a map from text to text. */
  mapEntry(): readonly [key: string, value: string] {
    const end = this.open();
    let key = '';
    let value = '';
    while (this.more(end)) {
      const field = this.field();
      if (field === 1) key = this.text();
      else if (field === 2) value = this.text();
      else this.skip();
    }
    return [key, value];
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) {
      throw new DecodeError(`a field has the wire type ${this.#wireType} in place of ${wireType}`);
    }
  }

  #open(): number {
    const length = this.#varint();
    if (length > this.#end - this.#at) throw new DecodeError('a part of the object is longer than the whole');
    return this.#at + length;
  }

  #step(octets: number): void {
    this.#at += octets;
    if (this.#at > this.#end) throw new DecodeError('the object ends in the middle of a number');
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < MAXIMUM_VARINT_OCTETS; i++) {
      if (this.#at >= this.#end) throw new DecodeError('the object ends in the middle of a number');
      const octet = this.#octets[this.#at++] ?? 0;
      value += (octet & 0x7f) * scale;
      if (octet < 0x80) return value;
      scale *= 128;
    }
    throw new DecodeError('a number has more than 64 bits');
  }
}
