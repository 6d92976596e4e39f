import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { domainName, uint16 } from './fields.ts';

/** A mapping between X.400 and RFC 822 addresses (RFC 2163 §4). */
export interface Px {
  /** Lower is tried first. */
  readonly preference: number;
  readonly map822: DomainName;
  readonly mapX400: DomainName;
}

export const PX: RecordType<Px> = defineRecord({
  name: 'PX',
  fields: { preference: uint16, map822: domainName, mapX400: domainName },
});
