import { algorithmMnemonic } from './algorithms.ts';
import { certificateType } from './cert-types.ts';
import { defineRecord, type RecordType } from './define.ts';
import { uint16 } from './fields.ts';
import { base64 } from './octets.ts';

/** A certificate (RFC 4398 §2). */
export interface Cert {
  readonly certificateType: number;
  readonly keyTag: number;
  readonly algorithm: number;
  readonly certificate: Uint8Array;
}

export const CERT: RecordType<Cert> = defineRecord({
  name: 'CERT',
  fields: { certificateType: certificateType, keyTag: uint16, algorithm: algorithmMnemonic, certificate: base64 },
});
