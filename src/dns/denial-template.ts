// The global of that name is a getter.
import { Buffer } from 'node:buffer';
import { FLAG } from './decode.ts';
import { writeRecord } from './encode.ts';
import type { Question, ResourceRecord } from './message.ts';
import { questionEnd, writeQuestion } from './plain-question.ts';
import { WireMessage } from './wire-message.ts';
import { WireWriter } from './writer.ts';

/** Where the header has the low octet of the number of authority records. */
const AUTHORITY_COUNT = 9;
/** Octets of type and class of a record, before its TTL. */
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
  message(question: Question, rcode: number): WireMessage {
    const soa = this.#soa;
    const end = questionEnd(question);
    const length = end + soa.length;
    const octets = Buffer.allocUnsafe(length);
    writeQuestion(octets, FLAG.QR | FLAG.AA | rcode, question);
    octets[AUTHORITY_COUNT] = 1;
    octets.set(soa, end);
    return WireMessage.surveyed(octets, {
      questionEnd: end,
      ttlOffsets: [end + this.#ttlAt],
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
