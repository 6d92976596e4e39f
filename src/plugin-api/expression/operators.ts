import { parseGoRegExp } from '../go-regexp.ts';
import { Complaint } from '../options.ts';
import type { Evaluate } from './predicates.ts';
import {
  asBoolean,
  asNumber,
  asString,
  compare,
  ExpressionError,
  isEqual,
  isList,
  isMap,
  kindOf,
  type Value,
} from './value.ts';

interface BinaryOperator {
  readonly precedence: number;
  /** May `not` stand before it, as in `not in`? */
  readonly negatable?: boolean;
  readonly make: (left: Evaluate, right: Evaluate) => Evaluate;
}

/** The most elements of a range; expr-lang's limit on memory. */
const MAXIMUM_RANGE = 1_000_000;

function strict(precedence: number, run: (a: Value, b: Value) => Value, negatable = false): BinaryOperator {
  return { precedence, negatable, make: (left, right) => (scope) => run(left(scope), right(scope)) };
}

function arithmetic(word: string, precedence: number, run: (a: number, b: number) => number): BinaryOperator {
  return strict(precedence, (a, b) => run(asNumber(a, word), asNumber(b, word)));
}

function texts(word: string, run: (a: string, b: string) => boolean): BinaryOperator {
  return strict(20, (a, b) => run(asString(a, word), asString(b, word)), true);
}

const or: BinaryOperator = {
  precedence: 10,
  make: (left, right) => (scope) => asBoolean(left(scope), 'or') || asBoolean(right(scope), 'or'),
};

const and: BinaryOperator = {
  precedence: 15,
  make: (left, right) => (scope) => asBoolean(left(scope), 'and') && asBoolean(right(scope), 'and'),
};

const power = arithmetic('**', 100, (a, b) => a ** b);

/** Operators between two operands; higher precedence binds closer. */
export const binaryOperators: ReadonlyMap<string, BinaryOperator> = new Map<string, BinaryOperator>([
  ['or', or],
  ['||', or],
  ['and', and],
  ['&&', and],
  ['==', strict(20, isEqual)],
  ['!=', strict(20, (a, b) => !isEqual(a, b))],
  ['<', strict(20, (a, b) => compare(a, b) < 0)],
  ['<=', strict(20, (a, b) => compare(a, b) <= 0)],
  ['>', strict(20, (a, b) => compare(a, b) > 0)],
  ['>=', strict(20, (a, b) => compare(a, b) >= 0)],
  ['in', strict(20, isIn, true)],
  ['matches', strict(20, matchText, true)],
  ['contains', texts('contains', (a, b) => a.includes(b))],
  ['startsWith', texts('startsWith', (a, b) => a.startsWith(b))],
  ['endsWith', texts('endsWith', (a, b) => a.endsWith(b))],
  ['..', strict(25, range)],
  ['+', strict(30, add)],
  ['-', arithmetic('-', 30, (a, b) => a - b)],
  ['*', arithmetic('*', 60, (a, b) => a * b)],
  ['/', arithmetic('/', 60, (a, b) => a / b)],
  ['%', arithmetic('%', 60, remainder)],
  ['**', power],
  ['^', power],
  ['??', { precedence: 500, make: (left, right) => (scope) => left(scope) ?? right(scope) }],
]);

/** `text matches pattern`, with a pattern that is known only now. */
export function matchText(text: Value, pattern: Value): boolean {
  const compiled = parseGoRegExp(asString(pattern, 'matches'));
  if (compiled instanceof Complaint) throw new ExpressionError(compiled.message);
  return compiled.test(asString(text, 'matches'));
}

function isIn(item: Value, all: Value): boolean {
  if (isList(all)) return all.some((other) => isEqual(item, other));
  if (isMap(all)) return typeof item === 'string' && all.has(item);
  if (all === null) return false;
  throw new ExpressionError(`in needs an array or a map, not ${kindOf(all)}`);
}

function add(a: Value, b: Value): Value {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  return asNumber(a, '+') + asNumber(b, '+');
}

function remainder(a: number, b: number): number {
  if (b === 0) throw new ExpressionError('division by zero');
  return a % b;
}

function range(a: Value, b: Value): readonly number[] {
  const from = asNumber(a, '..');
  const to = asNumber(b, '..');
  if (to - from >= MAXIMUM_RANGE) throw new ExpressionError('a range is too long');
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
