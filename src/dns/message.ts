import type { DomainName } from './name.ts';

/** The header's octets (RFC 1035 §4.1.1). */
export const HEADER_LENGTH = 12;
/** The longest message: its length is 16 bits on a stream (RFC 1035 §4.2.2). */
export const MAXIMUM_MESSAGE_LENGTH = 65_535;
/** What every UDP client takes (RFC 1035 §4.2.1), the least EDNS payload size too (RFC 6891 §6.2.3). */
export const MINIMUM_PAYLOAD_SIZE = 512;

export interface Question {
  readonly name: DomainName;
  readonly type: number;
  readonly class: number;
}

/** `data` has the shape that the record type (`records/*.ts`) defines; use the type's `is` to get at it. */
export interface ResourceRecord<D extends object = object> {
  readonly name: DomainName;
  readonly type: number;
  readonly class: number;
  /** Seconds, 32 bits unsigned; what is sent with the top bit set means 0 (RFC 2181 §8) but is kept as it came. */
  readonly ttl: number;
  readonly data: D;
}

/** One EDNS option; `data` is the option's content as on the wire. */
export interface EdnsOption {
  readonly code: number;
  readonly data: Uint8Array;
}

/** The OPT record without its upper rcode bits, which are in `Message.rcode` (RFC 6891 §6.1.3). */
export interface Edns {
  /** The sender's UDP payload size as sent; values below 512 mean 512. */
  readonly payloadSize: number;
  readonly version: number;
  /** All 16 flag bits as on the wire; DO is 0x8000. */
  readonly flags: number;
  /** The DO bit of `flags`; a writer sets the bit if either says so. */
  readonly dnssecOk: boolean;
  readonly options: readonly EdnsOption[];
}

/** A whole message (RFC 1035 §4.1). The OPT record is in `edns` and not in `additionals`; TSIG is in `additionals`. */
export interface Message {
  readonly id: number;
  /** QR. */
  readonly response: boolean;
  readonly opcode: number;
  /** AA. */
  readonly authoritative: boolean;
  /** TC. */
  readonly truncated: boolean;
  /** RD. */
  readonly recursionDesired: boolean;
  /** RA. */
  readonly recursionAvailable: boolean;
  /** The reserved Z bit. */
  readonly zero: boolean;
  /** AD. */
  readonly authenticData: boolean;
  /** CD. */
  readonly checkingDisabled: boolean;
  /** 12 bits with EDNS, 4 without. */
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  readonly edns: Edns | undefined;
}

/** The DO bit among the EDNS flags (RFC 3225 §3). */
export const DNSSEC_OK_FLAG = 0x8000;

const EMPTY: Message = {
  id: 0,
  response: false,
  opcode: 0,
  authoritative: false,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  zero: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
  questions: [],
  answers: [],
  authorities: [],
  additionals: [],
  edns: undefined,
};

/** A message with `fields`; what is not given is 0, false or empty. */
export function createMessage(fields: Partial<Message>): Message {
  return { ...EMPTY, ...fields };
}

/** An OPT record's content; what is not given: version 0, no DO, no options. */
export function createEdns(payloadSize: number, fields: Partial<Omit<Edns, 'payloadSize'>> = {}): Edns {
  const dnssecOk = fields.dnssecOk ?? ((fields.flags ?? 0) & DNSSEC_OK_FLAG) !== 0;
  const flags = dnssecOk ? (fields.flags ?? 0) | DNSSEC_OK_FLAG : (fields.flags ?? 0) & ~DNSSEC_OK_FLAG;
  return { payloadSize, version: fields.version ?? 0, flags, dnssecOk, options: fields.options ?? [] };
}

/** The same record at another name. */
export function withName<D extends object>(record: ResourceRecord<D>, name: DomainName): ResourceRecord<D> {
  return { name, type: record.type, class: record.class, ttl: record.ttl, data: record.data };
}

/** The same record with another TTL. */
export function withTtl<D extends object>(record: ResourceRecord<D>, ttl: number): ResourceRecord<D> {
  return { name: record.name, type: record.type, class: record.class, ttl, data: record.data };
}
