import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { exactName } from './fields.ts';
import { typeBitmap } from './type-bitmap.ts';

/** What exists at a name, and the next name of the zone (RFC 4034 §4.1). */
export interface Nsec {
  readonly next: DomainName;
  /** Ascending. */
  readonly types: readonly number[];
}

export const NSEC: RecordType<Nsec> = defineRecord({ name: 'NSEC', fields: { next: exactName, types: typeBitmap } });
