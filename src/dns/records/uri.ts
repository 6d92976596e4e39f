import { defineRecord, type RecordType } from './define.ts';
import { text, uint16 } from './fields.ts';

/** The URI of a service (RFC 7553 §4). */
export interface Uri {
  /** Lower is tried first. */
  readonly priority: number;
  readonly weight: number;
  /** One UTF-16 unit an octet. */
  readonly target: string;
}

export const URI: RecordType<Uri> = defineRecord({
  name: 'URI',
  fields: { priority: uint16, weight: uint16, target: text },
});
