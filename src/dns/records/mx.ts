import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName, uint16 } from './fields.ts';

/** A mail exchange (RFC 1035 §3.3.9). */
export interface Mx {
  /** Lower is tried first. */
  readonly preference: number;
  readonly exchange: DomainName;
}

export const MX: RecordType<Mx> = defineRecord({
  name: 'MX',
  fields: { preference: uint16, exchange: compressibleName },
});
