import { CLASS } from './codes.ts';
import { FLAG } from './decode.ts';
import {
  DNSSEC_OK_FLAG,
  type Edns,
  HEADER_LENGTH,
  MAXIMUM_MESSAGE_LENGTH,
  type Message,
  type ResourceRecord,
} from './message.ts';
import { DomainName } from './name.ts';
import { dataLength, writeData } from './records/data.ts';
import { TYPE } from './types.ts';
import { EncodeError, WireWriter } from './writer.ts';

/** Type, class, TTL and data length of a record; type and class of a question. */
const RECORD_FIXED_LENGTH = 10;
const QUESTION_FIXED_LENGTH = 4;
/** Code and length of an EDNS option. */
const OPTION_FIXED_LENGTH = 4;

export interface EncodeOptions {
  /** Compress names where record types allow it. */
  readonly compress: boolean;
  /** Where to write if it has room; the result is then a part of it. */
  readonly buffer?: Uint8Array;
}

export interface SizeOptions {
  /** Octets above which a message is compressed although it fits: what the network carries in one piece. */
  readonly compressAbove: number;
  /** Where to write if it has room; the result is then a part of it. */
  readonly buffer?: Uint8Array;
}

/**
 * The whole message in wire format, OPT after the other additionals but before a TSIG. The result may be a part of a
 * larger buffer: copy what is to be kept for long. Throws EncodeError.
 */
export function encodeMessage(message: Message, options: EncodeOptions): Uint8Array {
  const writer = new WireWriter(options);
  writeFront(writer, message);
  for (const record of message.answers) writeRecord(writer, record);
  for (const record of message.authorities) writeRecord(writer, record);
  const tsigIndex = indexOfTsig(message.additionals);
  for (let i = 0; i < message.additionals.length; i++) {
    if (i === tsigIndex && message.edns !== undefined) writeOpt(writer, message.edns, message.rcode);
    const record = message.additionals[i];
    if (record !== undefined) writeRecord(writer, record);
  }
  if (tsigIndex < 0 && message.edns !== undefined) writeOpt(writer, message.edns, message.rcode);
  if (writer.length > MAXIMUM_MESSAGE_LENGTH) {
    throw new EncodeError('LENGTH', `the message has ${writer.length} octets, more than ${MAXIMUM_MESSAGE_LENGTH}`);
  }
  return writer.written;
}

/**
 * The message in at most `limit` octets. Without compression if it fits so and has no more than `compressAbove` octets;
 * else with compression; if that does not fit, only the records before the first that does not, and TC set. The OPT
 * record stays. A signed message (TSIG) is never cut, whatever its size. Throws EncodeError.
 */
export function encodeWithin(message: Message, limit: number, options: SizeOptions): Uint8Array {
  const length = encodedLength(message);
  const signed = indexOfTsig(message.additionals) >= 0;
  if (length <= limit || signed) {
    const compress = length > options.compressAbove;
    return encodeMessage(message, { ...options, compress });
  }
  return encodeCut(message, limit, new WireWriter({ ...options, compress: true }));
}

/** Octets of the message without compression, as metrics and logs state them; nothing is written. */
export function encodedLength(message: Message): number {
  let length = HEADER_LENGTH;
  for (const question of message.questions) length += question.name.wire.length + QUESTION_FIXED_LENGTH;
  for (const record of message.answers) length += recordLength(record);
  for (const record of message.authorities) length += recordLength(record);
  for (const record of message.additionals) length += recordLength(record);
  return message.edns === undefined ? length : length + optLength(message.edns);
}

/** Octets of one record without compression. */
export function recordLength(record: ResourceRecord): number {
  return record.name.wire.length + RECORD_FIXED_LENGTH + dataLength(record);
}

/** Writes one record; more than 65,535 octets of data throw EncodeError. */
export function writeRecord(writer: WireWriter, record: ResourceRecord): void {
  writer.compressibleName(record.name);
  writer.uint16(record.type);
  writer.uint16(record.class);
  writer.uint32(record.ttl);
  const lengthAt = writer.openLength();
  writeData(writer, record);
  if (writer.length - lengthAt - 2 > 0xffff) {
    throw new EncodeError('LENGTH', `the data of ${record.name.text} have more than 65535 octets`);
  }
  writer.closeLength(lengthAt);
}

/** Header and questions. */
function writeFront(writer: WireWriter, message: Message): void {
  if (message.rcode > 15 && message.edns === undefined) {
    throw new EncodeError('RCODE', `rcode ${message.rcode} needs an OPT record`);
  }
  writer.uint16(message.id);
  writer.uint16(flagsOf(message, message.truncated));
  writer.uint16(message.questions.length);
  writer.uint16(message.answers.length);
  writer.uint16(message.authorities.length);
  writer.uint16(message.additionals.length + (message.edns === undefined ? 0 : 1));
  for (const question of message.questions) {
    writer.compressibleName(question.name);
    writer.uint16(question.type);
    writer.uint16(question.class);
  }
}

/** The second word of the header. */
export function flagsOf(message: Message, truncated: boolean): number {
  return (
    (message.response ? FLAG.QR : 0) |
    ((message.opcode & 15) << 11) |
    (message.authoritative ? FLAG.AA : 0) |
    (truncated ? FLAG.TC : 0) |
    (message.recursionDesired ? FLAG.RD : 0) |
    (message.recursionAvailable ? FLAG.RA : 0) |
    (message.zero ? FLAG.Z : 0) |
    (message.authenticData ? FLAG.AD : 0) |
    (message.checkingDisabled ? FLAG.CD : 0) |
    (message.rcode & 15)
  );
}

/** As many records as fit, in order; TC if not all do. A section after one that was cut is left out. */
function encodeCut(message: Message, limit: number, writer: WireWriter): Uint8Array {
  const { answers, authorities, additionals, edns } = message;
  writeFront(writer, message);
  const room = limit - (edns === undefined ? 0 : optLength(edns));
  const answerCount = writeWhileFit(writer, answers, room);
  let whole = answerCount === answers.length;
  const authorityCount = whole ? writeWhileFit(writer, authorities, room) : 0;
  whole &&= authorityCount === authorities.length;
  const additionalCount = whole ? writeWhileFit(writer, additionals, room) : 0;
  whole &&= additionalCount === additionals.length;
  if (!whole) writer.patchUint16(2, flagsOf(message, true));
  writer.patchUint16(6, answerCount);
  writer.patchUint16(8, authorityCount);
  writer.patchUint16(10, additionalCount + (edns === undefined ? 0 : 1));
  if (edns !== undefined) writeOpt(writer, edns, message.rcode);
  return writer.written;
}

/** Writes records until one would end after `room` octets; returns how many there are. */
function writeWhileFit(writer: WireWriter, records: readonly ResourceRecord[], room: number): number {
  let count = 0;
  for (const record of records) {
    const start = writer.length;
    writeRecord(writer, record);
    if (writer.length > room) {
      writer.rollback(start);
      return count;
    }
    count++;
  }
  return count;
}

function writeOpt(writer: WireWriter, edns: Edns, rcode: number): void {
  writer.compressibleName(DomainName.root);
  writer.uint16(TYPE.OPT);
  writer.uint16(edns.payloadSize);
  writer.uint8(rcode >>> 4);
  writer.uint8(edns.version);
  writer.uint16(edns.dnssecOk ? edns.flags | DNSSEC_OK_FLAG : edns.flags);
  const lengthAt = writer.openLength();
  for (const option of edns.options) {
    writer.uint16(option.code);
    writer.uint16(option.data.length);
    writer.octets(option.data);
  }
  writer.closeLength(lengthAt);
}

function optLength(edns: Edns): number {
  let length = 1 + RECORD_FIXED_LENGTH;
  for (const option of edns.options) length += OPTION_FIXED_LENGTH + option.data.length;
  return length;
}

/** Where the TSIG record stands: the last additional or nowhere (RFC 8945 §5.1). */
function indexOfTsig(additionals: readonly ResourceRecord[]): number {
  const last = additionals.length - 1;
  const record = additionals[last];
  return record !== undefined && record.type === TYPE.TSIG && record.class === CLASS.ANY ? last : -1;
}
