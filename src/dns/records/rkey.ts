import { defineRecord, type RecordType } from './define.ts';
import { type Dnskey, dnskeyFields } from './dnskey.ts';

/** A key for the encryption of NAPTR records. */
export const RKEY: RecordType<Dnskey> = defineRecord({ name: 'RKEY', fields: dnskeyFields });
