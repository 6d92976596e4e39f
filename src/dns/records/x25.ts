import { defineRecord, type RecordType } from './define.ts';
import { characterString } from './fields.ts';

/** An X.25 address (RFC 1183 §3.1). */
export interface X25 {
  readonly address: string;
}

export const X25: RecordType<X25> = defineRecord({ name: 'X25', fields: { address: characterString } });
