import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { domainName, uint16 } from './fields.ts';

/** Where a service is offered (RFC 2782). */
export interface Srv {
  /** Lower is tried first. */
  readonly priority: number;
  /** Share among targets of equal priority. */
  readonly weight: number;
  readonly port: number;
  readonly target: DomainName;
}

export const SRV: RecordType<Srv> = defineRecord({
  name: 'SRV',
  fields: { priority: uint16, weight: uint16, port: uint16, target: domainName },
});
