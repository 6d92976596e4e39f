import type { DomainName } from '../name.ts';
import { algorithm } from './algorithms.ts';
import { defineRecord, type FieldTable, type RecordType } from './define.ts';
import { domainName, typeCode, uint16, uint32, uint8 } from './fields.ts';
import { base64 } from './octets.ts';
import { timestamp } from './timestamp.ts';

/** The signature of a record set (RFC 4034 §3.1). */
export interface Rrsig {
  readonly typeCovered: number;
  readonly algorithm: number;
  /** The owner's labels, without the root and a leading asterisk. */
  readonly labels: number;
  readonly originalTtl: number;
  /** Seconds since 1970, modulo 2^32. */
  readonly expiration: number;
  /** Seconds since 1970, modulo 2^32. */
  readonly inception: number;
  readonly keyTag: number;
  readonly signer: DomainName;
  readonly signature: Uint8Array;
}

/** For the types with the same data. */
export const rrsigFields: FieldTable<Rrsig> = {
  typeCovered: typeCode,
  algorithm: algorithm,
  labels: uint8,
  originalTtl: uint32,
  expiration: timestamp,
  inception: timestamp,
  keyTag: uint16,
  signer: domainName,
  signature: base64,
};

export const RRSIG: RecordType<Rrsig> = defineRecord({ name: 'RRSIG', fields: rrsigFields });
