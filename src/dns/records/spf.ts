import { defineRecord, type RecordType } from './define.ts';
import { type Txt, txtFields } from './txt.ts';

/** A sender policy (RFC 4408 §3.1.1, obsolete). */
export const SPF: RecordType<Txt> = defineRecord({ name: 'SPF', fields: txtFields });
