import { format } from './format.ts';
import {
  isList,
  isMap,
  isTrue,
  kindOf,
  printValue,
  Struct,
  TemplateError,
  type TemplateFunction,
  type Value,
} from './value.ts';

/** Predefined functions of text/template, and CoreDNS's parseInt; `and` and `or` do not come here, they stop early. */
export const functions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['not', (value) => !isTrue(value)],
  ['len', lengthOf],
  ['index', (value, ...keys) => keys.reduce(index, value)],
  ['slice', (value, ...bounds) => slice(value, bounds)],
  ['print', (...args) => print(args)],
  ['println', (...args) => `${args.map(printValue).join(' ')}\n`],
  ['printf', (pattern, ...args) => format(text(pattern, 'printf'), args)],
  ['html', (...args) => escape(print(args), HTML)],
  ['js', (...args) => escape(print(args), SCRIPT)],
  ['urlquery', (...args) => urlQuery(print(args))],
  ['call', () => fail('call of a value that is no function')],
  ['eq', (value, ...others) => others.some((other) => isEqual(value, other)) || needOthers('eq', others)],
  ['ne', (a, b) => !isEqual(a, b)],
  ['lt', (a, b) => compare(a, b) < 0],
  ['le', (a, b) => compare(a, b) <= 0],
  ['gt', (a, b) => compare(a, b) > 0],
  ['ge', (a, b) => compare(a, b) >= 0],
  ['parseInt', parseUnsigned],
]);

/** Functions whose later arguments are worked out only if they matter. */
export const SHORT_CIRCUIT: ReadonlySet<string> = new Set(['and', 'or']);

function fail(message: string): never {
  throw new TemplateError(message);
}

function text(value: Value, name: string): string {
  return typeof value === 'string' ? value : fail(`${name} needs a string, not ${kindOf(value)}`);
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (isList(value)) return value.length;
  return isMap(value) ? value.size : fail(`len of type ${kindOf(value)}`);
}

function index(value: Value, key: Value): Value {
  if (isMap(value)) return value.get(text(key, 'index')) ?? '';
  const list = typeof value === 'string' ? [...Buffer.from(value)] : value;
  if (!isList(list)) fail(`can't index item of type ${kindOf(value)}`);
  const position = wholeNumber(key, 'index');
  if (position < 0 || position >= list.length) fail(`index out of range: ${position}`);
  return list[position];
}

function wholeNumber(value: Value, name: string): number {
  return typeof value === 'number' && Number.isInteger(value)
    ? value
    : fail(`${name} needs an int, not ${kindOf(value)}`);
}

/** Strings are cut between octets, as in Go. */
function slice(value: Value, bounds: readonly Value[]): Value {
  if (bounds.length > 2) fail(`slice with ${bounds.length} bounds`);
  const length =
    typeof value === 'string' || isList(value) ? lengthOf(value) : fail(`can't slice item of type ${kindOf(value)}`);
  const from = bounds[0] === undefined ? 0 : wholeNumber(bounds[0], 'slice');
  const to = bounds[1] === undefined ? length : wholeNumber(bounds[1], 'slice');
  if (from < 0 || to > length || from > to) fail(`slice bounds out of range [${from}:${to}]`);
  return typeof value === 'string'
    ? Buffer.from(value).toString('utf8', from, to)
    : isList(value) && value.slice(from, to);
}

/** `fmt.Sprint`: a blank between neighbours of which neither is a string. */
function print(args: readonly Value[]): string {
  let result = '';
  for (const [i, value] of args.entries()) {
    if (i > 0 && typeof value !== 'string' && typeof args[i - 1] !== 'string') result += ' ';
    result += printValue(value);
  }
  return result;
}

function needOthers(name: string, others: readonly Value[]): boolean {
  return others.length === 0 ? fail(`missing argument for comparison in ${name}`) : false;
}

function isEqual(a: Value, b: Value): boolean {
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null);
  if (typeof a !== typeof b) fail('incompatible types for comparison');
  if (typeof a === 'object') fail(`uncomparable type ${kindOf(a)}`);
  return a === b;
}

function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return fail(typeof a === typeof b ? 'invalid type for comparison' : 'incompatible types for comparison');
}

/** Go's strconv.ParseUint. */
function parseUnsigned(value: Value, base: Value, bits: Value): number {
  const digits = text(value, 'parseInt');
  const radix = wholeNumber(base, 'parseInt');
  const size = wholeNumber(bits, 'parseInt') || 64;
  const prefixed = radix === 0 ? /^0([xXbBoO])(.+)$/.exec(digits) : null;
  const found =
    prefixed === null ? (radix === 0 ? 10 : radix) : { x: 16, b: 2, o: 8 }[prefixed[1]?.toLowerCase() ?? ''];
  const body = (prefixed?.[2] ?? digits).toLowerCase();
  if (found === undefined || found < 2 || found > 36) return fail(`parseInt: invalid base ${radix}`);
  const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'.slice(0, found);
  if (body === '' || Array.from(body).some((digit) => !alphabet.includes(digit))) {
    return fail(`strconv.ParseUint: parsing ${JSON.stringify(digits)}: invalid syntax`);
  }
  const number = Number.parseInt(body, found);
  if (number >= 2 ** size) return fail(`strconv.ParseUint: parsing ${JSON.stringify(digits)}: value out of range`);
  return number;
}

const HTML: ReadonlyMap<string, string> = new Map([
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\0', '\uFFFD'],
]);

const SCRIPT: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['"', '\\"'],
  ['<', '\\u003C'],
  ['>', '\\u003E'],
  ['&', '\\u0026'],
  ['=', '\\u003D'],
]);

function escape(plain: string, table: ReadonlyMap<string, string>): string {
  return Array.from(plain, (char) => table.get(char) ?? char).join('');
}

function urlQuery(plain: string): string {
  return encodeURIComponent(plain)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** A field or a key of a value; a method is called. Throws TemplateError. */
export function fieldOf(value: Value, name: string, args: readonly Value[]): Value {
  if (value instanceof Struct) {
    const method = Object.hasOwn(value.methods, name) ? value.methods[name] : undefined;
    if (method !== undefined) return method(...args);
    if (!Object.hasOwn(value.fields, name)) fail(`can't evaluate field ${name}`);
    if (args.length > 0) fail(`${name} has arguments but cannot be invoked as function`);
    return value.fields[name];
  }
  if (isMap(value)) return args.length > 0 ? fail(`${name} is not a method but has arguments`) : value.get(name);
  if (value === null || value === undefined) return fail(`nil data; no entry for key "${name}"`);
  return fail(`can't evaluate field ${name} in type ${kindOf(value)}`);
}
