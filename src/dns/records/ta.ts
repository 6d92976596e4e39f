import { defineRecord, type RecordType } from './define.ts';
import { type Ds, dsFields } from './ds.ts';

/** A trust authority's DS. */
export const TA: RecordType<Ds> = defineRecord({ name: 'TA', fields: dsFields });
