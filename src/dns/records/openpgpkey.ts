import { defineRecord, type RecordType } from './define.ts';
import { base64 } from './octets.ts';

/** An OpenPGP public key (RFC 7929 §2). */
export interface Openpgpkey {
  readonly publicKey: Uint8Array;
}

export const OPENPGPKEY: RecordType<Openpgpkey> = defineRecord({ name: 'OPENPGPKEY', fields: { publicKey: base64 } });
