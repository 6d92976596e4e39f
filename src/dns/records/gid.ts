import { defineRecord, type RecordType } from './define.ts';
import { uint32 } from './fields.ts';

/** The number of a group. */
export interface Gid {
  readonly number: number;
}

export const GID: RecordType<Gid> = defineRecord({ name: 'GID', fields: { number: uint32 } });
