import { defineRecord, type FieldTable, type RecordType } from './define.ts';
import { uint8 } from './fields.ts';
import { hex } from './octets.ts';

/** A certificate association for TLS (RFC 6698 §2.1). */
export interface Tlsa {
  readonly usage: number;
  readonly selector: number;
  readonly matchingType: number;
  readonly association: Uint8Array;
}

/** For the types with the same data. */
export const tlsaFields: FieldTable<Tlsa> = { usage: uint8, selector: uint8, matchingType: uint8, association: hex };

export const TLSA: RecordType<Tlsa> = defineRecord({ name: 'TLSA', fields: tlsaFields });
