import { defineRecord, type RecordType } from './define.ts';
import { uint8 } from './fields.ts';
import { hex } from './octets.ts';

/** The fingerprint of an SSH host key (RFC 4255 §3.1). */
export interface Sshfp {
  readonly algorithm: number;
  readonly fingerprintType: number;
  readonly fingerprint: Uint8Array;
}

export const SSHFP: RecordType<Sshfp> = defineRecord({
  name: 'SSHFP',
  fields: { algorithm: uint8, fingerprintType: uint8, fingerprint: hex },
});
