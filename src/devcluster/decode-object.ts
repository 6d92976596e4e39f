import { isJsonObject, recordOf, textOf, type Json, type JsonObject, type KubeObject } from './objects.ts';
import { groupVersionOf, type ResourceType } from './resources/resource-type.ts';
import { decode, objectMeta } from './schema.ts';
import { ApiError, badRequest } from './status.ts';

/** What to do about members that no schema knows: the query parameter `fieldValidation`. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Throws BadRequest for a word that is none of the three. */
export function fieldValidationOf(query: URLSearchParams): FieldValidation {
  const text = query.get('fieldValidation') || 'Warn';
  if (text === 'Strict' || text === 'Warn' || text === 'Ignore') return text;
  throw badRequest(`fieldValidation: Unsupported value: "${text}": supported values: "Ignore", "Warn", "Strict"`);
}

export interface Decoded {
  readonly object: KubeObject;
  /** One for each unknown member, when `Warn` was asked for. */
  readonly warnings: readonly string[];
}

/**
 * An object of the resource from what a client sent: of the right kind, with values of the right types, without
 * members that nobody knows. Throws BadRequest.
 */
export function decodeObject(resource: ResourceType, given: JsonObject, validation: FieldValidation): Decoded {
  const expected = groupVersionOf(resource);
  const { apiVersion = expected, kind = resource.kind } = given;
  if (kind !== resource.kind) {
    throw badRequest(`the kind in the data (${textOf(kind)}) does not match the expected kind (${resource.kind})`);
  }
  if (apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${textOf(apiVersion)}) does not match the expected API version (${expected})`,
    );
  }
  const unknown: string[] = [];
  const subject = `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}`;
  const value = explained(subject, () => {
    const body = decode(resource.schema, given, unknown);
    const metadata = decode(objectMeta, given.metadata ?? {}, resource.schema.type === 'any' ? unknown : []);
    return { ...recordOf(body), apiVersion: expected, kind: resource.kind, metadata: withName(metadata) };
  });
  const messages = unknown.map((path) => `unknown field "${path}"`);
  if (validation === 'Strict' && messages.length > 0) {
    throw badRequest(`${subject}: strict decoding error: ${messages.join(', ')}`);
  }
  return { object: value, warnings: validation === 'Warn' ? messages : [] };
}

function withName(metadata: Json): KubeObject['metadata'] {
  const members = isJsonObject(metadata) ? metadata : {};
  return { ...members, name: textOf(members.name) };
}

function explained<T>(subject: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApiError) throw badRequest(`${subject}: ${error.message}`);
    throw error;
  }
}
