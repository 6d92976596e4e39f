import { WireError } from '../reader.ts';
import { typeName } from '../types.ts';
import { list, typeCode } from './fields.ts';
import type { Codec } from './define.ts';

/** A window covers 256 types, so its bits fill at most 32 octets (RFC 4034 §4.1.2). */
const MAXIMUM_WINDOW_LENGTH = 32;

/** A set of types as a bit map in windows (RFC 4034 §4.1.2); in memory their codes, ascending. */
export const typeBitmap: Codec<readonly number[]> = {
  read(reader) {
    const types: number[] = [];
    let previous = -1;
    while (reader.remaining > 0) {
      const at = reader.offset;
      const window = reader.uint8();
      const length = reader.uint8();
      if (window <= previous || length === 0 || length > MAXIMUM_WINDOW_LENGTH) {
        throw new WireError('RDATA', at, 'a malformed window in a type bit map');
      }
      previous = window;
      for (let i = 0; i < length; i++) addTypes(types, window * 256 + i * 8, reader.uint8());
    }
    return types;
  },
  write(writer, types) {
    for (const window of windowsOf(types)) {
      writer.uint8(window.number);
      writer.uint8(window.bits.length);
      writer.octets(window.bits);
    }
  },
  length(types) {
    let length = 0;
    for (let i = 0; i < types.length; i++) {
      const type = types[i] ?? 0;
      const next = types[i + 1];
      // The last type of a window says how long the window is.
      if (next === undefined || next >>> 8 !== type >>> 8) length += 3 + ((type & 0xff) >>> 3);
    }
    return length;
  },
  parse(tokens, what) {
    const types = new Set(list(typeCode).parse(tokens, what));
    return [...types].toSorted((a, b) => a - b);
  },
  print: (types) => types.map(typeName).join(' '),
};

function addTypes(types: number[], first: number, octet: number): void {
  for (let bit = 0; bit < 8; bit++) {
    if ((octet & (0x80 >>> bit)) !== 0) types.push(first + bit);
  }
}

function windowsOf(types: readonly number[]): { readonly number: number; readonly bits: Uint8Array }[] {
  const windows = Map.groupBy(types, (type) => type >>> 8);
  return [...windows].map(([number, members]) => {
    const last = (members.at(-1) ?? 0) & 0xff;
    const bits = new Uint8Array((last >>> 3) + 1);
    for (const type of members) {
      const octet = (type & 0xff) >>> 3;
      bits[octet] = (bits[octet] ?? 0) | (0x80 >>> (type & 7));
    }
    return { number, bits };
  });
}
