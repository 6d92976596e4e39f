import { CLASS } from '../codes.ts';
import type { ResourceRecord } from '../message.ts';
import type { DomainName } from '../name.ts';
import type { WireReader } from '../reader.ts';
import type { TokenCursor } from '../tokens.ts';
import { TYPE, type TypeName } from '../types.ts';
import type { WireWriter } from '../writer.ts';
import { OpaqueData } from './opaque.ts';

/** How one field of a record, or the whole of its data, stands on the wire and in a zone file. */
export interface Codec<T> {
  /** Reads up to `reader.limit` at most. Throws WireError. */
  read(reader: WireReader): T;
  write(writer: WireWriter, value: T): void;
  /** Octets that `write` makes without compression. */
  length(value: T): number;
  /** `what` names the field in errors. Throws RecordSyntaxError. */
  parse(tokens: TokenCursor, what: string): T;
  /** Empty if the field is left out. */
  print(value: T): string;
  /** The form to sign and compare (RFC 4034 §6.2); absent where that is the value itself. */
  canonical?(value: T): T;
}

/** A record type: everything there is to know about it. */
export interface RecordType<D extends object> extends Codec<D> {
  readonly name: TypeName;
  readonly code: number;
  /** A record of this type. `recordClass` is IN unless given. */
  make(owner: DomainName, ttl: number, data: D, recordClass?: number): ResourceRecord<D>;
  /** Is the record of this type, and with data? (Updates have records without, RFC 2136 §2.4.) */
  is(record: ResourceRecord): record is ResourceRecord<D>;
  canonical(data: D): D;
}

/** The fields in wire order; an optional property has a codec of `T | undefined`. */
export type FieldTable<D extends object> = { readonly [K in keyof D]-?: Codec<D[K]> };

/** A record type whose data are `fields`, one after the other. */
export function defineRecord<D extends object>(definition: {
  readonly name: TypeName;
  readonly fields: FieldTable<D>;
}): RecordType<D> {
  return defineOddRecord({ name: definition.name, codec: tableCodec(definition.fields) });
}

/** A record type that no table describes. */
export function defineOddRecord<D extends object>(definition: {
  readonly name: TypeName;
  readonly codec: Codec<D>;
}): RecordType<D> {
  const { name, codec } = definition;
  const code = TYPE[name];
  return {
    canonical: (data) => data,
    ...codec,
    name,
    code,
    make: (owner, ttl, data, recordClass = CLASS.IN) => ({ name: owner, type: code, class: recordClass, ttl, data }),
    is: (record): record is ResourceRecord<D> => record.type === code && !(record.data instanceof OpaqueData),
  };
}

/** The codec of an object, from those of its properties. */
export function tableCodec<D extends object>(fields: FieldTable<D>): Codec<D> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table has exactly the keys of D
  const keys = Object.keys(fields) as (keyof D)[];
  const codecs = keys.map((key) => fields[key]);
  const canonical = (data: D): D => {
    const copy = { ...data };
    for (const key of keys) copy[key] = fields[key].canonical?.(data[key]) ?? data[key];
    return copy;
  };
  return {
    read(reader) {
      const data: Partial<D> = {};
      for (const key of keys) data[key] = fields[key].read(reader);
      return complete(data);
    },
    write(writer, data) {
      for (const key of keys) fields[key].write(writer, data[key]);
    },
    length(data) {
      let length = 0;
      for (const key of keys) length += fields[key].length(data[key]);
      return length;
    },
    parse(tokens) {
      const data: Partial<D> = {};
      for (const key of keys) data[key] = fields[key].parse(tokens, wordsOf(String(key)));
      return complete(data);
    },
    print(data) {
      const texts = keys.map((key) => fields[key].print(data[key]));
      return texts.filter((text) => text !== '').join(' ');
    },
    ...(codecs.some((codec) => codec.canonical !== undefined) ? { canonical } : {}),
  };
}

/** All keys have been set. */
function complete<D extends object>(data: Partial<D>): D {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a loop over the keys of D has set them
  return data as D;
}

/** `keyTag` as a user reads it: `key tag`. */
function wordsOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
