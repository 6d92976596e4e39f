import { algorithm } from './algorithms.ts';
import { defineRecord, type FieldTable, type RecordType } from './define.ts';
import { uint16, uint8 } from './fields.ts';
import { base64 } from './octets.ts';

/** A zone's public key (RFC 4034 §2.1). */
export interface Dnskey {
  readonly flags: number;
  readonly protocol: number;
  readonly algorithm: number;
  readonly publicKey: Uint8Array;
}

/** For the types with the same data. */
export const dnskeyFields: FieldTable<Dnskey> = {
  flags: uint16,
  protocol: uint8,
  algorithm: algorithm,
  publicKey: base64,
};

export const DNSKEY: RecordType<Dnskey> = defineRecord({ name: 'DNSKEY', fields: dnskeyFields });
