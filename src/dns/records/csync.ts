import { defineRecord, type RecordType } from './define.ts';
import { uint16, uint32 } from './fields.ts';
import { typeBitmap } from './type-bitmap.ts';

/** What a parent is to copy from its child (RFC 7477 §2.1). */
export interface Csync {
  readonly serial: number;
  readonly flags: number;
  /** Ascending. */
  readonly types: readonly number[];
}

export const CSYNC: RecordType<Csync> = defineRecord({
  name: 'CSYNC',
  fields: { serial: uint32, flags: uint16, types: typeBitmap },
});
