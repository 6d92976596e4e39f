import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { domainName, uint16 } from './fields.ts';

/** An AFS cell database or DCE name server (RFC 1183 §1). */
export interface Afsdb {
  readonly subtype: number;
  readonly host: DomainName;
}

export const AFSDB: RecordType<Afsdb> = defineRecord({ name: 'AFSDB', fields: { subtype: uint16, host: domainName } });
