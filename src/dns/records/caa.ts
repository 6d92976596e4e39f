import { defineRecord, type RecordType } from './define.ts';
import { text, uint8, word } from './fields.ts';

/** Who may issue certificates (RFC 8659 §4.1). */
export interface Caa {
  readonly flags: number;
  readonly tag: string;
  /** One UTF-16 unit an octet. */
  readonly value: string;
}

export const CAA: RecordType<Caa> = defineRecord({ name: 'CAA', fields: { flags: uint8, tag: word, value: text } });
