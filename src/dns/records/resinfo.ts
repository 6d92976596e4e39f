import { defineRecord, type RecordType } from './define.ts';
import { type Txt, txtFields } from './txt.ts';

/** What a resolver can do (RFC 9606 §5). */
export const RESINFO: RecordType<Txt> = defineRecord({ name: 'RESINFO', fields: txtFields });
