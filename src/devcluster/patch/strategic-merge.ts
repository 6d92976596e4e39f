import { isJsonArray, isJsonObject, listOf, sameJson, type Json, type JsonObject } from '../objects.ts';
import { schemaAt, type ListSchema, type Schema } from '../schema.ts';

const ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';

/**
 * The strategic merge patch of Kubernetes: a merge patch whose lists are merged by a member of their elements, as the
 * schema says, with the directives `$patch`, `$setElementOrder`, `$deleteFromPrimitiveList` and `$retainKeys`.
 */
export function strategicMerge(document: Json, patch: JsonObject, schema: Schema): Json {
  const directive = patch.$patch;
  const { $patch: _, ...content } = patch;
  if (directive === 'replace') return content;
  if (directive === 'delete') return {};
  const result: Record<string, Json | undefined> = isJsonObject(document) ? { ...document } : {};
  const retained = patch.$retainKeys;
  for (const [name, value] of Object.entries(content)) {
    if (value === undefined || name.startsWith('$')) continue;
    if (value === null) delete result[name];
    else result[name] = mergeValue(result[name], value, schemaAt(schema, name));
  }
  for (const [name, value] of Object.entries(content)) {
    if (!name.startsWith(DELETE_FROM)) continue;
    const field = name.slice(DELETE_FROM.length);
    result[field] = listOf(result[field]).filter((item) => !listOf(value).some((gone) => sameJson(gone, item)));
  }
  for (const [name, value] of Object.entries(content)) {
    if (!name.startsWith(ORDER)) continue;
    const field = name.slice(ORDER.length);
    const before = isJsonObject(document) ? listOf(document[field]) : [];
    if (isJsonArray(result[field]))
      result[field] = ordered(listOf(result[field]), listOf(value), before, schemaAt(schema, field));
  }
  if (isJsonArray(retained)) {
    for (const name of Object.keys(result)) if (!retained.includes(name)) delete result[name];
  }
  return result;
}

function mergeValue(old: Json | undefined, patch: Json, schema: Schema): Json {
  if (isJsonObject(patch)) return strategicMerge(old ?? {}, patch, schema);
  if (!isJsonArray(patch)) return patch;
  if (schema.type !== 'list' || schema.mergeKey === undefined) return patch;
  return mergeLists(listOf(old), patch, schema);
}

function mergeLists(old: readonly Json[], patch: readonly Json[], schema: ListSchema): Json {
  if (schema.mergeKey === '') {
    const added = patch.filter((item, i) => !old.some((one) => sameJson(one, item)) && patch.indexOf(item) === i);
    return [...old, ...added];
  }
  const directives = patch.filter((item) => isJsonObject(item) && item.$patch === 'replace');
  if (directives.length > 0) return patch.filter((item) => !directives.includes(item));
  const result = [...old];
  for (const item of patch) {
    if (!isJsonObject(item)) continue;
    const index = indexOfElement(result, item, schema);
    if (item.$patch === 'delete') {
      if (index >= 0) result.splice(index, 1);
    } else if (index < 0) {
      result.push(strategicMerge({}, item, schema.items));
    } else {
      result[index] = strategicMerge(result[index] ?? {}, item, schema.items);
    }
  }
  return ordered(result, patch, old, schema);
}

/**
 * Where the element that the patch means is. Ports may share their number, 53/UDP and 53/TCP: where the patch says
 * more of the keys than the merge key, all that it says have to fit.
 */
function indexOfElement(list: readonly Json[], wanted: JsonObject, schema: ListSchema): number {
  const { mergeKey = '', mapKeys = [] } = schema;
  const fits = (keys: readonly string[]): number =>
    list.findIndex((item) => isJsonObject(item) && keys.every((key) => sameJson(item[key], wanted[key])));
  if (wanted[mergeKey] === undefined) return -1;
  const said = mapKeys.filter((key) => wanted[key] !== undefined);
  return fits([...new Set([mergeKey, ...said])]);
}

/**
 * The elements that the patch names come in its order, the others in theirs; where the two meet, the patch's go first,
 * unless both were there before and stood the other way round.
 */
function ordered(
  list: readonly Json[],
  order: readonly Json[],
  before: readonly Json[],
  schema: Schema,
): readonly Json[] {
  const key = schema.type === 'list' ? (schema.mergeKey ?? '') : '';
  const identity = (item: Json): string =>
    JSON.stringify(isJsonObject(item) && key !== '' ? (item[key] ?? null) : item);
  const ranks = new Map(order.map((item, i): [string, number] => [identity(item), i]));
  const places = new Map(before.map((item, i): [string, number] => [identity(item), i]));
  const rank = (item: Json): number => ranks.get(identity(item)) ?? -1;
  const place = (item: Json): number => places.get(identity(item)) ?? -1;
  const others = list.filter((item) => rank(item) < 0);
  const result: Json[] = [];
  for (const item of list.filter((one) => rank(one) >= 0).toSorted((a, b) => rank(a) - rank(b))) {
    while (others[0] !== undefined && place(others[0]) < place(item)) result.push(...others.splice(0, 1));
    result.push(item);
  }
  return [...result, ...others];
}
