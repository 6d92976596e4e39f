import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName } from './fields.ts';

/** A mail forwarder (RFC 1035 §3.3.5, obsolete). */
export interface Mf {
  readonly host: DomainName;
}

export const MF: RecordType<Mf> = defineRecord({ name: 'MF', fields: { host: compressibleName } });
