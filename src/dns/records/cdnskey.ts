import { defineRecord, type RecordType } from './define.ts';
import { type Dnskey, dnskeyFields } from './dnskey.ts';

/** What key a child wants in its DS records (RFC 7344 §3.2). */
export const CDNSKEY: RecordType<Dnskey> = defineRecord({ name: 'CDNSKEY', fields: dnskeyFields });
