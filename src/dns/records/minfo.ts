import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName } from './fields.ts';

/** Who is responsible for a mailbox or list (RFC 1035 §3.3.7). */
export interface Minfo {
  readonly responsible: DomainName;
  /** Where reports of errors go. */
  readonly errors: DomainName;
}

export const MINFO: RecordType<Minfo> = defineRecord({
  name: 'MINFO',
  fields: { responsible: compressibleName, errors: compressibleName },
});
