// The global of that name is a getter.
import { Buffer } from 'node:buffer';
import { FLAG } from './decode.ts';
import { writeRecord } from './encode.ts';
import { HEADER_LENGTH, type Question, type ResourceRecord } from './message.ts';
import { WireMessage } from './wire-message.ts';
import { WireWriter } from './writer.ts';

/** Octets of type and class of a question; of type and class of a record, before its TTL. */
const QUESTION_FIXED_LENGTH = 4;
const BEFORE_TTL = 4;

/** Replies that say no, all alike but for the question: header, question, the zone's SOA in the authority section (RFC 2308 §2). */
export class DenialTemplate {
  readonly #soa: Uint8Array;
  readonly #ttl: number;
  readonly #ttlAt: number;

  constructor(soa: ResourceRecord) {
    const writer = new WireWriter();
    writeRecord(writer, soa);
    this.#soa = new Uint8Array(writer.written);
    this.#ttl = soa.ttl;
    this.#ttlAt = soa.name.wire.length + BEFORE_TTL;
  }

  /** An authoritative response with id 0, uncompressed. `rcode`: at most 15. */
  message({ name, type, class: questionClass }: Question, rcode: number): WireMessage {
    const { wire } = name;
    const soa = this.#soa;
    const nameEnd = HEADER_LENGTH + wire.length;
    const questionEnd = nameEnd + QUESTION_FIXED_LENGTH;
    const length = questionEnd + soa.length;
    const octets = Buffer.allocUnsafe(length);
    for (let i = 0; i < HEADER_LENGTH; i++) octets[i] = 0;
    octets[2] = (FLAG.QR | FLAG.AA) >>> 8;
    octets[3] = rcode;
    octets[5] = 1;
    octets[9] = 1;
    for (let i = 0; i < wire.length; i++) octets[HEADER_LENGTH + i] = wire[i] ?? 0;
    octets[nameEnd] = type >>> 8;
    octets[nameEnd + 1] = type;
    octets[nameEnd + 2] = questionClass >>> 8;
    octets[nameEnd + 3] = questionClass;
    octets.set(soa, questionEnd);
    return WireMessage.surveyed(octets, {
      questionEnd,
      ttlOffsets: [questionEnd + this.#ttlAt],
      leastTtl: this.#ttl,
      optOffset: -1,
      optEnd: -1,
      upperRcode: 0,
      dnssecOk: false,
      firstAnswerType: 0,
      hasSoa: true,
      hasNs: false,
      plainLength: length,
    });
  }
}
