import { defineRecord, type RecordType } from './define.ts';
import { uint16 } from './fields.ts';
import { groupedHex } from './octets.ts';

/** An ILNP node identifier (RFC 6742 §2.1). */
export interface Nid {
  /** Lower is tried first. */
  readonly preference: number;
  /** 8 octets. */
  readonly nodeId: Uint8Array;
}

export const NID: RecordType<Nid> = defineRecord({
  name: 'NID',
  fields: { preference: uint16, nodeId: groupedHex(8, 2, ':') },
});
