import { createHmac, timingSafeEqual } from 'node:crypto';
import { DomainName } from '../../../src/dns/name.ts';
import type { TsigKeyVector } from '../case.ts';

// TSIG (RFC 8945) on bytes, apart from the code under test, so that both have to be right.

const TYPE_TSIG = 250;
const CLASS_ANY = 255;
const HEADER_LENGTH = 12;
const FUDGE_SECONDS = 300;
/** What dnspython, whose words the vectors use, calls an error that the other side signals. */
const PEER_ERRORS: ReadonlyMap<number, string> = new Map([
  [16, 'PeerBadSignature'],
  [17, 'PeerBadKey'],
  [18, 'PeerBadTime'],
  [22, 'PeerBadTruncation'],
]);

export interface SignedMessage {
  readonly message: Buffer;
  readonly mac: Buffer;
}

export interface TsigVerdict {
  readonly valid?: boolean;
  readonly error?: string;
}

/** The message with a TSIG record at its end (RFC 8945 §5.1). `time`: Unix seconds. */
export function signQuery(message: Uint8Array, key: TsigKeyVector, time: number): SignedMessage {
  const algorithm = algorithmOf(key);
  const id = Buffer.from(message.subarray(0, 2));
  const name = DomainName.parse(key.key);
  const times = timeAndFudge(time);
  const mac = hmac(key, [message, variables(name, algorithm, times, 0, Buffer.alloc(0))]);
  const data = Buffer.concat([algorithm.wire, times, uint16(mac.length), mac, id, uint16(0), uint16(0)]);
  const record = Buffer.concat([
    name.wire,
    uint16(TYPE_TSIG),
    uint16(CLASS_ANY),
    Buffer.alloc(4),
    uint16(data.length),
    data,
  ]);
  const signed = Buffer.concat([message, record]);
  signed.writeUInt16BE(signed.readUInt16BE(10) + 1, 10);
  return { message: signed, mac };
}

/**
 * Checks the signatures of the replies to one query: one message, or the messages of a transfer, of which those between
 * the first and the last may be unsigned (RFC 8945 §5.3.1). Undefined when the first one carries no TSIG record.
 */
export function verifyReplies(
  replies: readonly Buffer[],
  key: TsigKeyVector,
  queryMac: Buffer,
): TsigVerdict | undefined {
  let previous = queryMac;
  let unsigned: Buffer[] = [];
  for (const [i, reply] of replies.entries()) {
    const tsig = findTsig(reply);
    if (tsig === undefined) {
      if (i === 0) return undefined;
      unsigned.push(reply);
      continue;
    }
    if (tsig.error !== 0) return { error: PEER_ERRORS.get(tsig.error) ?? `PeerError${tsig.error}` };
    const name = DomainName.parse(key.key);
    const times = tsig.data.subarray(0, 8);
    const trailer = i === 0 ? variables(name, algorithmOf(key), times, tsig.error, tsig.other) : times;
    const expected = hmac(key, [uint16(previous.length), previous, ...unsigned, tsig.stripped, trailer]);
    const valid = expected.length === tsig.mac.length && timingSafeEqual(expected, tsig.mac);
    if (!valid) return { valid: false, error: 'BADSIG' };
    previous = tsig.mac;
    unsigned = [];
  }
  return unsigned.length === 0 ? { valid: true, error: 'NOERROR' } : { valid: false, error: 'the end is unsigned' };
}

interface TsigRecord {
  /** The message as it was before it was signed. */
  readonly stripped: Buffer;
  /** Time signed, fudge and what follows, without the algorithm name. */
  readonly data: Buffer;
  readonly mac: Buffer;
  readonly error: number;
  readonly other: Buffer;
}

function findTsig(message: Buffer): TsigRecord | undefined {
  const additionals = message.readUInt16BE(10);
  const records = message.readUInt16BE(6) + message.readUInt16BE(8) + additionals;
  if (additionals === 0) return undefined;
  let i = HEADER_LENGTH;
  for (let n = message.readUInt16BE(4); n > 0; n--) i = skipName(message, i) + 4;
  for (let n = records; n > 1; n--) i = skipRecord(message, i);
  const fixed = skipName(message, i);
  if (message.readUInt16BE(fixed) !== TYPE_TSIG) return undefined;
  const data = message.subarray(skipName(message, fixed + 10));
  const macEnd = 10 + data.readUInt16BE(8);
  const stripped = Buffer.from(message.subarray(0, i));
  data.copy(stripped, 0, macEnd, macEnd + 2);
  stripped.writeUInt16BE(additionals - 1, 10);
  const other = data.subarray(macEnd + 6, macEnd + 6 + data.readUInt16BE(macEnd + 4));
  return { stripped, data, mac: data.subarray(10, macEnd), error: data.readUInt16BE(macEnd + 2), other };
}

function skipRecord(message: Buffer, start: number): number {
  const fixed = skipName(message, start);
  return fixed + 10 + message.readUInt16BE(fixed + 8);
}

function skipName(message: Buffer, start: number): number {
  let i = start;
  for (let length = message.readUInt8(i); length !== 0; length = message.readUInt8(i)) {
    if (length >= 0xc0) return i + 2;
    i += length + 1;
  }
  return i + 1;
}

/** RFC 8945 §4.3.3. */
function variables(name: DomainName, algorithm: DomainName, times: Buffer, error: number, other: Buffer): Buffer {
  const head = [name.toLowerCase().wire, uint16(CLASS_ANY), Buffer.alloc(4), algorithm.toLowerCase().wire];
  return Buffer.concat([...head, times, uint16(error), uint16(other.length), other]);
}

function hmac(key: TsigKeyVector, parts: readonly Uint8Array[]): Buffer {
  const hash = createHmac(hashOf(key), Buffer.from(key.secret, 'base64'));
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function algorithmOf({ alg = 'hmac-sha256' }: TsigKeyVector): DomainName {
  return DomainName.parse(alg === 'hmac-md5' ? 'hmac-md5.sig-alg.reg.int' : alg);
}

function hashOf({ alg = 'hmac-sha256' }: TsigKeyVector): string {
  return alg.slice('hmac-'.length);
}

function timeAndFudge(time: number): Buffer {
  const times = Buffer.alloc(8);
  times.writeUIntBE(time, 0, 6);
  times.writeUInt16BE(FUDGE_SECONDS, 6);
  return times;
}

function uint16(value: number): Buffer {
  const octets = Buffer.alloc(2);
  octets.writeUInt16BE(value);
  return octets;
}
