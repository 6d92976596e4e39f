import { defineRecord, type RecordType } from './define.ts';
import { ipv6 } from './fields.ts';

/** An IPv6 host address (RFC 3596 §2.2). */
export interface Aaaa {
  /** 16 octets. */
  readonly address: Uint8Array;
}

export const AAAA: RecordType<Aaaa> = defineRecord({ name: 'AAAA', fields: { address: ipv6 } });
