/** A value from the API that is not what its field should be; `message` names the field. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/*
 * Readers for fields of API objects. An absent field and `null` are the same, as for the API server, and give the
 * empty value; a value of another type throws DecodeError with the field's name.
 */

export function objectField(parent: JsonObject, key: string): JsonObject {
  const value = parent[key] ?? {};
  if (!isJsonObject(value)) throw new DecodeError(`${key} is not an object`);
  return value;
}

export function stringField(parent: JsonObject, key: string): string {
  const value = parent[key] ?? '';
  if (typeof value !== 'string') throw new DecodeError(`${key} is not a string`);
  return value;
}

export function booleanField(parent: JsonObject, key: string, absent: boolean): boolean {
  const value = parent[key] ?? absent;
  if (typeof value !== 'boolean') throw new DecodeError(`${key} is not a boolean`);
  return value;
}

/** `absent` when the field is not there. */
export function integerField(parent: JsonObject, key: string, absent: number): number {
  const value = parent[key] ?? absent;
  if (!Number.isSafeInteger(value)) throw new DecodeError(`${key} is not an integer`);
  return Number(value);
}

export function objectsField(parent: JsonObject, key: string): readonly JsonObject[] {
  return listField(parent, key).map((item) => {
    if (!isJsonObject(item)) throw new DecodeError(`${key} has an element that is not an object`);
    return item;
  });
}

export function stringsField(parent: JsonObject, key: string): readonly string[] {
  return listField(parent, key).map((item) => {
    if (typeof item !== 'string') throw new DecodeError(`${key} has an element that is not a string`);
    return item;
  });
}

function listField(parent: JsonObject, key: string): readonly unknown[] {
  const value = parent[key] ?? [];
  if (!Array.isArray(value)) throw new DecodeError(`${key} is not a list`);
  return value;
}

/** Labels or annotations. */
export function stringMapField(parent: JsonObject, key: string): Readonly<Record<string, string>> {
  const value = objectField(parent, key);
  const map: Record<string, string> = Object.create(null);
  for (const name of Object.keys(value)) map[name] = stringField(value, name);
  return map;
}
