import { RecordSyntaxError, type Token } from '../tokens.ts';
import type { Codec } from './define.ts';
import { fromBase32Hex, fromBase64, fromHex, toBase32Hex, toBase64, toHex } from './text.ts';

const rest: Pick<Codec<Uint8Array>, 'read' | 'write' | 'length'> = {
  read: (reader) => reader.rest(),
  write: (writer, octets) => writer.octets(octets),
  length: (octets) => octets.length,
};

/** The rest of the data, base64 in a zone file; nothing at all is possible. */
export const base64: Codec<Uint8Array> = {
  ...rest,
  parse: (tokens, what) => (tokens.done ? new Uint8Array(0) : fromBase64(tokens.rest(what), what)),
  print: toBase64,
};

/** The rest of the data, hexadecimal in a zone file; nothing at all is possible. */
export const hex: Codec<Uint8Array> = {
  ...rest,
  parse: (tokens, what) => (tokens.done ? new Uint8Array(0) : fromHex(tokens.rest(what), what)),
  print: toHex,
};

/** Octets after their count of 8 bits; one word of hexadecimal in a zone file, `-` for none (RFC 5155 §3.3). */
export const countedHex: Codec<Uint8Array> = counted(fromHex, toHex);

/** Octets after their count of 8 bits; one word of base32 in capitals in a zone file (RFC 5155 §3.3), `-` for none. */
export const countedBase32Hex: Codec<Uint8Array> = counted(fromBase32Hex, toBase32Hex);

function counted(
  parse: (token: Token, what: string) => Uint8Array,
  print: (octets: Uint8Array) => string,
): Codec<Uint8Array> {
  return {
    read: (reader) => reader.octets(reader.uint8()),
    write(writer, octets) {
      writer.uint8(octets.length);
      writer.octets(octets);
    },
    length: (octets) => octets.length + 1,
    parse(tokens, what) {
      const token = tokens.next(what);
      const octets = token.text === '-' ? new Uint8Array(0) : parse(token, what);
      if (octets.length > 255) throw new RecordSyntaxError(`${what} has more than 255 octets`, token.position);
      return octets;
    },
    print: (octets) => (octets.length === 0 ? '-' : print(octets)),
  };
}

/** `count` octets, in a zone file two digits each and `separator` between groups of `groupSize` octets. */
export function groupedHex(count: number, groupSize: number, separator: string): Codec<Uint8Array> {
  const group = `[\\dA-Fa-f]{${groupSize * 2}}`;
  const pattern = new RegExp(`^${group}(?:${separator}${group}){${count / groupSize - 1}}$`);
  return {
    read: (reader) => reader.octets(count),
    write: rest.write,
    length: () => count,
    parse(tokens, what) {
      const token = tokens.next(what);
      if (!pattern.test(token.text)) {
        throw new RecordSyntaxError(`${what} is not in the form ${print(new Uint8Array(count))}`, token.position);
      }
      return new Uint8Array(Buffer.from(token.text.replaceAll(separator, ''), 'hex'));
    },
    print,
  };

  function print(octets: Uint8Array): string {
    const digits = toHex(octets);
    const groups: string[] = [];
    for (let i = 0; i < digits.length; i += groupSize * 2) groups.push(digits.slice(i, i + groupSize * 2));
    return groups.join(separator);
  }
}

/** Octets after their count of 16 bits; in a zone file the count and then base64, or `0` alone, as TSIG is shown. */
export const sizedBase64: Codec<Uint8Array> = {
  read: (reader) => reader.octets(reader.uint16()),
  write(writer, octets) {
    writer.uint16(octets.length);
    writer.octets(octets);
  },
  length: (octets) => octets.length + 2,
  parse(tokens, what) {
    const position = tokens.peek()?.position ?? 0;
    const length = tokens.integer(what, 0xffff);
    const octets = length === 0 ? new Uint8Array(0) : fromBase64(tokens.next(what), what);
    if (octets.length !== length) {
      throw new RecordSyntaxError(`${what} has ${octets.length} octets, not ${length}`, position);
    }
    return octets;
  },
  print: (octets) => (octets.length === 0 ? '0' : `${octets.length} ${toBase64(octets)}`),
};
