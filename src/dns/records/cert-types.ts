import type { Codec } from './define.ts';
import { uint16 } from './fields.ts';
import { mnemonic } from './mnemonics.ts';

/** Kinds of certificate (RFC 4398 §2.1). */
const CERTIFICATE_TYPE = {
  PKIX: 1,
  SPKI: 2,
  PGP: 3,
  IPKIX: 4,
  ISPKI: 5,
  IPGP: 6,
  ACPKIX: 7,
  IACPKIX: 8,
  URI: 253,
  OID: 254,
} as const;

export const certificateType: Codec<number> = mnemonic(uint16, CERTIFICATE_TYPE, 'name');
