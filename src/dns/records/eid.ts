import { defineRecord, type RecordType } from './define.ts';
import { hex } from './octets.ts';

/** A Nimrod endpoint identifier. */
export interface Eid {
  readonly identifier: Uint8Array;
}

export const EID: RecordType<Eid> = defineRecord({ name: 'EID', fields: { identifier: hex } });
