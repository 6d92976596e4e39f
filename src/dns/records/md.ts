import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName } from './fields.ts';

/** A mail destination (RFC 1035 §3.3.4, obsolete). */
export interface Md {
  readonly host: DomainName;
}

export const MD: RecordType<Md> = defineRecord({ name: 'MD', fields: { host: compressibleName } });
