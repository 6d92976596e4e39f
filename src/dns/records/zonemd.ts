import { defineRecord, type RecordType } from './define.ts';
import { uint32, uint8 } from './fields.ts';
import { hex } from './octets.ts';

/** The digest of a whole zone (RFC 8976 §2.2). */
export interface Zonemd {
  readonly serial: number;
  readonly scheme: number;
  readonly hashAlgorithm: number;
  readonly digest: Uint8Array;
}

export const ZONEMD: RecordType<Zonemd> = defineRecord({
  name: 'ZONEMD',
  fields: { serial: uint32, scheme: uint8, hashAlgorithm: uint8, digest: hex },
});
