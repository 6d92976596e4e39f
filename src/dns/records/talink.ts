import type { DomainName } from '../name.ts';
import { defineRecord, type RecordType } from './define.ts';
import { exactName } from './fields.ts';

/** Neighbours in a list of trust anchors. */
export interface Talink {
  readonly previous: DomainName;
  readonly next: DomainName;
}

export const TALINK: RecordType<Talink> = defineRecord({
  name: 'TALINK',
  fields: { previous: exactName, next: exactName },
});
