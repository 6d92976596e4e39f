import { isJsonArray, isJsonObject, sameJson, textOf, type Json, type JsonObject } from '../objects.ts';
import { ApiError, badRequest } from '../status.ts';

function unprocessable(message: string): ApiError {
  return new ApiError(422, 'Invalid', `the server rejected our request due to an error in our request: ${message}`, {});
}

/** RFC 6902: a list of operations. Throws BadRequest, and Invalid when an operation does not fit the document. */
export function jsonPatch(document: Json, patch: Json): Json {
  if (!isJsonArray(patch)) throw badRequest('a JSON patch is a list of operations');
  return patch.reduce<Json>((value, operation) => {
    if (!isJsonObject(operation)) throw badRequest('an operation of a JSON patch is an object');
    return applyOperation(value, operation);
  }, document);
}

function applyOperation(document: Json, operation: JsonObject): Json {
  const path = parsePointer(textOf(operation.path));
  switch (operation.op) {
    case 'add':
      return change(document, path, operation.value ?? null, 'add');
    case 'replace':
      valueOf(document, path);
      return change(document, path, operation.value ?? null, 'replace');
    case 'remove':
      valueOf(document, path);
      return change(document, path, undefined, 'remove');
    case 'test':
      if (!sameJson(valueOf(document, path), operation.value)) {
        throw unprocessable(`testing value ${textOf(operation.path)} failed: test failed`);
      }
      return document;
    case 'copy':
      return change(document, path, valueOf(document, parsePointer(textOf(operation.from))), 'add');
    case 'move': {
      const from = parsePointer(textOf(operation.from));
      return change(change(document, from, undefined, 'remove'), path, valueOf(document, from), 'add');
    }
    default:
      throw badRequest(`Unexpected kind: ${JSON.stringify(operation.op ?? null)}`);
  }
}

/** RFC 6901. */
function parsePointer(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw badRequest(`"${pointer}" is no JSON pointer`);
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueOf(document: Json, path: readonly string[]): Json {
  let at: Json | undefined = document;
  for (const step of path) {
    if (isJsonArray(at)) at = at[indexOf(step, at.length - 1)];
    else at = isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (at === undefined) throw unprocessable(`doc is missing path: /${path.join('/')}: missing value`);
  }
  return at;
}

function indexOf(step: string, last: number): number {
  if (!/^(?:0|[1-9]\d*)$/.test(step) || Number(step) > last) throw unprocessable(`invalid index: ${step}`);
  return Number(step);
}

/** A copy of the document with the value at the path set, or without it when `value` is undefined. */
function change(
  document: Json,
  path: readonly string[],
  value: Json | undefined,
  how: 'add' | 'replace' | 'remove',
): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value ?? null;
  if (isJsonArray(document)) {
    const list: Json[] = [...document];
    if (rest.length > 0) {
      const index = indexOf(step, list.length - 1);
      list[index] = change(list[index] ?? null, rest, value, how);
      return list;
    }
    const index =
      how === 'add' ? (step === '-' ? list.length : indexOf(step, list.length)) : indexOf(step, list.length - 1);
    list.splice(index, how === 'add' ? 0 : 1, ...(value === undefined ? [] : [value]));
    return list;
  }
  if (!isJsonObject(document)) throw unprocessable(`doc is missing path: /${path.join('/')}: missing value`);
  const { [step]: old, ...others } = document;
  if (rest.length > 0) {
    if (old === undefined) throw unprocessable(`doc is missing path: /${path.join('/')}: missing value`);
    return { ...document, [step]: change(old, rest, value, how) };
  }
  return value === undefined ? others : { ...document, [step]: value };
}
