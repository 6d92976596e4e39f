import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { characterString, domainName, uint16 } from './fields.ts';

/** A rule that rewrites names (RFC 3403 §4.1). */
export interface Naptr {
  /** Lower is tried first. */
  readonly order: number;
  /** Among equal orders, lower is tried first. */
  readonly preference: number;
  readonly flags: string;
  readonly services: string;
  readonly regexp: string;
  readonly replacement: DomainName;
}

export const NAPTR: RecordType<Naptr> = defineRecord({
  name: 'NAPTR',
  fields: {
    order: uint16,
    preference: uint16,
    flags: characterString,
    services: characterString,
    regexp: characterString,
    replacement: domainName,
  },
});
