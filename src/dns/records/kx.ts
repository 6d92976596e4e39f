import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { domainName, uint16 } from './fields.ts';

/** A key exchanger (RFC 2230 §3). */
export interface Kx {
  /** Lower is tried first. */
  readonly preference: number;
  readonly exchanger: DomainName;
}

export const KX: RecordType<Kx> = defineRecord({ name: 'KX', fields: { preference: uint16, exchanger: domainName } });
