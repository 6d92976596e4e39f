import { defineRecord, type RecordType } from './define.ts';
import { type Dnskey, dnskeyFields } from './dnskey.ts';

/** A public key, today for SIG(0) only (RFC 2535 §3.1, RFC 2931). */
export const KEY: RecordType<Dnskey> = defineRecord({ name: 'KEY', fields: dnskeyFields });
