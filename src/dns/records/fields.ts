import { parseIPv4, parseIPv6, printIPv4, printIPv6 } from '../addresses.ts';
import type { DomainName } from '../name.ts';
import { WireError } from '../reader.ts';
import { quote, RecordSyntaxError } from '../tokens.ts';
import { parseType, typeName } from '../types.ts';
import type { Codec } from './define.ts';

export const uint8: Codec<number> = {
  read: (reader) => reader.uint8(),
  write: (writer, value) => writer.uint8(value),
  length: () => 1,
  parse: (tokens, what) => tokens.integer(what, 0xff),
  print: String,
};

export const uint16: Codec<number> = {
  read: (reader) => reader.uint16(),
  write: (writer, value) => writer.uint16(value),
  length: () => 2,
  parse: (tokens, what) => tokens.integer(what, 0xffff),
  print: String,
};

export const uint32: Codec<number> = {
  read: (reader) => reader.uint32(),
  write: (writer, value) => writer.uint32(value),
  length: () => 4,
  parse: (tokens, what) => tokens.integer(what, 0xffff_ffff),
  print: String,
};

/** Seconds in 32 bits, in a zone file with units too: `1h30m`. */
export const duration: Codec<number> = { ...uint32, parse: (tokens, what) => tokens.duration(what) };

/**
 * A name in record data. Compression is read wherever a name stands, for senders that compress more than they may;
 * the next three differ in what is written and in the canonical form.
 */
const anyName: Codec<DomainName> = {
  read: (reader) => reader.name(),
  write: (writer, name) => writer.name(name),
  length: (name) => name.wire.length,
  parse: (tokens, what) => tokens.name(what),
  print: (name) => name.text,
};

/** A name in a type of RFC 1035: compressed; lower case in canonical form. */
export const compressibleName: Codec<DomainName> = {
  ...anyName,
  write: (writer, name) => writer.compressibleName(name),
  canonical: (name) => name.toLowerCase(),
};

/** A name in a later type that RFC 4034 §6.2 lists: not compressed; lower case in canonical form. */
export const domainName: Codec<DomainName> = { ...anyName, canonical: (name) => name.toLowerCase() };

/** A name in every other type: not compressed, its letter case part of the data (RFC 3597 §7, RFC 6840 §5.1). */
export const exactName: Codec<DomainName> = anyName;

export const ipv4: Codec<Uint8Array> = addressCodec(4, 'IPv4', parseIPv4, printIPv4);

export const ipv6: Codec<Uint8Array> = addressCodec(16, 'IPv6', parseIPv6, printIPv6);

function addressCodec(
  size: number,
  family: string,
  parse: (text: string) => Uint8Array | undefined,
  print: (octets: Uint8Array) => string,
): Codec<Uint8Array> {
  return {
    read: (reader) => reader.octets(size),
    write: (writer, octets) => writer.octets(octets),
    length: () => size,
    parse(tokens, what) {
      const token = tokens.next(what);
      const octets = parse(token.text);
      if (octets === undefined) {
        throw new RecordSyntaxError(`${what} is no ${family} address: ${token.text}`, token.position);
      }
      return octets;
    },
    print,
  };
}

/** A type's code, in a zone file its mnemonic. */
export const typeCode: Codec<number> = {
  ...uint16,
  parse(tokens, what) {
    const token = tokens.next(what);
    const code = parseType(token.text);
    if (code === undefined) throw new RecordSyntaxError(`${what} is no record type: ${token.text}`, token.position);
    return code;
  },
  print: typeName,
};

/** A <character-string> (RFC 1035 §3.3): up to 255 octets, one UTF-16 unit (U+0000 to U+00FF) each. */
export const characterString: Codec<string> = {
  read: (reader) => reader.octetString(reader.uint8()),
  write: (writer, text) => writer.characterString(text),
  length: (text) => text.length + 1,
  parse(tokens, what) {
    const position = tokens.peek()?.position ?? 0;
    const text = tokens.octetString(what);
    if (text.length > 255) throw new RecordSyntaxError(`${what} has more than 255 octets`, position);
    return text;
  },
  print: quote,
};

/** A <character-string> that stands in zone files without quotes. */
export const word: Codec<string> = {
  ...characterString,
  print: (text) => (/^[\w.+-]+$/.test(text) ? text : quote(text)),
};

/** A quoted octet string that fills the rest of the data, without a length. */
export const text: Codec<string> = {
  read: (reader) => reader.octetString(reader.remaining),
  write: (writer, value) => writer.octetString(value),
  length: (value) => value.length,
  parse: (tokens, what) => tokens.octetString(what),
  print: quote,
};

/** As many of `item` as the data holds, none too. */
export function list<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    read(reader) {
      const items: T[] = [];
      while (reader.remaining > 0) items.push(item.read(reader));
      return items;
    },
    write(writer, items) {
      for (const each of items) item.write(writer, each);
    },
    length: (items) => items.reduce((sum, each) => sum + item.length(each), 0),
    parse(tokens, what) {
      const items: T[] = [];
      while (!tokens.done) items.push(item.parse(tokens, what));
      return items;
    },
    print: (items) => items.map((each) => item.print(each)).join(' '),
  };
}

/** One or more <character-string>s. A longer text in a zone file is cut into strings of 255 octets. */
export const characterStrings: Codec<readonly string[]> = {
  ...list(characterString),
  read(reader) {
    if (reader.remaining === 0) throw new WireError('RDATA', reader.offset, 'a record has no data');
    return list(characterString).read(reader);
  },
  parse(tokens, what) {
    const strings: string[] = [];
    do {
      const octets = tokens.octetString(what);
      strings.push(...(octets.match(/[^]{1,255}/g) ?? ['']));
    } while (!tokens.done);
    return strings;
  },
};

/** A last field that may be left out. */
export function optional<T>(item: Codec<T>): Codec<T | undefined> {
  return {
    read: (reader) => (reader.remaining === 0 ? undefined : item.read(reader)),
    write(writer, value) {
      if (value !== undefined) item.write(writer, value);
    },
    length: (value) => (value === undefined ? 0 : item.length(value)),
    parse: (tokens, what) => (tokens.done ? undefined : item.parse(tokens, what)),
    print: (value) => (value === undefined ? '' : item.print(value)),
  };
}
