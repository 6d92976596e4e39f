import { CLASS } from './codes.ts';
import { HEADER_LENGTH } from './message.ts';
import { MAXIMUM_NAME_LENGTH } from './name.ts';
import { TYPE } from './types.ts';

/** What is known of a plain message without a record having been made of it. Offsets count octets from the start of the message. */
export interface Survey {
  readonly questionEnd: number;
  /** Where the TTL of each record stands, in their order; the OPT record has none. */
  readonly ttlOffsets: readonly number[];
  /** The smallest TTL; Infinity without records. */
  readonly leastTtl: number;
  /** Where the OPT record starts, or -1. */
  readonly optOffset: number;
  /** Where the OPT record ends, or -1: the end of the message if nothing follows. */
  readonly optEnd: number;
  /** The upper eight bits of the rcode, from the OPT record. */
  readonly upperRcode: number;
  /** The DO bit of the OPT record. */
  readonly dnssecOk: boolean;
  /** The type of the first answer if its owner is the name of the question and its class IN; else 0. */
  readonly firstAnswerType: number;
  /** Is there such a record in the authority section? */
  readonly hasSoa: boolean;
  readonly hasNs: boolean;
  /** Octets that the message would have without compression. */
  readonly plainLength: number;
}

/**
 * Looks through a message in one pass, or returns undefined for one that is not plain: malformed, with other than one question, records missing or octets
 * left over, classes other than IN, or a record type that is not among the common ones below. Those are for the decoder, which says what is wrong.
 */
export function surveyMessage(octets: Uint8Array): Survey | undefined {
  const surveyor = new Surveyor(octets);
  return surveyor.run() ? surveyor : undefined;
}

/** Pointers in one name that are followed; names of real messages have one or two. */
const MAXIMUM_POINTERS = 8;
/** What a message without records has; not to be pushed to. */
const NONE: number[] = [];
/** Type, class, TTL and data length of a record. */
const FIXED_LENGTH = 10;

class Surveyor implements Survey {
  questionEnd = 0;
  ttlOffsets: number[] = NONE;
  leastTtl = Infinity;
  optOffset = -1;
  optEnd = -1;
  upperRcode = 0;
  dnssecOk = false;
  firstAnswerType = 0;
  hasSoa = false;
  hasNs = false;
  plainLength = HEADER_LENGTH;
  readonly #octets: Uint8Array;
  #at = HEADER_LENGTH;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  run(): boolean {
    const octets = this.#octets;
    if (octets.length < HEADER_LENGTH || this.#uint16(4) !== 1) return false;
    if (!this.#name(octets.length) || this.#at + 4 > octets.length) return false;
    // A pointer cannot have been followed: there is nothing before the question to point to but the header, which `#name` refuses.
    this.#at += 4;
    this.plainLength += 4;
    this.questionEnd = this.#at;
    return (
      this.#records(this.#uint16(6), ANSWER) &&
      this.#records(this.#uint16(8), AUTHORITY) &&
      this.#records(this.#uint16(10), ADDITIONAL) &&
      this.#at === octets.length
    );
  }

  #records(count: number, section: number): boolean {
    const octets = this.#octets;
    for (let i = 0; i < count; i++) {
      const start = this.#at;
      if (!this.#name(octets.length)) return false;
      const at = this.#at;
      const data = at + FIXED_LENGTH;
      if (data > octets.length) return false;
      const end = data + this.#uint16(at + 8);
      if (end > octets.length) return false;
      const type = this.#uint16(at);
      this.plainLength += FIXED_LENGTH;
      this.#at = data;
      if (type === TYPE.OPT) {
        if (section !== ADDITIONAL || at !== start + 1 || !this.#opt(start, at, end)) return false;
        continue;
      }
      if (this.#uint16(at + 2) !== CLASS.IN || !this.#data(type, end)) return false;
      const ttl = this.#uint16(at + 4) * 0x1_0000 + this.#uint16(at + 6);
      // Most messages have one record, and an array that something is pushed to makes room for many.
      if (this.ttlOffsets.length === 0) this.ttlOffsets = [at + 4];
      else this.ttlOffsets.push(at + 4);
      if (ttl < this.leastTtl) this.leastTtl = ttl;
      if (section === ANSWER && i === 0 && octets[start] === 0xc0 && octets[start + 1] === HEADER_LENGTH) {
        this.firstAnswerType = type;
      } else if (section === AUTHORITY) {
        if (type === TYPE.SOA) this.hasSoa = true;
        else if (type === TYPE.NS) this.hasNs = true;
      }
    }
    return true;
  }

  /** Record data that end at `end`: is their form right? */
  #data(type: number, end: number): boolean {
    const start = this.#at;
    switch (type) {
      case TYPE.A:
        return this.#fixed(4, end);
      case TYPE.AAAA:
        return this.#fixed(16, end);
      case TYPE.CNAME:
      case TYPE.NS:
      case TYPE.PTR:
        return this.#name(end) && this.#at === end;
      case TYPE.MX:
        return this.#skip(2, end) && this.#name(end) && this.#at === end;
      case TYPE.SRV:
        return this.#skip(6, end) && this.#name(end) && this.#at === end;
      case TYPE.SOA:
        return this.#name(end) && this.#name(end) && this.#fixed(20, end);
      case TYPE.TXT: {
        let at = start;
        while (at < end) at += (this.#octets[at] ?? 0) + 1;
        return start < end && at === end && this.#fixed(end - start, end);
      }
      default:
        return false;
    }
  }

  /** `start`: of the record, `at`: of its type. */
  #opt(start: number, at: number, end: number): boolean {
    if (this.optOffset >= 0) return false;
    this.optOffset = start;
    this.optEnd = end;
    this.upperRcode = this.#octets[at + 4] ?? 0;
    this.dnssecOk = ((this.#octets[at + 6] ?? 0) & 0x80) !== 0;
    let option = this.#at;
    while (option + 4 <= end) option += 4 + this.#uint16(option + 2);
    return option === end && this.#fixed(end - this.#at, end);
  }

  #fixed(length: number, end: number): boolean {
    return this.#skip(length, end) && this.#at === end;
  }

  #skip(length: number, end: number): boolean {
    this.#at += length;
    this.plainLength += length;
    return this.#at <= end;
  }

  /** Passes a name whose octets, up to a pointer, end before `limit`. Pointers go backwards, and never into the header. */
  #name(limit: number): boolean {
    const octets = this.#octets;
    let at = this.#at;
    let pieceStart = at;
    let length = 1;
    let pointers = 0;
    for (;;) {
      if (at >= limit) return false;
      const label = octets[at] ?? 0;
      if (label === 0) break;
      if (label <= 63) {
        length += label + 1;
        at += label + 1;
        if (length > MAXIMUM_NAME_LENGTH) return false;
        continue;
      }
      const target = ((label & 0x3f) << 8) | (octets[at + 1] ?? 0);
      if (label < 0xc0 || at + 1 >= limit || target >= pieceStart || target < HEADER_LENGTH) return false;
      if (++pointers > MAXIMUM_POINTERS) return false;
      if (pointers === 1) {
        this.#at = at + 2;
        // Where the name goes on is before this record, so no longer bound by the limit of its data.
        limit = octets.length;
      }
      at = target;
      pieceStart = target;
    }
    if (pointers === 0) this.#at = at + 1;
    this.plainLength += length;
    return true;
  }

  #uint16(offset: number): number {
    return ((this.#octets[offset] ?? 0) << 8) | (this.#octets[offset + 1] ?? 0);
  }
}

const ANSWER = 0;
const AUTHORITY = 1;
const ADDITIONAL = 2;
