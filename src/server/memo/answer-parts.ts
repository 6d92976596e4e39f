import { HEADER_LENGTH } from '../../dns/message.ts';
import { TYPE } from '../../dns/types.ts';

/** One record of an encoded answer; offsets count from the end of the question. */
export interface RecordSpan {
  readonly type: number;
  readonly start: number;
  /** Where its data begin, ten octets after its owner. */
  readonly data: number;
  readonly end: number;
}

/** Where the parts of an encoded answer stand that change on the way out. */
export interface AnswerParts {
  /** Octets of name, type and class of the question. */
  readonly questionLength: number;
  /** The records of the three sections, without OPT. */
  readonly sections: readonly (readonly RecordSpan[])[];
}

/** Type, class, TTL and data length. */
const FIXED_LENGTH = 10;
/** Where the TTL of a record stands before its data. */
export const TTL_BEFORE_DATA = 6;
/** The serial of an SOA record, before the end of its data: it is followed by four other numbers (RFC 1035 §3.3.13). */
export const SERIAL_BEFORE_END = 20;

/** Takes apart an answer that this server has encoded: with one question, and well formed. */
export function answerParts(octets: Uint8Array): AnswerParts {
  const questionEnd = nameEnd(octets, HEADER_LENGTH) + 4;
  const sections: RecordSpan[][] = [];
  let at = questionEnd;
  for (let section = 0; section < 3; section++) {
    const spans: RecordSpan[] = [];
    for (let left = uint16(octets, 6 + 2 * section); left > 0; left--) {
      const fixed = nameEnd(octets, at);
      const data = fixed + FIXED_LENGTH;
      const end = data + uint16(octets, data - 2);
      const type = uint16(octets, fixed);
      if (type !== TYPE.OPT) {
        spans.push({ type, start: at - questionEnd, data: data - questionEnd, end: end - questionEnd });
      }
      at = end;
    }
    sections.push(spans);
  }
  return { questionLength: questionEnd - HEADER_LENGTH, sections };
}

function nameEnd(octets: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = octets[at] ?? 0;
    if (length === 0) return at + 1;
    if (length > 63) return at + 2;
    at += length + 1;
  }
}

function uint16(octets: Uint8Array, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}
