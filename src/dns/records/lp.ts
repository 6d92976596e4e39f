import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { exactName, uint16 } from './fields.ts';

/** The name of an ILNP subnetwork (RFC 6742 §2.4). */
export interface Lp {
  /** Lower is tried first. */
  readonly preference: number;
  readonly locatorName: DomainName;
}

export const LP: RecordType<Lp> = defineRecord({ name: 'LP', fields: { preference: uint16, locatorName: exactName } });
