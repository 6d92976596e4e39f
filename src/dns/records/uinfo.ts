import { defineRecord, type RecordType } from './define.ts';
import { characterString } from './fields.ts';

/** About a user. */
export interface Uinfo {
  readonly text: string;
}

export const UINFO: RecordType<Uinfo> = defineRecord({ name: 'UINFO', fields: { text: characterString } });
