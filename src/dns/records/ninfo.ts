import { defineRecord, type RecordType } from './define.ts';
import { type Txt, txtFields } from './txt.ts';

/** The status of a zone. */
export const NINFO: RecordType<Txt> = defineRecord({ name: 'NINFO', fields: txtFields });
