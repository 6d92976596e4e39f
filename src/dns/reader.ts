import type { Question } from './message.ts';
import { DomainName, MAXIMUM_NAME_LENGTH } from './name.ts';

/**
 * The most pointers in one name: a name has at most 127 labels (255 octets, two for the shortest label, one for the
 * root), so 127 pointers do for any name that has a label before each.
 */
export const MAXIMUM_POINTERS = 127;
/**
 * The most octets that the names of one message may have when expanded, a pointer counting as one more: a message of 65,535 octets holds at most 4096
 * A records that share a compressed owner (16 octets each), and an owner has at most 255 octets. More comes only from
 * data made to be expensive, such as a list of pointers to one long name.
 */
export const MAXIMUM_EXPANDED_OCTETS: number = 4096 * MAXIMUM_NAME_LENGTH;

/**
 * CUT: the bytes end inside something. LABEL: a label type other than 00 and 11. POINTER: a pointer that does not go
 * backwards, or too many. NAME_TOO_LONG, NAME_WORK: the limits above. RDATA: record data of a wrong form or length.
 * QUESTION_CUT: the bytes end before a question is complete. OPT: a malformed OPT record. OPT_TWICE: two of them.
 */
export type WireErrorCode =
  | 'CUT'
  | 'LABEL'
  | 'POINTER'
  | 'NAME_TOO_LONG'
  | 'NAME_WORK'
  | 'RDATA'
  | 'QUESTION_CUT'
  | 'OPT'
  | 'OPT_TWICE';

/** Bytes that are no DNS message. `offset` is where, in octets from the start of the message. */
export class WireError extends Error {
  readonly code: WireErrorCode;
  readonly offset: number;
  /** The questions that could be read before the error, for the FORMERR reply. */
  readonly questions: readonly Question[];
  /** The message without the place. */
  readonly reason: string;

  constructor(code: WireErrorCode, offset: number, reason: string, questions: readonly Question[] = []) {
    super(`${reason} (at octet ${offset})`);
    this.name = 'WireError';
    this.code = code;
    this.offset = offset;
    this.questions = questions;
    this.reason = reason;
  }
}

/** Reads untrusted bytes from front to back. Every method throws WireError, and nothing else. */
export class WireReader {
  readonly bytes: Uint8Array;
  /** The next octet to read. */
  offset: number;
  /** Where reading must stop: the end of the bytes, or of the record data being read. */
  limit: number;
  #expanded = 0;
  // Most names in a message are pointers to the first name (the question's) or to the one that was read last.
  #firstOffset = -1;
  #firstName: DomainName = DomainName.root;
  #lastOffset = -1;
  #lastName: DomainName = DomainName.root;

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes;
    this.offset = offset;
    this.limit = bytes.length;
  }

  /** Octets before `limit`. */
  get remaining(): number {
    return this.limit - this.offset;
  }

  uint8(): number {
    const offset = this.#take(1);
    return this.bytes[offset] ?? 0;
  }

  uint16(): number {
    const offset = this.#take(2);
    return ((this.bytes[offset] ?? 0) << 8) | (this.bytes[offset + 1] ?? 0);
  }

  uint32(): number {
    return this.uint16() * 0x1_0000 + this.uint16();
  }

  /** Up to 48 bits, as TSIG's time. */
  uint48(): number {
    return this.uint16() * 0x1_0000_0000 + this.uint32();
  }

  /** A copy of the next `length` octets. */
  octets(length: number): Uint8Array {
    const offset = this.#take(length);
    return copy(this.bytes, offset, length);
  }

  /** A copy of all octets before `limit`. */
  rest(): Uint8Array {
    return this.octets(this.remaining);
  }

  /** The next `length` octets as a string, one UTF-16 unit each. */
  octetString(length: number): string {
    const offset = this.#take(length);
    let text = '';
    for (let i = offset; i < offset + length; i++) text += String.fromCharCode(this.bytes[i] ?? 0);
    return text;
  }

  /** A domain name, compressed or not (RFC 1035 §4.1.4). Pointers may leave `limit`, backwards only. */
  name(): DomainName {
    const { bytes, limit } = this;
    const start = this.offset;
    let i = start;
    for (;;) {
      if (i >= limit) throw new WireError('CUT', i, 'the message ends inside a name');
      const length = bytes[i] ?? 0;
      if (length === 0) break;
      if (length > 63) return this.#compressedName(start, i);
      i += length + 1;
    }
    const octets = i + 1 - start;
    if (octets > MAXIMUM_NAME_LENGTH) throw new WireError('NAME_TOO_LONG', start, 'a name has more than 255 octets');
    this.offset = i + 1;
    if (octets === 1) return DomainName.root;
    this.#charge(octets, start);
    const name = DomainName.fromWire(copy(bytes, start, octets));
    this.#remember(start, name);
    return name;
  }

  /** The name at `start`, known to be plain up to `pointer`, where an octet above 63 stands. */
  #compressedName(start: number, pointer: number): DomainName {
    const { bytes } = this;
    const first = this.#target(pointer, start, this.limit);
    this.offset = pointer + 2;
    if (start === pointer && first === this.#firstOffset) return this.#firstName;
    if (start === pointer && first === this.#lastOffset) return this.#lastName;
    let octets = pointer - start + 1;
    let next = first;
    // Each pointer has to lead before the piece of the name that it ends, so that the walk gets shorter each time.
    let pieceStart = first;
    let pointers = 1;
    for (;;) {
      if (octets > MAXIMUM_NAME_LENGTH) throw new WireError('NAME_TOO_LONG', start, 'a name has more than 255 octets');
      const length = bytes[next];
      if (length === undefined) throw new WireError('CUT', next, 'the message ends inside a name');
      if (length === 0) break;
      if (length <= 63) {
        octets += length + 1;
        next += length + 1;
        continue;
      }
      if (++pointers > MAXIMUM_POINTERS) throw new WireError('POINTER', next, 'a name has too many pointers');
      next = this.#target(next, pieceStart, bytes.length);
      pieceStart = next;
    }
    this.#charge(octets + pointers, start);
    const name = DomainName.fromWire(expand(bytes, start, octets));
    this.#remember(start === pointer ? first : start, name);
    return name;
  }

  /** Where the pointer at `at` leads: always before `before`. */
  #target(at: number, before: number, limit: number): number {
    const high = this.bytes[at] ?? 0;
    if (high < 0xc0) throw new WireError('LABEL', at, 'a label has an unknown type');
    if (at + 1 >= limit) throw new WireError('CUT', at, 'the message ends inside a name');
    const target = ((high & 0x3f) << 8) | (this.bytes[at + 1] ?? 0);
    if (target >= before) throw new WireError('POINTER', at, 'a compression pointer does not go backwards');
    return target;
  }

  #charge(octets: number, at: number): void {
    this.#expanded += octets;
    if (this.#expanded > MAXIMUM_EXPANDED_OCTETS) {
      throw new WireError('NAME_WORK', at, 'the names of the message are too long altogether');
    }
  }

  #remember(offset: number, name: DomainName): void {
    if (this.#firstOffset < 0) {
      this.#firstOffset = offset;
      this.#firstName = name;
    } else {
      this.#lastOffset = offset;
      this.#lastName = name;
    }
  }

  /** Moves past `length` octets; returns where they start. */
  #take(length: number): number {
    const offset = this.offset;
    if (length > this.limit - offset) throw new WireError('CUT', offset, 'the data ends too early');
    this.offset = offset + length;
    return offset;
  }
}

/** Below this many octets a loop is faster than a call out of JavaScript. */
const SHORT_COPY = 64;

/** A copy of `length` octets; Buffer's own slice would be a view of what the next datagram overwrites. */
function copy(bytes: Uint8Array, start: number, length: number): Uint8Array {
  const octets = new Uint8Array(length);
  if (length > SHORT_COPY) octets.set(bytes.subarray(start, start + length));
  else for (let i = 0; i < length; i++) octets[i] = bytes[start + i] ?? 0;
  return octets;
}

/** The `octets` of the name at `start`, all of whose pointers are known to be good. */
function expand(bytes: Uint8Array, start: number, octets: number): Uint8Array {
  const wire = new Uint8Array(octets);
  let i = start;
  // The root's zero is there already.
  for (let end = 0; end < octets - 1;) {
    const length = bytes[i] ?? 0;
    if (length > 63) {
      i = ((length & 0x3f) << 8) | (bytes[i + 1] ?? 0);
      continue;
    }
    for (const labelEnd = end + length; end <= labelEnd;) wire[end++] = bytes[i++] ?? 0;
  }
  return wire;
}
