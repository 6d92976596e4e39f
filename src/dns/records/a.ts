import { defineRecord, type RecordType } from './define.ts';
import { ipv4 } from './fields.ts';

/** A host address (RFC 1035 §3.4.1). */
export interface A {
  /** 4 octets. */
  readonly address: Uint8Array;
}

export const A: RecordType<A> = defineRecord({ name: 'A', fields: { address: ipv4 } });
