import { defineRecord, type RecordType } from './define.ts';
import { groupedHex } from './octets.ts';

/** A MAC address of 48 bits (RFC 7043 §3). */
export interface Eui48 {
  /** 6 octets. */
  readonly address: Uint8Array;
}

export const EUI48: RecordType<Eui48> = defineRecord({ name: 'EUI48', fields: { address: groupedHex(6, 1, '-') } });
