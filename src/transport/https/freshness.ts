import { OPCODE, RCODE } from '../../dns/codes.ts';
import { FLAG } from '../../dns/decode.ts';
import { DNSSEC_OK_FLAG } from '../../dns/message.ts';
import { TYPE } from '../../dns/types.ts';

/** Seconds; as long as an answer may be kept at most, CoreDNS's. */
const LONGEST = 3600;
/** Seconds for what says nothing about its age, CoreDNS's. */
const UNKNOWN = 5;

const HEADER = 12;

/**
 * For how many seconds an HTTP cache may keep the answer (RFC 8484 §5.1): its smallest TTL, as long as it says that there is something or that
 * there is nothing. `now` is in seconds since the epoch: signatures that have expired are not kept.
 */
export function freshness(message: Uint8Array, now: number): number {
  if (message.length < HEADER) return UNKNOWN;
  const flags = uint16(message, 2);
  const opcode = (flags >>> 11) & 0xf;
  let at = HEADER;
  let questionType = 0;
  for (let i = uint16(message, 4); i > 0 && at < message.length; i--) {
    at = skipName(message, at);
    questionType = uint16(message, at);
    at += 4;
  }
  if (opcode === OPCODE.NOTIFY || questionType === TYPE.AXFR || questionType === TYPE.IXFR) return UNKNOWN;
  const records = readRecords(message, at, now);
  if (records.count === 0 || records.outdated || (flags & FLAG.QR) === 0) return UNKNOWN;
  return isStatement(flags & 0xf, records) ? Math.min(records.ttl, LONGEST) : UNKNOWN;
}

interface Records {
  /** OPT is not counted. */
  count: number;
  ttl: number;
  answers: number;
  /** The authority section says where the zone begins, or who serves the one below. */
  soa: boolean;
  ns: boolean;
  /** A client that looks at signatures would find one that does not hold now. */
  outdated: boolean;
}

/** Is it an answer, or the word that there is none? */
function isStatement(rcode: number, { answers, soa, ns }: Records): boolean {
  if (rcode === RCODE.NOERROR) return answers > 0 || soa || !ns;
  return rcode === RCODE.NXDOMAIN && soa;
}

function readRecords(message: Uint8Array, start: number, now: number): Records {
  const answers = uint16(message, 6);
  const authorities = answers + uint16(message, 8);
  const all = authorities + uint16(message, 10);
  const found: Records = { count: 0, ttl: LONGEST, answers, soa: false, ns: false, outdated: false };
  let signed = false;
  let dnssecOk = false;
  let at = start;
  for (let i = 0; i < all && at < message.length; i++) {
    at = skipName(message, at);
    const type = uint16(message, at);
    const ttl = uint32(message, at + 4);
    const data = at + 10;
    at = data + uint16(message, at + 8);
    if (type === TYPE.OPT) {
      dnssecOk = (ttl & DNSSEC_OK_FLAG) !== 0;
      continue;
    }
    found.count++;
    if (ttl < found.ttl) found.ttl = ttl;
    if (i >= answers && i < authorities) {
      if (type === TYPE.SOA) found.soa = true;
      if (type === TYPE.NS) found.ns = true;
    }
    // RFC 4034 §3.1: expiration and inception.
    if (type === TYPE.RRSIG && !holds(uint32(message, data + 8), uint32(message, data + 12), now)) signed = true;
  }
  found.outdated = signed && dnssecOk;
  return found;
}

/** Times of signatures are compared in serial number arithmetic (RFC 4034 §3.1.5). */
function holds(expiration: number, inception: number, now: number): boolean {
  return ((expiration - now) | 0) >= 0 && ((now - inception) | 0) >= 0;
}

function skipName(message: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const length = message[at] ?? 0;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
  }
}

function uint16(message: Uint8Array, at: number): number {
  return ((message[at] ?? 0) << 8) | (message[at + 1] ?? 0);
}

function uint32(message: Uint8Array, at: number): number {
  return ((uint16(message, at) << 16) | uint16(message, at + 2)) >>> 0;
}
