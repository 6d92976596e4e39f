import {
  asList,
  asNumber,
  asString,
  compare,
  ExpressionError,
  isEqual,
  isList,
  isMap,
  kindOf,
  printValue,
} from './value.ts';
import type { Value } from './value.ts';

type Builtin = {
  readonly least: number;
  readonly most: number;
  readonly run: (args: readonly Value[]) => Value;
};

/** The most characters that `repeat` makes; expr-lang has a like limit. */
const MAXIMUM_REPEATED = 1_000_000;

function text1(name: string, run: (text: string) => Value): [string, Builtin] {
  return [name, { least: 1, most: 1, run: ([a = null]) => run(asString(a, name)) }];
}

function text2(name: string, run: (text: string, other: string) => Value): [string, Builtin] {
  return [name, { least: 2, most: 2, run: ([a = null, b = null]) => run(asString(a, name), asString(b, name)) }];
}

function number1(name: string, run: (value: number) => number): [string, Builtin] {
  return [name, { least: 1, most: 1, run: ([a = null]) => run(asNumber(a, name)) }];
}

function list1(name: string, run: (list: readonly Value[]) => Value): [string, Builtin] {
  return [name, { least: 1, most: 1, run: ([a = null]) => run(asList(a, name)) }];
}

/** Numbers given one by one, or as one list. */
function numbers(name: string, run: (values: readonly number[]) => number): [string, Builtin] {
  const flat = (args: readonly Value[]): number[] =>
    args.flatMap((arg) => (isList(arg) ? arg.map((item) => asNumber(item, name)) : [asNumber(arg, name)]));
  return [name, { least: 1, most: Infinity, run: (args) => run(flat(args)) }];
}

function bits(name: string, run: (a: bigint, b: bigint) => bigint): [string, Builtin] {
  const whole = (value: Value): bigint => BigInt(Math.trunc(asNumber(value, name)));
  return [
    name,
    { least: 2, most: 2, run: ([a = null, b = null]) => Number(BigInt.asIntN(64, run(whole(a), whole(b)))) },
  ];
}

/** Functions of the expression language that take values; those with a predicate are the parser's. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['len', { least: 1, most: 1, run: ([a = null]) => lengthOf(a) }],
  ['string', { least: 1, most: 1, run: ([a = null]) => printValue(a) }],
  ['int', { least: 1, most: 1, run: ([a = null]) => Math.trunc(toNumber(a, 'int')) }],
  ['float', { least: 1, most: 1, run: ([a = null]) => toNumber(a, 'float') }],
  number1('abs', Math.abs),
  number1('ceil', Math.ceil),
  number1('floor', Math.floor),
  number1('round', (value) => Math.sign(value) * Math.round(Math.abs(value))),
  numbers('max', (values) => Math.max(...values)),
  numbers('min', (values) => Math.min(...values)),
  numbers('mean', (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)),
  numbers('median', (values) => median(values)),
  bits('bitand', (a, b) => a & b),
  bits('bitor', (a, b) => a | b),
  bits('bitxor', (a, b) => a ^ b),
  bits('bitnand', (a, b) => a & ~b),
  bits('bitshl', (a, b) => a << b),
  bits('bitshr', (a, b) => a >> b),
  text1('upper', (text) => text.toUpperCase()),
  text1('lower', (text) => text.toLowerCase()),
  ['trim', { least: 1, most: 2, run: (args) => trim(args) }],
  ['trimPrefix', { least: 1, most: 2, run: ([a = null, b = ' ']) => withoutPrefix(a, b) }],
  ['trimSuffix', { least: 1, most: 2, run: ([a = null, b = ' ']) => withoutSuffix(a, b) }],
  text2('hasPrefix', (text, prefix) => text.startsWith(prefix)),
  text2('hasSuffix', (text, suffix) => text.endsWith(suffix)),
  text2('indexOf', (text, other) => text.indexOf(other)),
  text2('lastIndexOf', (text, other) => text.lastIndexOf(other)),
  ['split', { least: 2, most: 3, run: (args) => split(args) }],
  [
    'join',
    { least: 1, most: 2, run: ([a = null, b = '']) => asList(a, 'join').map(printValue).join(asString(b, 'join')) },
  ],
  ['replace', { least: 3, most: 3, run: (args) => replace(args) }],
  ['repeat', { least: 2, most: 2, run: (args) => repeat(args) }],
  text1('toBase64', (text) => Buffer.from(text, 'utf8').toString('base64')),
  text1('fromBase64', (text) => Buffer.from(text, 'base64').toString('utf8')),
  list1('first', (list) => list[0] ?? null),
  list1('last', (list) => list.at(-1) ?? null),
  list1('reverse', (list) => list.toReversed()),
  list1('uniq', (list) => list.filter((item, i) => list.findIndex((other) => isEqual(item, other)) === i)),
  list1('flatten', (list) => flatten(list)),
  ['sort', { least: 1, most: 2, run: ([a = null, b = 'asc']) => sort(asList(a, 'sort'), b) }],
  ['take', { least: 2, most: 2, run: ([a = null, b = null]) => asList(a, 'take').slice(0, asNumber(b, 'take')) }],
  ['concat', { least: 1, most: Infinity, run: (args) => args.flatMap((arg) => asList(arg, 'concat')) }],
  ['keys', { least: 1, most: 1, run: ([a = null]) => (isMap(a) ? [...a.keys()] : unfit('keys', a)) }],
  ['values', { least: 1, most: 1, run: ([a = null]) => (isMap(a) ? [...a.values()] : unfit('values', a)) }],
  ['get', { least: 2, most: 2, run: ([a = null, b = null]) => member(a, b) }],
]);

/** `value[key]`, null where there is nothing. */
export function member(value: Value, key: Value): Value {
  if (isMap(value) && typeof key === 'string') return value.get(key) ?? null;
  if (isList(value) && typeof key === 'number') return value.at(key) ?? null;
  if (typeof value === 'string' && typeof key === 'number') return Array.from(value).at(key) ?? null;
  return value === null ? null : unfit('an index', value);
}

function unfit(what: string, value: Value): never {
  throw new ExpressionError(`${what} cannot be used with ${kindOf(value)}`);
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (isList(value)) return value.length;
  return isMap(value) ? value.size : unfit('len', value);
}

function toNumber(value: Value, what: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new ExpressionError(`${what} needs a number, not "${printValue(value)}"`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

function trim([a = null, b]: readonly Value[]): string {
  const text = asString(a, 'trim');
  if (b === undefined) return text.trim();
  const cut = new Set(asString(b, 'trim'));
  const points = Array.from(text);
  let start = 0;
  let end = points.length;
  while (start < end && cut.has(points[start] ?? '')) start++;
  while (end > start && cut.has(points[end - 1] ?? '')) end--;
  return points.slice(start, end).join('');
}

function withoutPrefix(a: Value, b: Value): string {
  const text = asString(a, 'trimPrefix');
  const prefix = asString(b, 'trimPrefix');
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function withoutSuffix(a: Value, b: Value): string {
  const text = asString(a, 'trimSuffix');
  const suffix = asString(b, 'trimSuffix');
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

function split([a = null, b = null, c]: readonly Value[]): readonly string[] {
  const separator = asString(b, 'split');
  const parts = asString(a, 'split').split(separator);
  const count = c === undefined ? -1 : asNumber(c, 'split');
  if (count < 0 || count >= parts.length) return parts;
  return count === 0 ? [] : [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)];
}

function replace([a = null, b = null, c = null]: readonly Value[]): string {
  return asString(a, 'replace').replaceAll(asString(b, 'replace'), () => asString(c, 'replace'));
}

function repeat([a = null, b = null]: readonly Value[]): string {
  const text = asString(a, 'repeat');
  const count = asNumber(b, 'repeat');
  if (count < 0 || count * text.length > MAXIMUM_REPEATED) throw new ExpressionError('repeat makes too long a string');
  return text.repeat(count);
}

function flatten(list: readonly Value[]): readonly Value[] {
  return list.flatMap((item) => (isList(item) ? flatten(item) : [item]));
}

function sort(list: readonly Value[], order: Value): readonly Value[] {
  const sorted = list.toSorted(compare);
  return order === 'desc' ? sorted.toReversed() : sorted;
}
