// The global of that name is a getter.
import { Buffer } from 'node:buffer';
import { encodedLength, encodeMessage, flagsOf } from './encode.ts';
import { DNSSEC_OK_FLAG, type Edns, type Message } from './message.ts';
import { questionEnd, writeQuestion } from './plain-question.ts';
import { TYPE } from './types.ts';
import { writeUint16 } from './uint16.ts';

/** Octets of an OPT record without options (RFC 6891 §6.1.2). */
const OPT_LENGTH = 11;

/**
 * A message as it is asked of other servers: with id 0, uncompressed. Nearly all are one question, with or without an OPT record that has no options, and those
 * are written as they are. Throws EncodeError.
 */
export function encodeQuery(message: Message): Uint8Array {
  const { questions, edns } = message;
  const [question] = questions;
  if (question === undefined || !isPlain(message)) return encodeOther(message);
  const end = questionEnd(question);
  // Of memory that many share: an array with memory of its own would take three times as much.
  const octets = Buffer.allocUnsafe(edns === undefined ? end : end + OPT_LENGTH);
  writeQuestion(octets, flagsOf(message, message.truncated), question);
  if (edns !== undefined) {
    octets[11] = 1;
    writeOpt(octets, end, edns, message.rcode);
  }
  return octets;
}

function isPlain({ questions, answers, authorities, additionals, edns, rcode }: Message): boolean {
  return (
    questions.length === 1 &&
    answers.length + authorities.length + additionals.length === 0 &&
    (edns === undefined ? rcode <= 15 : edns.options.length === 0)
  );
}

function writeOpt(
  octets: Uint8Array,
  at: number,
  { payloadSize, version, flags, dnssecOk }: Edns,
  rcode: number,
): void {
  octets[at] = 0;
  writeUint16(octets, at + 1, TYPE.OPT);
  writeUint16(octets, at + 3, payloadSize);
  octets[at + 5] = rcode >>> 4;
  octets[at + 6] = version;
  writeUint16(octets, at + 7, dnssecOk ? flags | DNSSEC_OK_FLAG : flags);
  writeUint16(octets, at + 9, 0);
}

function encodeOther(message: Message): Uint8Array {
  const octets = encodeMessage(message, { compress: false, buffer: new Uint8Array(encodedLength(message)) });
  writeUint16(octets, 0, 0);
  return octets;
}
