import { parseRcode, rcodeName } from '../codes.ts';
import type { DomainName } from '../name.ts';
import { RecordSyntaxError } from '../tokens.ts';
import { type Codec, defineRecord, type RecordType } from './define.ts';
import { exactName, uint16 } from './fields.ts';
import { sizedBase64 } from './octets.ts';

/** The signature of a message with a shared secret (RFC 8945 §4.2). */
export interface Tsig {
  readonly algorithm: DomainName;
  /** Seconds since 1970, 48 bits. */
  readonly timeSigned: number;
  /** Seconds by which clocks may differ. */
  readonly fudge: number;
  readonly mac: Uint8Array;
  /** The message's id before a forwarder changed it. */
  readonly originalId: number;
  /** An rcode; 16 is BADSIG. */
  readonly error: number;
  /** With BADTIME, the server's time in 48 bits. */
  readonly otherData: Uint8Array;
}

const uint48: Codec<number> = {
  read: (reader) => reader.uint48(),
  write: (writer, value) => writer.uint48(value),
  length: () => 6,
  parse: (tokens, what) => tokens.integer(what, 0xffff_ffff_ffff),
  print: String,
};

/** The rcode in TSIG and TKEY records: 16 is BADSIG there. */
export const tsigError: Codec<number> = {
  ...uint16,
  parse(tokens, what) {
    const token = tokens.next(what);
    const code = parseRcode(token.text);
    if (code === undefined) throw new RecordSyntaxError(`${what} is no rcode: ${token.text}`, token.position);
    return code;
  },
  print: (code) => (code === 16 ? 'BADSIG' : rcodeName(code)),
};

export const TSIG: RecordType<Tsig> = defineRecord({
  name: 'TSIG',
  fields: {
    algorithm: exactName,
    timeSigned: uint48,
    fudge: uint16,
    mac: sizedBase64,
    originalId: uint16,
    error: tsigError,
    otherData: sizedBase64,
  },
});
