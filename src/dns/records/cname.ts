import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName } from './fields.ts';

/** The canonical name of an alias (RFC 1035 §3.3.1). */
export interface Cname {
  readonly target: DomainName;
}

export const CNAME: RecordType<Cname> = defineRecord({ name: 'CNAME', fields: { target: compressibleName } });
