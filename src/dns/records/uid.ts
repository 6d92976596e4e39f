import { defineRecord, type RecordType } from './define.ts';
import { uint32 } from './fields.ts';

/** The number of a user. */
export interface Uid {
  readonly number: number;
}

export const UID: RecordType<Uid> = defineRecord({ name: 'UID', fields: { number: uint32 } });
