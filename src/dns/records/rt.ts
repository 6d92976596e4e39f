import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { domainName, uint16 } from './fields.ts';

/** A route through an intermediate host (RFC 1183 §3.3). */
export interface Rt {
  /** Lower is tried first. */
  readonly preference: number;
  readonly host: DomainName;
}

export const RT: RecordType<Rt> = defineRecord({ name: 'RT', fields: { preference: uint16, host: domainName } });
