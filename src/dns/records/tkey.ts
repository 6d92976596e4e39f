import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { exactName, uint16 } from './fields.ts';
import { sizedBase64 } from './octets.ts';
import { timestamp } from './timestamp.ts';
import { tsigError } from './tsig.ts';

/** The agreement on a shared secret (RFC 2930 §2). */
export interface Tkey {
  readonly algorithm: DomainName;
  /** Seconds since 1970, modulo 2^32. */
  readonly inception: number;
  /** Seconds since 1970, modulo 2^32. */
  readonly expiration: number;
  readonly mode: number;
  /** An rcode; 16 is BADSIG. */
  readonly error: number;
  readonly key: Uint8Array;
  readonly otherData: Uint8Array;
}

export const TKEY: RecordType<Tkey> = defineRecord({
  name: 'TKEY',
  fields: {
    algorithm: exactName,
    inception: timestamp,
    expiration: timestamp,
    mode: uint16,
    error: tsigError,
    key: sizedBase64,
    otherData: sizedBase64,
  },
});
