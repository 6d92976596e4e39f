import { defineRecord, type RecordType } from './define.ts';
import { uint16 } from './fields.ts';
import { groupedHex } from './octets.ts';

/** An ILNP locator of 64 bits (RFC 6742 §2.3). */
export interface L64 {
  /** Lower is tried first. */
  readonly preference: number;
  /** 8 octets. */
  readonly locator: Uint8Array;
}

export const L64: RecordType<L64> = defineRecord({
  name: 'L64',
  fields: { preference: uint16, locator: groupedHex(8, 2, ':') },
});
