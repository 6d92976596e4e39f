import { defineRecord, type RecordType } from './define.ts';
import { characterString, optional } from './fields.ts';

/** An ISDN address (RFC 1183 §3.2). */
export interface Isdn {
  readonly address: string;
  readonly subaddress: string | undefined;
}

export const ISDN: RecordType<Isdn> = defineRecord({
  name: 'ISDN',
  fields: { address: characterString, subaddress: optional(characterString) },
});
