// The global of that name is a getter.
import { Buffer } from 'node:buffer';
import { FLAG } from '../dns/decode.ts';
import {
  type Edns,
  HEADER_LENGTH,
  MAXIMUM_MESSAGE_LENGTH,
  type Question,
  type ResourceRecord,
  withTtl,
} from '../dns/message.ts';
import { TYPE } from '../dns/types.ts';
import { writeUint16 } from '../dns/uint16.ts';
import type { Survey } from '../dns/survey.ts';
import type { WireMessage } from '../dns/wire-message.ts';
import type { Query } from './query.ts';
import type { Reply } from './reply.ts';
import type { Validity } from './validity.ts';

/** What of a message is not as it stands on the wire. */
export interface WireReplyParts {
  /** The message's own question, with the letters that the client used. */
  readonly question: Question;
  /** The TTL of all records, in seconds; undefined for their own. */
  readonly ttl?: number | undefined;
  readonly authoritative?: boolean;
  readonly recursionDesired?: boolean;
  readonly authenticData?: boolean;
  readonly checkingDisabled?: boolean;
  /** Leave out the OPT record and its options. */
  readonly withoutEdns?: boolean;
  readonly validity?: Validity | undefined;
}

/** Octets of an OPT record without options (RFC 6891 §6.1.2). */
const OPT_LENGTH = 11;

/**
 * A reply that is octets already, such as an upstream's: its records are decoded only for a plugin that looks at them, and what goes to the client is a copy
 * with a few octets changed. It is a class whose sections are getters: change it by `changeReply` or `altered`, never by a spread.
 */
export class WireReply implements Reply {
  readonly wire: WireMessage;
  readonly question: Question;
  readonly ttl: number | undefined;
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly recursionDesired: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  readonly withoutEdns: boolean;
  readonly validity: Validity | undefined;
  readonly #survey: Survey;

  private constructor(wire: WireMessage, survey: Survey, parts: WireReplyParts) {
    const { flags } = wire;
    this.wire = wire;
    this.question = parts.question;
    this.ttl = parts.ttl;
    this.rcode = (flags & 15) | (survey.upperRcode << 4);
    this.authoritative = parts.authoritative ?? (flags & FLAG.AA) !== 0;
    this.recursionDesired = parts.recursionDesired ?? (flags & FLAG.RD) !== 0;
    this.authenticData = parts.authenticData ?? (flags & FLAG.AD) !== 0;
    this.checkingDisabled = parts.checkingDisabled ?? (flags & FLAG.CD) !== 0;
    this.withoutEdns = parts.withoutEdns ?? false;
    this.validity = parts.validity;
    this.#survey = survey;
  }

  /** Undefined for a message that has no survey. `parts.question` has to be the one that `wire` asks, up to letter case. */
  static of(wire: WireMessage, parts: WireReplyParts): WireReply | undefined {
    return wire.survey === undefined ? undefined : new WireReply(wire, wire.survey, parts);
  }

  get survey(): Survey {
    return this.#survey;
  }

  get truncated(): boolean {
    return this.wire.truncated;
  }

  get recursionAvailable(): boolean {
    return (this.wire.flags & FLAG.RA) !== 0;
  }

  get answers(): readonly ResourceRecord[] {
    return this.#records(this.wire.message.answers);
  }

  get authorities(): readonly ResourceRecord[] {
    return this.#records(this.wire.message.authorities);
  }

  get additionals(): readonly ResourceRecord[] {
    return this.#records(this.wire.message.additionals);
  }

  get edns(): Edns | undefined {
    return this.withoutEdns ? undefined : this.wire.message.edns;
  }

  get transfer(): boolean {
    return false;
  }

  get unwritten(): boolean {
    return false;
  }

  get error(): undefined {
    return undefined;
  }

  get payloadLimit(): undefined {
    return undefined;
  }

  /** Has a section two records or more, so that their order can matter? */
  get hasOrder(): boolean {
    const { octets } = this.wire;
    const additionals = this.#survey.optOffset < 0 ? 1 : 2;
    // The counts' low octets: a section of 256 records and no fewer does not fit beside others of less than two.
    return (
      ((octets[6] ?? 0) | (octets[8] ?? 0) | (octets[10] ?? 0)) !== 0 ||
      (octets[7] ?? 0) > 1 ||
      (octets[9] ?? 0) > 1 ||
      (octets[11] ?? 0) > additionals
    );
  }

  /** The smallest TTL in seconds; Infinity without records. */
  get leastTtl(): number {
    const { leastTtl } = this.#survey;
    return this.ttl === undefined || leastTtl === Infinity ? leastTtl : this.ttl;
  }

  /** Octets of the reply without compression. */
  get length(): number {
    const { plainLength, optOffset, optEnd } = this.#survey;
    return this.withoutEdns && optOffset >= 0 ? plainLength - (optEnd - optOffset) : plainLength;
  }

  /** The same reply with another validity. */
  valid(validity: Validity | undefined): WireReply {
    const { question, ttl, authoritative, recursionDesired, authenticData, checkingDisabled, withoutEdns } = this;
    return this.altered({
      question,
      ttl,
      authoritative,
      recursionDesired,
      authenticData,
      checkingDisabled,
      withoutEdns,
      validity,
    });
  }

  /** The same message, or this copy of it, with other parts; what is not given is as in the message, not as in this reply. */
  altered(parts: WireReplyParts, wire: WireMessage = this.wire): WireReply {
    return new WireReply(wire, this.#survey, parts);
  }

  /**
   * What goes to the client: its id, its opcode, the TTLs, and an OPT record of the client's terms if it sent one (RFC 6891 §7). Undefined when that takes
   * more than a copy: more than `limit` octets, an rcode that needs 12 bits, an OPT record that is not the last one, a question in other letters than the
   * message's (owners that point to it would get them too).
   */
  octetsFor(query: Query, limit: number): Uint8Array | undefined {
    const { octets } = this.wire;
    const { optOffset, optEnd, ttlOffsets } = this.#survey;
    const requested = query.message.edns;
    const end = optOffset < 0 ? octets.length : optOffset;
    if (optEnd >= 0 && optEnd !== octets.length) return undefined;
    const options = optOffset < 0 || this.withoutEdns ? 0 : optEnd - optOffset - OPT_LENGTH;
    const length = requested === undefined ? end : end + OPT_LENGTH + options;
    if (length > limit || length > MAXIMUM_MESSAGE_LENGTH || this.rcode > 15 || !this.#hasSameLetters())
      return undefined;
    const message = Buffer.allocUnsafe(length);
    message.set(end === octets.length ? octets : octets.subarray(0, end));
    this.#writeHeader(message, query, (optOffset < 0 ? 0 : -1) + (requested === undefined ? 0 : 1));
    if (this.ttl !== undefined) for (const offset of ttlOffsets) writeUint32(message, offset, this.ttl);
    if (requested === undefined) return message;
    const dnssecOk = requested.dnssecOk || (this.#survey.dnssecOk && !this.withoutEdns);
    message[end] = 0;
    writeUint16(message, end + 1, TYPE.OPT);
    writeUint16(message, end + 3, requested.payloadSize);
    writeUint16(message, end + 5, 0);
    writeUint16(message, end + 7, dnssecOk ? 0x8000 : 0);
    writeUint16(message, end + 9, options);
    if (options > 0) message.set(octets.subarray(optOffset + OPT_LENGTH, optEnd), end + OPT_LENGTH);
    return message;
  }

  #hasSameLetters(): boolean {
    const { octets } = this.wire;
    const { wire } = this.question.name;
    for (let i = 0; i < wire.length; i++) if (octets[HEADER_LENGTH + i] !== wire[i]) return false;
    return true;
  }

  #writeHeader(message: Uint8Array, query: Query, addedRecords: number): void {
    const flags =
      FLAG.QR |
      ((query.message.opcode & 15) << 11) |
      (this.authoritative ? FLAG.AA : 0) |
      (this.truncated ? FLAG.TC : 0) |
      (this.recursionDesired ? FLAG.RD : 0) |
      (this.recursionAvailable ? FLAG.RA : 0) |
      (this.authenticData ? FLAG.AD : 0) |
      (this.checkingDisabled ? FLAG.CD : 0) |
      this.rcode;
    writeUint16(message, 0, query.message.id);
    writeUint16(message, 2, flags);
    writeUint16(message, 10, (((message[10] ?? 0) << 8) | (message[11] ?? 0)) + addedRecords);
  }

  #records(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
    const { ttl } = this;
    return ttl === undefined ? records : records.map((record) => withTtl(record, ttl));
  }
}

function writeUint32(octets: Uint8Array, offset: number, value: number): void {
  writeUint16(octets, offset, value >>> 16);
  writeUint16(octets, offset + 2, value);
}
