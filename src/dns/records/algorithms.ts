import type { Codec } from './define.ts';
import { uint8 } from './fields.ts';
import { mnemonic } from './mnemonics.ts';

/** DNSSEC algorithms (IANA registry "DNS Security Algorithm Numbers"). */
export const DNSSEC_ALGORITHM = {
  RSAMD5: 1,
  DH: 2,
  DSA: 3,
  RSASHA1: 5,
  'DSA-NSEC3-SHA1': 6,
  'RSASHA1-NSEC3-SHA1': 7,
  RSASHA256: 8,
  RSASHA512: 10,
  'ECC-GOST': 12,
  ECDSAP256SHA256: 13,
  ECDSAP384SHA384: 14,
  ED25519: 15,
  ED448: 16,
  INDIRECT: 252,
  PRIVATEDNS: 253,
  PRIVATEOID: 254,
} as const;

/** Printed as a number, as DNSKEY, DS and RRSIG do. */
export const algorithm: Codec<number> = mnemonic(uint8, DNSSEC_ALGORITHM, 'number');

/** Printed by name, as CERT does. */
export const algorithmMnemonic: Codec<number> = mnemonic(uint8, DNSSEC_ALGORITHM, 'name');
