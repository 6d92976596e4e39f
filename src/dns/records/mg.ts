import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName } from './fields.ts';

/** A member of a mail group (RFC 1035 §3.3.6). */
export interface Mg {
  readonly mailbox: DomainName;
}

export const MG: RecordType<Mg> = defineRecord({ name: 'MG', fields: { mailbox: compressibleName } });
