import { type Codec, defineRecord, type RecordType } from './define.ts';
import { characterString, uint32, uint8 } from './fields.ts';
import { base64 } from './octets.ts';

/** A digital object (draft-durand-doa-over-dns). */
export interface Doa {
  readonly enterprise: number;
  readonly objectType: number;
  readonly location: number;
  readonly mediaType: string;
  readonly object: Uint8Array;
}

/** `-` stands for no octets at all. */
const dashOrBase64: Codec<Uint8Array> = {
  ...base64,
  parse(tokens, what) {
    if (tokens.peek()?.text !== '-') return base64.parse(tokens, what);
    tokens.next(what);
    return new Uint8Array(0);
  },
  print: (octets) => (octets.length === 0 ? '-' : base64.print(octets)),
};

export const DOA: RecordType<Doa> = defineRecord({
  name: 'DOA',
  fields: {
    enterprise: uint32,
    objectType: uint32,
    location: uint8,
    mediaType: characterString,
    object: dashOrBase64,
  },
});
