/** What an expression works with. Numbers are Go's ints and floats alike; null is `nil`. */
export type Value = string | number | boolean | null | readonly Value[] | ReadonlyMap<string, Value>;

/** An expression that cannot be compiled, or that failed while it was worked out. */
export class ExpressionError extends Error {}

/** The name of a value's kind, for errors and for nobody else. */
export function kindOf(value: Value): string {
  if (value === null) return 'nil';
  if (Array.isArray(value)) return 'array';
  return value instanceof Map ? 'map' : typeof value;
}

export function asNumber(value: Value, what: string): number {
  if (typeof value === 'number') return value;
  throw new ExpressionError(`${what} needs a number, not ${kindOf(value)}`);
}

export function asString(value: Value, what: string): string {
  if (typeof value === 'string') return value;
  throw new ExpressionError(`${what} needs a string, not ${kindOf(value)}`);
}

export function asBoolean(value: Value, what: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`${what} needs true or false, not ${kindOf(value)}`);
}

export function asList(value: Value, what: string): readonly Value[] {
  if (isList(value)) return value;
  throw new ExpressionError(`${what} needs an array, not ${kindOf(value)}`);
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map;
}

/** `==`: values of different kinds differ. */
export function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => isEqual(item, b[i] ?? null));
  if (!isMap(a) || !isMap(b) || a.size !== b.size) return false;
  return [...a].every(([key, item]) => b.has(key) && isEqual(item, b.get(key) ?? null));
}

/** Below, at or above 0 as `a` comes before, with or after `b`. */
export function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw new ExpressionError(`${kindOf(a)} and ${kindOf(b)} have no order`);
}

/** As the function `string` prints it. */
export function printValue(value: Value): string {
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map(printValue).join(' ')}]`;
  if (isMap(value)) {
    const entries = [...value].toSorted(([a], [b]) => compare(a, b));
    return `map[${entries.map(([key, item]) => `${key}:${printValue(item)}`).join(' ')}]`;
  }
  return String(value);
}
