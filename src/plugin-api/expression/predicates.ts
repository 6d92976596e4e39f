import { asBoolean, asList, asNumber, compare, ExpressionError, printValue, type Value } from './value.ts';

/** What an expression is worked out with. */
export interface Scope {
  /** Calls one of the functions that the expression was compiled for. Throws ExpressionError. */
  readonly call: (name: string, args: readonly Value[]) => Value;
  readonly variables: ReadonlyMap<string, Value>;
  /** `#`, `#index` and `#acc` of the predicate that is being worked out. */
  readonly item: Value;
  readonly index: number;
  readonly accumulator: Value;
}

/** A compiled expression or a part of one. Throws ExpressionError. */
export type Evaluate = (scope: Scope) => Value;

interface Predicate {
  readonly least: number;
  readonly most: number;
  readonly make: (args: readonly Evaluate[]) => Evaluate;
}

/** Asks the predicate about one element. */
type Ask = (item: Value, index: number) => boolean;

function asking(name: string, run: (list: readonly Value[], ask: Ask) => Value, least = 2): [string, Predicate] {
  return [
    name,
    {
      least,
      most: 2,
      make:
        ([list = nothing, predicate = element]) =>
        (scope) =>
          run(asList(list(scope), name), (item, index) =>
            asBoolean(predicate({ ...scope, item, index }), `the predicate of ${name}`),
          ),
    },
  ];
}

function mapping(
  name: string,
  run: (list: readonly Value[], values: readonly Value[]) => Value,
  least = 2,
): [string, Predicate] {
  return [
    name,
    {
      least,
      most: 2,
      make:
        ([list = nothing, predicate = element]) =>
        (scope) => {
          const items = asList(list(scope), name);
          return run(
            items,
            items.map((item, index) => predicate({ ...scope, item, index })),
          );
        },
    },
  ];
}

const nothing: Evaluate = () => null;
const element: Evaluate = (scope) => scope.item;

/** Functions whose second argument is worked out for every element of their first. */
export const predicates: ReadonlyMap<string, Predicate> = new Map<string, Predicate>([
  asking('all', (list, ask) => list.every(ask)),
  asking('any', (list, ask) => list.some(ask)),
  asking('none', (list, ask) => !list.some(ask)),
  asking('one', (list, ask) => list.filter(ask).length === 1),
  asking('filter', (list, ask) => list.filter(ask)),
  asking('count', (list, ask) => list.filter(ask).length, 1),
  asking('find', (list, ask) => list.find(ask) ?? null),
  asking('findIndex', (list, ask) => list.findIndex(ask)),
  asking('findLast', (list, ask) => list.findLast(ask) ?? null),
  asking('findLastIndex', (list, ask) => list.findLastIndex(ask)),
  mapping('map', (_list, values) => values),
  mapping('sum', (_list, values) => values.reduce<number>((sum, value) => sum + asNumber(value, 'sum'), 0), 1),
  mapping('groupBy', (list, values) => groupBy(list, values)),
  mapping('sortBy', (list, values) => sortBy(list, values)),
  ['reduce', { least: 2, most: 3, make: ([list = nothing, step = element, initial]) => reduce(list, step, initial) }],
]);

function groupBy(list: readonly Value[], keys: readonly Value[]): ReadonlyMap<string, Value> {
  const groups = new Map<string, Value[]>();
  for (const [i, item] of list.entries()) {
    const key = printValue(keys[i] ?? null);
    const group = groups.get(key) ?? [];
    group.push(item);
    groups.set(key, group);
  }
  return groups;
}

function sortBy(list: readonly Value[], keys: readonly Value[]): readonly Value[] {
  const order = [...list.keys()].toSorted((a, b) => compare(keys[a] ?? null, keys[b] ?? null));
  return order.map((i) => list[i] ?? null);
}

function reduce(list: Evaluate, step: Evaluate, initial: Evaluate | undefined): Evaluate {
  return (scope) => {
    const items = asList(list(scope), 'reduce');
    if (items.length === 0 && initial === undefined) throw new ExpressionError('reduce of an empty array');
    let accumulator = initial === undefined ? (items[0] ?? null) : initial(scope);
    for (let index = initial === undefined ? 1 : 0; index < items.length; index++) {
      accumulator = step({ ...scope, item: items[index] ?? null, index, accumulator });
    }
    return accumulator;
  };
}
