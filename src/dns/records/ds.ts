import { algorithm } from './algorithms.ts';
import { defineRecord, type FieldTable, type RecordType } from './define.ts';
import { uint16, uint8 } from './fields.ts';
import { hex } from './octets.ts';

/** A delegation signer (RFC 4034 §5.1). */
export interface Ds {
  readonly keyTag: number;
  readonly algorithm: number;
  readonly digestType: number;
  readonly digest: Uint8Array;
}

/** For the types with the same data. */
export const dsFields: FieldTable<Ds> = { keyTag: uint16, algorithm: algorithm, digestType: uint8, digest: hex };

export const DS: RecordType<Ds> = defineRecord({ name: 'DS', fields: dsFields });
