import {
  DNSSEC_OK_FLAG,
  type Edns,
  type EdnsOption,
  HEADER_LENGTH,
  type Message,
  type Question,
  type ResourceRecord,
} from './message.ts';
import type { DomainName } from './name.ts';
import { WireError, WireReader } from './reader.ts';
import { readData } from './records/data.ts';
import { TYPE } from './types.ts';
import { uint16At } from './uint16.ts';

/** The first 12 octets of a message, undecoded where that is enough (RFC 1035 §4.1.1). */
export interface Header {
  readonly id: number;
  /** QR, opcode, AA, TC, RD, RA, Z, AD, CD and the lower four bits of the rcode, as on the wire. */
  readonly flags: number;
  readonly questionCount: number;
  readonly answerCount: number;
  readonly authorityCount: number;
  readonly additionalCount: number;
}

/** The header's flag bits; the opcode is bits 11 to 14, the rcode bits 0 to 3. */
export const FLAG = {
  QR: 0x8000,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
  RA: 0x0080,
  Z: 0x0040,
  AD: 0x0020,
  CD: 0x0010,
} as const;

// What messages without records share.
const NO_RECORDS: readonly ResourceRecord[] = [];
const NO_OPTIONS: readonly EdnsOption[] = [];

/** Reads the header alone; undefined if there are fewer than 12 octets. */
export function readHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < HEADER_LENGTH) return undefined;
  return {
    id: uint16At(bytes, 0),
    flags: uint16At(bytes, 2),
    questionCount: uint16At(bytes, 4),
    answerCount: uint16At(bytes, 6),
    authorityCount: uint16At(bytes, 8),
    additionalCount: uint16At(bytes, 10),
  };
}

/** The opcode among a header's flags. */
export function opcodeOf(flags: number): number {
  return (flags >>> 11) & 15;
}

/**
 * Reads a message. Octets after it are ignored. If the bytes end exactly after a complete record although the counts
 * promise more, the message has the records that are there: other servers read it so, and clients rely on it.
 * Questions have to be complete. Throws WireError, with the questions that could be read.
 */
export function decodeMessage(bytes: Uint8Array): Message {
  if (bytes.length < HEADER_LENGTH) throw new WireError('CUT', bytes.length, 'the message has no whole header');
  const reader = new WireReader(bytes, HEADER_LENGTH);
  const questions = readQuestions(reader, uint16At(bytes, 4));
  try {
    return readMessage(bytes, reader, questions);
  } catch (error) {
    throw withQuestions(error, questions);
  }
}

function withQuestions(error: unknown, questions: readonly Question[]): unknown {
  return error instanceof WireError ? new WireError(error.code, error.offset, error.reason, questions) : error;
}

function readQuestions(reader: WireReader, count: number): readonly Question[] {
  // Nearly all messages have one, and an array that something is pushed to makes room for many.
  if (count === 1) return [readQuestion(reader)];
  const questions: Question[] = [];
  try {
    for (let left = count; left > 0; left--) questions.push(readQuestion(reader));
  } catch (error) {
    throw withQuestions(error, questions);
  }
  return questions;
}

/** What comes after the questions, and the header. */
function readMessage(bytes: Uint8Array, reader: WireReader, questions: readonly Question[]): Message {
  const flags = uint16At(bytes, 2);
  const answers = readRecords(reader, uint16At(bytes, 6));
  const authorities = readRecords(reader, uint16At(bytes, 8));
  const { records: additionals, opt } = readAdditionals(reader, uint16At(bytes, 10));
  return {
    id: uint16At(bytes, 0),
    response: (flags & FLAG.QR) !== 0,
    opcode: opcodeOf(flags),
    authoritative: (flags & FLAG.AA) !== 0,
    truncated: (flags & FLAG.TC) !== 0,
    recursionDesired: (flags & FLAG.RD) !== 0,
    recursionAvailable: (flags & FLAG.RA) !== 0,
    zero: (flags & FLAG.Z) !== 0,
    authenticData: (flags & FLAG.AD) !== 0,
    checkingDisabled: (flags & FLAG.CD) !== 0,
    rcode: (flags & 15) | (opt === undefined ? 0 : opt.upperRcode << 4),
    questions,
    answers,
    authorities,
    additionals,
    edns: opt?.edns,
  };
}

function readQuestion(reader: WireReader): Question {
  const start = reader.offset;
  if (reader.remaining === 0) throw new WireError('QUESTION_CUT', start, 'a question is missing');
  const name = reader.name();
  if (reader.remaining < 4) throw new WireError('QUESTION_CUT', start, 'the message ends inside a question');
  return { name, type: reader.uint16(), class: reader.uint16() };
}

function readRecords(reader: WireReader, count: number): readonly ResourceRecord[] {
  if (count === 0) return NO_RECORDS;
  const records: ResourceRecord[] = [];
  for (let left = count; left > 0 && reader.remaining > 0; left--) {
    const name = reader.name();
    records.push(readRecord(reader, name, reader.uint16()));
  }
  return records;
}

/** The rest of a record after its owner and type. */
function readRecord(reader: WireReader, name: DomainName, type: number): ResourceRecord {
  const recordClass = reader.uint16();
  const ttl = reader.uint32();
  return { name, type, class: recordClass, ttl, data: readData(reader, type, recordClass, reader.uint16()) };
}

interface Opt {
  readonly edns: Edns;
  readonly upperRcode: number;
}

interface Additionals {
  readonly records: readonly ResourceRecord[];
  readonly opt: Opt | undefined;
}

const NO_ADDITIONALS: Additionals = { records: NO_RECORDS, opt: undefined };

/** As `readRecords`, the OPT record apart. */
function readAdditionals(reader: WireReader, count: number): Additionals {
  if (count === 0) return NO_ADDITIONALS;
  let records: ResourceRecord[] | undefined;
  let opt: Opt | undefined;
  for (let left = count; left > 0 && reader.remaining > 0; left--) {
    const start = reader.offset;
    const name = reader.name();
    const type = reader.uint16();
    if (type !== TYPE.OPT) {
      (records ??= []).push(readRecord(reader, name, type));
    } else if (opt === undefined) {
      opt = readOpt(reader);
    } else {
      throw new WireError('OPT_TWICE', start, 'the message has a second OPT record');
    }
  }
  return { records: records ?? NO_RECORDS, opt };
}

/** The rest of an OPT record after its type (RFC 6891 §6.1.2). */
function readOpt(reader: WireReader): Opt {
  const payloadSize = reader.uint16();
  const upperRcode = reader.uint8();
  const version = reader.uint8();
  const flags = reader.uint16();
  const length = reader.uint16();
  const options = length === 0 ? NO_OPTIONS : readOptions(reader, length);
  const dnssecOk = (flags & DNSSEC_OK_FLAG) !== 0;
  return { edns: { payloadSize, version, flags, dnssecOk, options }, upperRcode };
}

function readOptions(reader: WireReader, length: number): readonly EdnsOption[] {
  const end = reader.offset + length;
  if (end > reader.limit) throw new WireError('CUT', reader.offset, 'the message ends inside the OPT record');
  const options: EdnsOption[] = [];
  while (reader.offset < end) {
    const room = end - reader.offset - 4;
    const code = room < 0 ? 0 : reader.uint16();
    const size = room < 0 ? 0 : reader.uint16();
    if (size > room) throw new WireError('OPT', reader.offset, 'an EDNS option is longer than the OPT record');
    options.push({ code, data: reader.octets(size) });
  }
  return options;
}
