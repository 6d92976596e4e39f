import { defineRecord, type RecordType } from './define.ts';
import { characterString } from './fields.ts';

/** Host information (RFC 1035 §3.3.2); the answer to type ANY too (RFC 8482 §4.2). */
export interface Hinfo {
  readonly cpu: string;
  readonly os: string;
}

export const HINFO: RecordType<Hinfo> = defineRecord({
  name: 'HINFO',
  fields: { cpu: characterString, os: characterString },
});
