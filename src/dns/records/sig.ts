import { defineRecord, type RecordType } from './define.ts';
import { type Rrsig, rrsigFields } from './rrsig.ts';

/** A signature, today of messages only (RFC 2535 §4.1, RFC 2931). */
export const SIG: RecordType<Rrsig> = defineRecord({ name: 'SIG', fields: rrsigFields });
