import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { domainName } from './fields.ts';

/** The person responsible (RFC 1183 §2.2). */
export interface Rp {
  readonly mailbox: DomainName;
  /** Has TXT records with more. */
  readonly text: DomainName;
}

export const RP: RecordType<Rp> = defineRecord({ name: 'RP', fields: { mailbox: domainName, text: domainName } });
