import { defineRecord, type RecordType } from './define.ts';
import { uint16, uint8 } from './fields.ts';
import { countedBase32Hex, countedHex } from './octets.ts';
import { typeBitmap } from './type-bitmap.ts';

/** What exists at a hashed name, and the next hash of the zone (RFC 5155 §3). */
export interface Nsec3 {
  readonly hashAlgorithm: number;
  readonly flags: number;
  readonly iterations: number;
  readonly salt: Uint8Array;
  readonly nextHash: Uint8Array;
  /** Ascending. */
  readonly types: readonly number[];
}

export const NSEC3: RecordType<Nsec3> = defineRecord({
  name: 'NSEC3',
  fields: {
    hashAlgorithm: uint8,
    flags: uint8,
    iterations: uint16,
    salt: countedHex,
    nextHash: countedBase32Hex,
    types: typeBitmap,
  },
});
