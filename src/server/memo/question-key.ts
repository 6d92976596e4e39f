import { capitalsIn, mixed } from '../../dns/letter-case.ts';
import { HEADER_LENGTH, MAXIMUM_MESSAGE_LENGTH, MINIMUM_PAYLOAD_SIZE } from '../../dns/message.ts';
import { MAXIMUM_NAME_LENGTH } from '../../dns/name.ts';
import type { WireArea } from '../../transport/wire-area.ts';

/** How a message came, as far as answers depend on it. */
export const PATH = {
  /** From an IPv6 address: the metrics tell the families apart, and so do the sizes above which answers are compressed. */
  IPV6: 0x20,
  /** On a stream, where a message may have 65,535 octets. */
  STREAM: 0x40,
} as const;

/** What besides path, name, type and class tells questions apart. */
const BIT = { RD: 0x01, AD: 0x02, CD: 0x04, EDNS: 0x08, DO: 0x10 } as const;

/** Type and class after the name. */
const QUESTION_FIXED_LENGTH = 4;
/** An OPT record without options: root, type, payload size, rcode and version, flags, length (RFC 6891 §6.1.2). */
export const OPT_LENGTH = 11;
/** Questions that may be remembered are no longer: header, name, type, class and an OPT record. */
export const LONGEST_QUESTION: number = HEADER_LENGTH + MAXIMUM_NAME_LENGTH + QUESTION_FIXED_LENGTH + OPT_LENGTH;
const OPT_TYPE = 41;
/** Octets of a header in words: flags and counts of a question that can be remembered. */
const RD_FLAG = 0x01;
const AD_AND_CD_FLAGS = 0x30;
/** Where the hash begins. */
const BASIS = 0x811c_9dc5;

/**
 * The key of the question in a message, read without making anything of it: for plain questions only, that is one question of ordinary
 * form, and perhaps an OPT record without options. All others go through the chain.
 */
export class QuestionKey {
  /** Path and flags, see BIT and PATH. */
  bits = 0;
  hash = 0;
  /** Octets of name, type and class. */
  length = 0;
  /** Octets that the client takes. */
  limit = 0;
  /** Has the name capital letters? */
  hasCapitals = false;

  /** Reads the message of `length` octets at `start`. False if it is no plain question. */
  read(area: WireArea, start: number, length: number, path: number): boolean {
    const { bytes, view } = area;
    if (length < HEADER_LENGTH + 1 + QUESTION_FIXED_LENGTH) return false;
    const high = bytes[start + 2] ?? 0;
    const low = bytes[start + 3] ?? 0;
    if ((high & ~RD_FLAG) !== 0 || (low & ~AD_AND_CD_FLAGS) !== 0) return false;
    // One question, no answers, no authorities, at most one additional record.
    if (view.getInt32(start + 4) !== 0x1_0000) return false;
    const additionals = view.getInt32(start + 8);
    if ((additionals & ~1) !== 0) return false;
    const nameAt = start + HEADER_LENGTH;
    const messageEnd = start + length;
    let at = nameAt;
    for (let label = bytes[at] ?? 0; label !== 0; label = bytes[at] ?? 0) {
      at += label + 1;
      if (label > 63 || at >= messageEnd) return false;
    }
    const end = at + 1 + QUESTION_FIXED_LENGTH;
    if (at + 1 - nameAt > MAXIMUM_NAME_LENGTH || end > messageEnd) return false;
    this.length = end - nameAt;
    this.bits = path | (high & RD_FLAG ? BIT.RD : 0) | (low & 0x20 ? BIT.AD : 0) | (low & 0x10 ? BIT.CD : 0);
    this.limit = (path & PATH.STREAM) === 0 ? MINIMUM_PAYLOAD_SIZE : MAXIMUM_MESSAGE_LENGTH;
    if (additionals === 0) {
      if (end !== messageEnd) return false;
    } else if (!this.#readOpt(area, end, messageEnd)) {
      return false;
    }
    this.#hash(area, nameAt, at, end);
    return true;
  }

  #readOpt({ bytes, view }: WireArea, at: number, messageEnd: number): boolean {
    if (at + OPT_LENGTH !== messageEnd || bytes[at] !== 0 || view.getUint16(at + 1) !== OPT_TYPE) return false;
    // Upper rcode bits and version; length of the options.
    if (view.getUint16(at + 5) !== 0 || view.getUint16(at + 9) !== 0) return false;
    this.bits |= (bytes[at + 7] ?? 0) & 0x80 ? BIT.EDNS | BIT.DO : BIT.EDNS;
    if ((this.bits & PATH.STREAM) === 0) this.limit = Math.max(view.getUint16(at + 3), MINIMUM_PAYLOAD_SIZE);
    return true;
  }

  /** Four octets at a time; the last word reaches into what follows, of which nothing may count. */
  #hash({ view }: WireArea, from: number, nameEnd: number, end: number): void {
    let hash = BASIS ^ this.bits;
    let capitals = 0;
    let at = from;
    for (; at + 4 <= nameEnd; at += 4) {
      const word = view.getInt32(at, true);
      capitals |= capitalsIn(word);
      hash = mixed(hash, word);
    }
    for (; at < end; at += 4) {
      const word = view.getInt32(at, true) & maskOf(end - at);
      // Type and class may look like letters, so only the name's part counts.
      capitals |= capitalsIn(word & maskOf(nameEnd - at));
      hash = mixed(hash, word);
    }
    this.hash = hash;
    this.hasCapitals = capitals !== 0;
  }
}

/** The part of a word (its lowest octet first) that has `count` octets. */
export function maskOf(count: number): number {
  if (count >= 4) return -1;
  return count <= 0 ? 0 : (1 << (count << 3)) - 1;
}

/** Does the question of the message ask with an OPT record? */
export function hasEdns(bits: number): boolean {
  return (bits & BIT.EDNS) !== 0;
}
