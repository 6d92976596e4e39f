/** A method or function of a template. Throws TemplateError. */
export type TemplateFunction = (...args: readonly Value[]) => Value;

/** What `.Name` gets at. Values are read when a template asks for them, so they may be getters. */
export class Struct {
  readonly fields: Readonly<Record<string, Value>>;
  readonly methods: Readonly<Record<string, TemplateFunction>>;
  /** What stands for it in the output. */
  readonly text: () => string;

  constructor(
    fields: Readonly<Record<string, Value>>,
    methods: Readonly<Record<string, TemplateFunction>> = {},
    text: () => string = () => `{${Object.values(fields).map(printValue).join(' ')}}`,
  ) {
    this.fields = fields;
    this.methods = methods;
    this.text = text;
  }
}

/** What a template works with. null is `nil`; undefined is a key that a map lacks, printed as `<no value>`. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Value[]
  | ReadonlyMap<string, Value>
  | Struct;

/** A template that cannot be compiled, or that failed while it was carried out. */
export class TemplateError extends Error {}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map;
}

/** Go's name for the kind of value. */
export function kindOf(value: Value): string {
  if (value === null || value === undefined) return 'nil';
  if (isList(value)) return 'slice';
  if (isMap(value)) return 'map';
  if (value instanceof Struct) return 'struct';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

/** Is it neither empty, zero, false nor nil? */
export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isMap(value)) return value.size > 0;
  return value instanceof Struct || Boolean(value);
}

/** As `{{ value }}` puts it out. */
export function printValue(value: Value): string {
  if (value === undefined) return '<no value>';
  if (value === null) return '<nil>';
  if (isList(value)) return `[${value.map(printValue).join(' ')}]`;
  if (isMap(value)) {
    const entries = [...value].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `map[${entries.map(([key, item]) => `${key}:${printValue(item)}`).join(' ')}]`;
  }
  return value instanceof Struct ? value.text() : String(value);
}
