import { defineRecord, type RecordType } from './define.ts';
import { type Svcb, svcbFields } from './svcb.ts';

/** How to reach a web site (RFC 9460 §9). */
export const HTTPS: RecordType<Svcb> = defineRecord({ name: 'HTTPS', fields: svcbFields });
