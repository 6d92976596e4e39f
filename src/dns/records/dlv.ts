import { defineRecord, type RecordType } from './define.ts';
import { type Ds, dsFields } from './ds.ts';

/** A look-aside DS (RFC 4431, obsolete). */
export const DLV: RecordType<Ds> = defineRecord({ name: 'DLV', fields: dsFields });
