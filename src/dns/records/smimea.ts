import { defineRecord, type RecordType } from './define.ts';
import { type Tlsa, tlsaFields } from './tlsa.ts';

/** A certificate association for S/MIME (RFC 8162 §2). */
export const SMIMEA: RecordType<Tlsa> = defineRecord({ name: 'SMIMEA', fields: tlsaFields });
