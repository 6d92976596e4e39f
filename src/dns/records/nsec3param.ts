import { defineRecord, type RecordType } from './define.ts';
import { uint16, uint8 } from './fields.ts';
import { countedHex } from './octets.ts';

/** How a zone hashes its names (RFC 5155 §4). */
export interface Nsec3param {
  readonly hashAlgorithm: number;
  readonly flags: number;
  readonly iterations: number;
  readonly salt: Uint8Array;
}

export const NSEC3PARAM: RecordType<Nsec3param> = defineRecord({
  name: 'NSEC3PARAM',
  fields: { hashAlgorithm: uint8, flags: uint8, iterations: uint16, salt: countedHex },
});
