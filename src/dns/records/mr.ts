import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName } from './fields.ts';

/** The new name of a mailbox (RFC 1035 §3.3.8). */
export interface Mr {
  readonly mailbox: DomainName;
}

export const MR: RecordType<Mr> = defineRecord({ name: 'MR', fields: { mailbox: compressibleName } });
