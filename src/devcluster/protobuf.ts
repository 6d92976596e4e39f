import { listOf, recordOf, timestamp, type Json, type JsonObject } from './objects.ts';
import { PROTOBUF_FIELDS } from './protobuf-fields.ts';
import { any, type ObjectSchema, type Schema } from './schema.ts';
import { badRequest, unsupportedMediaType } from './status.ts';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

// Every message of the API in binary form starts with these octets: k8s and a zero.
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** A member on the wire: a number, or octets. */
interface WireField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

/**
 * An object in the binary form of the API. kubectl sends it when it makes objects with typed clients
 * (`kubectl create service`). Throws UnsupportedMediaType for a kind without a table of numbers, and BadRequest.
 */
export function decodeProtobuf(body: Buffer, schema: Schema): JsonObject {
  if (schema.type !== 'object' || PROTOBUF_FIELDS[schema.name] === undefined) {
    throw unsupportedMediaType(['application/json', 'application/yaml']);
  }
  if (!body.subarray(0, 4).equals(MAGIC)) throw badRequest('provided data does not appear to be a protobuf message');
  let raw: Buffer = Buffer.alloc(0);
  const type: Record<string, string> = {};
  for (const { number, value } of fieldsOf(body.subarray(4))) {
    if (number === 2 && typeof value !== 'bigint') raw = value;
    if (number !== 1 || typeof value === 'bigint') continue;
    for (const member of fieldsOf(value)) type[member.number === 1 ? 'apiVersion' : 'kind'] = textFrom(member.value);
  }
  return { ...type, ...decodeMessage(raw, schema) };
}

/** Tags, varints, fixed numbers and octets (protobuf encoding); groups do not occur. */
function* fieldsOf(octets: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const octet = octets[at++];
      if (octet === undefined) break;
      value |= BigInt(octet & 0x7f) << shift;
      if (octet < 0x80) return value;
    }
    throw badRequest('unexpected end of a protobuf message');
  };
  const take = (length: number): Buffer => {
    if (at + length > octets.length) throw badRequest('unexpected end of a protobuf message');
    at += length;
    return octets.subarray(at - length, at);
  };
  while (at < octets.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        yield { number, value: BigInt.asIntN(64, varint()) };
        break;
      case 1:
        yield { number, value: take(8) };
        break;
      case 2:
        yield { number, value: take(Number(varint())) };
        break;
      case 5:
        yield { number, value: take(4) };
        break;
      default:
        throw badRequest('a protobuf message has a field of an unknown kind');
    }
  }
}

/** Go writes members that are empty; they are left out, as its JSON form does. */
function decodeMessage(octets: Buffer, schema: ObjectSchema): JsonObject {
  const names = (PROTOBUF_FIELDS[schema.name] ?? '').split(' ');
  const result: Record<string, Json> = {};
  for (const { number, value } of fieldsOf(octets)) {
    const written = names[number - 1] ?? '';
    if (written === '-') continue;
    const name = written.replace('?', '');
    const field = schema.fields[name] ?? any;
    const decoded = decodeField(field, value, result[name], `${schema.name}.${name || String(number)}`);
    if (decoded !== undefined && (written.endsWith('?') || !isZero(decoded))) result[name] = decoded;
  }
  return result;
}

function isZero(value: Json): boolean {
  return value === '' || value === 0 || value === false;
}

/** `so far`: the elements of a list or map that came before. Undefined: there is nothing in it. */
function decodeField(schema: Schema, value: bigint | Buffer, soFar: Json | undefined, path: string): Json | undefined {
  switch (schema.type) {
    case 'list': {
      const item = decodeElement(schema.items, value, path);
      return [...listOf(soFar), item];
    }
    case 'map': {
      const entry: Record<number, bigint | Buffer> = {};
      for (const field of fieldsOf(octetsOf(value))) entry[field.number] = field.value;
      const key = textFrom(entry[1] ?? Buffer.alloc(0));
      return { ...recordOf(soFar), [key]: decodeElement(schema.values, entry[2] ?? Buffer.alloc(0), path) };
    }
    case 'any':
      if (isEmptyMessage(value)) return undefined;
      throw badRequest(`${path} cannot be read in protobuf form here; send the object as JSON`);
    case 'time': {
      const seconds = [...fieldsOf(octetsOf(value))].find(({ number }) => number === 1)?.value;
      return typeof seconds === 'bigint' && seconds > 0n ? timestamp(Number(seconds) * 1000) : undefined;
    }
    case 'object': {
      const members = decodeMessage(octetsOf(value), schema);
      return Object.keys(members).length === 0 ? undefined : members;
    }
    case 'string':
    case 'bytes':
    case 'integer':
    case 'boolean':
    case 'quantity':
    case 'int-or-string':
    default:
      return decodeElement(schema, value, path);
  }
}

function decodeElement(schema: Schema, value: bigint | Buffer, path: string): Json {
  switch (schema.type) {
    case 'string':
      return textFrom(value);
    case 'bytes':
      return octetsOf(value).toString('base64');
    case 'integer':
      return Number(value);
    case 'boolean':
      return value !== 0n;
    case 'int-or-string': {
      const parts: Record<number, bigint | Buffer> = {};
      for (const field of fieldsOf(octetsOf(value))) parts[field.number] = field.value;
      return parts[1] === 1n ? textFrom(parts[3] ?? Buffer.alloc(0)) : Number(parts[2] ?? 0n);
    }
    case 'object':
      return decodeMessage(octetsOf(value), schema);
    case 'quantity':
    case 'time':
    case 'any':
    case 'map':
    case 'list':
    default:
      return decodeField(schema, value, undefined, path) ?? {};
  }
}

function octetsOf(value: bigint | Buffer): Buffer {
  if (typeof value === 'bigint') throw badRequest('a protobuf message has a number where octets belong');
  return value;
}

function textFrom(value: bigint | Buffer): string {
  return octetsOf(value).toString('utf8');
}

/** Nothing but zeros, however deep. */
function isEmptyMessage(value: bigint | Buffer): boolean {
  if (typeof value === 'bigint') return value === 0n;
  try {
    return [...fieldsOf(value)].every((field) => isEmptyMessage(field.value));
  } catch {
    return false;
  }
}
