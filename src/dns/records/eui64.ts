import { defineRecord, type RecordType } from './define.ts';
import { groupedHex } from './octets.ts';

/** A MAC address of 64 bits (RFC 7043 §4). */
export interface Eui64 {
  /** 8 octets. */
  readonly address: Uint8Array;
}

export const EUI64: RecordType<Eui64> = defineRecord({ name: 'EUI64', fields: { address: groupedHex(8, 1, '-') } });
