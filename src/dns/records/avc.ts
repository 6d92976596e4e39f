import { defineRecord, type RecordType } from './define.ts';
import { type Txt, txtFields } from './txt.ts';

/** Application visibility and control. */
export const AVC: RecordType<Txt> = defineRecord({ name: 'AVC', fields: txtFields });
