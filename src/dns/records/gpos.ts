import { defineRecord, type RecordType } from './define.ts';
import { word } from './fields.ts';

/** A geographical position in decimal text (RFC 1712). */
export interface Gpos {
  /** Degrees. */
  readonly longitude: string;
  /** Degrees. */
  readonly latitude: string;
  /** Metres. */
  readonly altitude: string;
}

export const GPOS: RecordType<Gpos> = defineRecord({
  name: 'GPOS',
  fields: { longitude: word, latitude: word, altitude: word },
});
