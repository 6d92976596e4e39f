import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName } from './fields.ts';

/** The host of a mailbox (RFC 1035 §3.3.3). */
export interface Mb {
  readonly host: DomainName;
}

export const MB: RecordType<Mb> = defineRecord({ name: 'MB', fields: { host: compressibleName } });
