import { defineRecord, type RecordType } from './define.ts';
import { hex } from './octets.ts';

/** A Nimrod locator. */
export interface Nimloc {
  readonly locator: Uint8Array;
}

export const NIMLOC: RecordType<Nimloc> = defineRecord({ name: 'NIMLOC', fields: { locator: hex } });
