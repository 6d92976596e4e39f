import { isJsonArray, isJsonObject, type Json, type JsonObject } from './objects.ts';
import { badRequest } from './status.ts';

/**
 * What an object of the API looks like. Strict decoding, the merge of lists in patches, server-side apply and the
 * OpenAPI document all come from it.
 */
export type Schema = ScalarSchema | ObjectSchema | MapSchema | ListSchema;

export interface ScalarSchema {
  /** `any` keeps whatever is there: parts of objects that this cluster only stores. */
  readonly type: 'string' | 'bytes' | 'integer' | 'boolean' | 'time' | 'quantity' | 'int-or-string' | 'any';
}

export interface ObjectSchema {
  readonly type: 'object';
  /** The name of the type in the API, `ServicePort`. */
  readonly name: string;
  readonly fields: Readonly<Record<string, Schema>>;
}

export interface MapSchema {
  readonly type: 'map';
  readonly values: Schema;
}

export interface ListSchema {
  readonly type: 'list';
  readonly items: Schema;
  /** Strategic merge: lists are merged by this member; an empty text merges scalars as a set. */
  readonly mergeKey?: string;
  /** Server-side apply: the members that tell the elements of the list apart. */
  readonly mapKeys?: readonly string[];
}

export const string: ScalarSchema = { type: 'string' };
/** Base64, as JSON writes octets. */
export const bytes: ScalarSchema = { type: 'bytes' };
export const integer: ScalarSchema = { type: 'integer' };
export const boolean: ScalarSchema = { type: 'boolean' };
export const time: ScalarSchema = { type: 'time' };
export const quantity: ScalarSchema = { type: 'quantity' };
export const intOrString: ScalarSchema = { type: 'int-or-string' };
export const any: ScalarSchema = { type: 'any' };
export const stringMap: MapSchema = { type: 'map', values: string };
export const bytesMap: MapSchema = { type: 'map', values: bytes };
export const strings: ListSchema = { type: 'list', items: string };

/** Lists of texts that patches merge as sets: finalizers. */
export const stringSet: ListSchema = { type: 'list', items: string, mergeKey: '' };

export function object(name: string, fields: Readonly<Record<string, Schema>>): ObjectSchema {
  return { type: 'object', name, fields };
}

export function list(items: Schema): ListSchema {
  return { type: 'list', items };
}

/** A list whose elements patches find by a member; `mapKeys` differ from it only for ports. */
export function keyedList(items: Schema, mergeKey: string, mapKeys: readonly string[] = [mergeKey]): ListSchema {
  return { type: 'list', items, mergeKey, mapKeys };
}

const ownerReference = object('OwnerReference', {
  apiVersion: string,
  kind: string,
  name: string,
  uid: string,
  controller: boolean,
  blockOwnerDeletion: boolean,
});

export const objectMeta: ObjectSchema = object('ObjectMeta', {
  name: string,
  generateName: string,
  namespace: string,
  selfLink: string,
  uid: string,
  resourceVersion: string,
  generation: integer,
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: integer,
  labels: stringMap,
  annotations: stringMap,
  ownerReferences: keyedList(ownerReference, 'uid'),
  finalizers: stringSet,
  managedFields: any,
});

/** The schema of a kind: what every object has, and its own members. */
export function kindSchema(kind: string, fields: Readonly<Record<string, Schema>>): ObjectSchema {
  return object(kind, { apiVersion: string, kind: string, metadata: objectMeta, ...fields });
}

/** The schema of a member or an element; `any` where nothing is known. */
export function schemaAt(schema: Schema, field: string): Schema {
  if (schema.type === 'object') return Object.hasOwn(schema.fields, field) ? (schema.fields[field] ?? any) : any;
  if (schema.type === 'map') return schema.values;
  return schema.type === 'list' ? schema.items : any;
}

/** What Go calls the types, in its messages. */
const GO_TYPES: Readonly<Record<Schema['type'], string>> = {
  string: 'string',
  bytes: '[]uint8',
  integer: 'int32',
  boolean: 'bool',
  time: 'v1.Time',
  quantity: 'resource.Quantity',
  'int-or-string': 'intstr.IntOrString',
  any: 'interface {}',
  object: 'struct',
  map: 'map[string]string',
  list: 'slice',
};

interface Decoding {
  readonly unknown: string[];
}

/**
 * The value without members that the schema does not know, whose paths are put into `unknown`. Members that are null
 * are left out, as a Go client would. Throws BadRequest when a value has the wrong type.
 */
export function decode(schema: Schema, value: Json, unknown: string[]): Json {
  return decodeAt(schema, value, '', '', { unknown });
}

function decodeAt(schema: Schema, value: Json, path: string, struct: string, decoding: Decoding): Json {
  const wrong = (): Error => {
    const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    const plain = path.replace(/\[\d+\]/g, '');
    const place = path === '' ? 'Go value' : `Go struct field ${struct}.${plain}`;
    return badRequest(`json: cannot unmarshal ${found} into ${place} of type ${GO_TYPES[schema.type]}`);
  };
  const child = (name: string): string => (path === '' ? name : `${path}.${name}`);
  switch (schema.type) {
    case 'any':
      return value;
    case 'integer':
      if (!Number.isInteger(value)) throw wrong();
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw wrong();
      return value;
    case 'int-or-string':
    case 'quantity':
      if (typeof value !== 'string' && typeof value !== 'number') throw wrong();
      return value;
    case 'string':
      if (typeof value !== 'string') throw wrong();
      return value;
    case 'bytes':
      if (typeof value !== 'string') throw wrong();
      if (!/^[A-Za-z0-9+/\r\n]*={0,2}$/.test(value)) throw badRequest('illegal base64 data');
      return value;
    case 'time':
      if (typeof value !== 'string') throw wrong();
      if (Number.isNaN(Date.parse(value))) {
        throw badRequest(`parsing time "${value}" as "2006-01-02T15:04:05Z07:00": cannot parse "${value}"`);
      }
      return value;
    case 'list':
      if (!isJsonArray(value)) throw wrong();
      return value.map((item, i) => decodeAt(schema.items, item, `${path}[${i}]`, struct, decoding));
    case 'map': {
      if (!isJsonObject(value)) throw wrong();
      const members: Record<string, Json> = {};
      for (const [name, member] of Object.entries(value)) {
        if (member === undefined) continue;
        members[name] = decodeAt(schema.values, member ?? '', child(name), struct, decoding);
      }
      return members;
    }
    case 'object':
    default:
      if (!isJsonObject(value)) throw wrong();
      return decodeMembers(schema, value, path, decoding);
  }
}

function decodeMembers(schema: ObjectSchema, value: JsonObject, path: string, decoding: Decoding): JsonObject {
  const members: Record<string, Json> = {};
  for (const [name, member] of Object.entries(value)) {
    const place = path === '' ? name : `${path}.${name}`;
    const known = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
    if (known === undefined) decoding.unknown.push(place);
    else if (member !== undefined && member !== null) {
      members[name] = decodeAt(known, member, place, schema.name, decoding);
    }
  }
  return members;
}
