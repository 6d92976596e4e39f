import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName } from './fields.ts';

/** An authoritative name server (RFC 1035 §3.3.11). */
export interface Ns {
  readonly nameServer: DomainName;
}

export const NS: RecordType<Ns> = defineRecord({ name: 'NS', fields: { nameServer: compressibleName } });
