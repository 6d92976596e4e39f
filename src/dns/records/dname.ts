import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { domainName } from './fields.ts';

/** The redirection of a whole subtree (RFC 6672 §2.1). */
export interface Dname {
  readonly target: DomainName;
}

export const DNAME: RecordType<Dname> = defineRecord({ name: 'DNAME', fields: { target: domainName } });
