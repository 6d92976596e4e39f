import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { exactName } from './fields.ts';

/** A pointer from an NSAP address (RFC 1348). */
export interface NsapPtr {
  readonly target: DomainName;
}

export const NSAP_PTR: RecordType<NsapPtr> = defineRecord({ name: 'NSAP-PTR', fields: { target: exactName } });
