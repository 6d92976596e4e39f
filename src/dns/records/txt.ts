import { defineRecord, type FieldTable, type RecordType } from './define.ts';
import { characterStrings } from './fields.ts';

/** Text strings (RFC 1035 §3.3.14). */
export interface Txt {
  /** At least one; each of up to 255 octets, one UTF-16 unit an octet. */
  readonly strings: readonly string[];
}

/** For the types with the same data. */
export const txtFields: FieldTable<Txt> = { strings: characterStrings };

export const TXT: RecordType<Txt> = defineRecord({ name: 'TXT', fields: txtFields });
