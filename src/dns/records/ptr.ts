import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName } from './fields.ts';

/** A pointer to another name (RFC 1035 §3.3.12). */
export interface Ptr {
  readonly target: DomainName;
}

export const PTR: RecordType<Ptr> = defineRecord({ name: 'PTR', fields: { target: compressibleName } });
