import { defineRecord, type RecordType } from './define.ts';
import { ipv4, uint16 } from './fields.ts';

/** An ILNP locator of 32 bits (RFC 6742 §2.2). */
export interface L32 {
  /** Lower is tried first. */
  readonly preference: number;
  /** 4 octets. */
  readonly locator: Uint8Array;
}

export const L32: RecordType<L32> = defineRecord({ name: 'L32', fields: { preference: uint16, locator: ipv4 } });
