import { isJsonArray, isJsonObject, listOf, sameJson, type Json, type JsonObject } from '../objects.ts';
import { schemaAt, type ListSchema, type Schema } from '../schema.ts';

/**
 * Server-side apply: what the manager sends is laid over what is there; what it sent the last time (`previous`) and no
 * longer sends goes away. Lists with keys are merged by them, other lists are replaced.
 */
export function applyConfiguration(
  live: Json | undefined,
  wanted: Json,
  previous: Json | undefined,
  schema: Schema,
): Json {
  if (isJsonObject(wanted)) return applyMembers(isJsonObject(live) ? live : {}, wanted, previous, schema);
  if (isJsonArray(wanted) && schema.type === 'list') {
    if (schema.mapKeys !== undefined)
      return applyElements(listOf(live), wanted, listOf(previous), schema, schema.mapKeys);
    if (schema.mergeKey === '') {
      const kept = listOf(live).filter((item) => !listOf(previous).includes(item) && !wanted.includes(item));
      return [...wanted, ...kept];
    }
  }
  return wanted;
}

function applyMembers(live: JsonObject, wanted: JsonObject, previous: Json | undefined, schema: Schema): JsonObject {
  const result: Record<string, Json | undefined> = { ...live };
  const before = isJsonObject(previous) ? previous : {};
  for (const name of Object.keys(before)) if (wanted[name] === undefined) delete result[name];
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    if (value === null) delete result[name];
    else result[name] = applyConfiguration(live[name], value, before[name], schemaAt(schema, name));
  }
  return result;
}

function applyElements(
  live: readonly Json[],
  wanted: readonly Json[],
  previous: readonly Json[],
  schema: ListSchema,
  keys: readonly string[],
): readonly Json[] {
  const same = (a: Json, b: Json): boolean =>
    isJsonObject(a) && isJsonObject(b) && keys.every((key) => sameJson(keyValue(a, key), keyValue(b, key)));
  const applied = wanted.map((item) =>
    applyConfiguration(
      live.find((one) => same(one, item)),
      item,
      previous.find((one) => same(one, item)),
      schema.items,
    ),
  );
  const others = live.filter(
    (one) => !wanted.some((item) => same(one, item)) && !previous.some((item) => same(one, item)),
  );
  return [...applied, ...others];
}

/** A protocol that is not said is TCP: the one default among the keys of lists. */
function keyValue(item: JsonObject, key: string): Json | undefined {
  return item[key] ?? (key === 'protocol' ? 'TCP' : undefined);
}
