import { defineRecord, type RecordType } from './define.ts';
import { type Ds, dsFields } from './ds.ts';

/** What a child wants in its DS records (RFC 7344 §3.1). */
export const CDS: RecordType<Ds> = defineRecord({ name: 'CDS', fields: dsFields });
