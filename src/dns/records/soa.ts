import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { compressibleName, duration, uint32 } from './fields.ts';

/** Start of a zone of authority (RFC 1035 §3.3.13); the intervals are in seconds. */
export interface Soa {
  readonly primary: DomainName;
  /** The mail box of the person responsible, its first label the local part. */
  readonly mailbox: DomainName;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  /** The TTL of negative answers (RFC 2308 §4). */
  readonly minimum: number;
}

export const SOA: RecordType<Soa> = defineRecord({
  name: 'SOA',
  fields: {
    primary: compressibleName,
    mailbox: compressibleName,
    serial: uint32,
    refresh: duration,
    retry: duration,
    expire: duration,
    minimum: duration,
  },
});
