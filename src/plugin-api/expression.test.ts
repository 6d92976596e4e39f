import { describe, expect, test } from 'vitest';
import { createEdns } from '../dns/message.ts';
import { Expression, ExpressionError, isReservedName, queryFunctions, type Value } from './expression.ts';
import { Complaint } from './options.ts';
import { testQuery } from './testing.ts';

const query = testQuery({
  name: 'Client-7.example',
  type: 'SRV',
  client: { address: '192.0.2.7', port: 4242 },
  metadata: new Map([['a/b', () => 'shop']]),
  message: { edns: createEdns(1400, { dnssecOk: true }) },
});

const variables: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['n', 3],
  ['list', ['a', 'b']],
  ['map', new Map([['k', 1]])],
]);

function evaluate(text: string): Value {
  const expression = Expression.compile(text, { functions: queryFunctions, variables: new Set(variables.keys()) });
  if (expression instanceof Complaint) throw new Error(expression.message);
  return expression.evaluate(query, variables);
}

describe('the language', () => {
  test.each<[text: string, value: Value]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 ** 3 ** 2', 512],
    ['-2 + 5', 3],
    ['7 % 4', 3],
    ['7 / 2', 3.5],
    ['0x1F + 1_000', 1031],
    ['\'a\' + "b" + `c`', 'abc'],
    ["'it\\'s \\u0041'", "it's A"],
    ['true and not false', true],
    ['!true || 1 == 1.0', true],
    ["1 < 2 && 'a' < 'b'", true],
    ["'a' in list", true],
    ["'c' not in list", true],
    ["'k' in map", true],
    ["'abc' contains 'b'", true],
    ["'abc' startsWith 'a' and 'abc' endsWith 'c'", true],
    ["'abc' matches '^a.c$'", true],
    ["'abc' matches list[0]", true],
    ["not ('abc' matches 'x')", true],
    ['n > 2 ? "big" : "small"', 'big'],
    ['nil ?? 5', 5],
    ['map.k + map["k"]', 2],
    ['map?.nosuch', null],
    ['list[-1]', 'b'],
    ['[1, 2, 3, 4][1:3]', [2, 3]],
    ["'abcd'[1:]", 'bcd'],
    ['1..3', [1, 2, 3]],
    ['{a: 1, "b": 2}.b', 2],
    ['any(list, # == "b")', true],
    ["any(['10.0.0.0/8', '192.0.2.0/24'], incidr(client_ip(), #))", true],
    ['all(1..3, {# < 4})', true],
    ['filter(1..5, # % 2 == 1)', [1, 3, 5]],
    ['map(list, upper(#))', ['A', 'B']],
    ['count([true, false])', 1],
    ['reduce(1..4, #acc + #)', 10],
    ['sum([1, 2])', 3],
    ['find([{a: 1}, {a: 2}], .a == 2).a', 2],
    ['sortBy([3, 1, 2], -#)', [3, 2, 1]],
    ["split('a,b,c', ',', 2)", ['a', 'b,c']],
    ["join(list, '-')", 'a-b'],
    ["replace('1-2-3', '-', '.')", '1.2.3'],
    ["trim('  x ') + trim('__x_', '_')", 'xx'],
    ["trimPrefix('www.a', 'www.')", 'a'],
    ['len("äb") + len(list)', 4],
    ["int('42') + float('0.5')", 42.5],
    ['string([1, nil])', '[1 <nil>]'],
    ["'A' | lower() | repeat(2)", 'aa'],
    ['let x = 2; let y = x * 2; x + y', 6],
    ['max(1, 5, 3) - min([4, 2])', 3],
    ['bitand(12, 10)', 8],
    ['1 /* one */ + 1 // two', 2],
  ])('%s', (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });
});

describe('functions about the query', () => {
  test.each<[text: string, value: Value]>([
    ['type()', 'SRV'],
    ['name()', 'client-7.example.'],
    ['class()', 'IN'],
    ['proto()', 'udp'],
    ['client_ip()', '192.0.2.7'],
    ['port()', '4242'],
    ['server_ip()', '127.0.0.1'],
    ['server_port()', '53'],
    ['id()', 4711],
    ['opcode()', 0],
    ['do()', true],
    ['bufsize()', 1400],
    ["metadata('a/b')", 'shop'],
    ["metadata('none')", ''],
    ["name() matches '^client-[0-9]+' and type() in ['MX', 'SRV']", true],
    ["incidr(client_ip(), '192.0.2.0/29')", true],
  ])('%s', (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });
});

test.each([
  '1 +',
  'nosuch()',
  'nosuch',
  "'a",
  '# == 1',
  'len()',
  '(1',
  '[1',
  "'a' matches '('",
  '1 2',
  'a ?',
  '$',
  '\\',
])('%s is refused', (text) => {
  expect(() => evaluate(text)).toThrow(/the expression cannot be used/);
});

test.each([
  "1 + 'a'",
  '1 and true',
  "incidr('x', '10.0.0.0/8')",
  "incidr('10.0.0.1', 'x')",
  "1 < 'a'",
  'upper(1)',
  '1 % 0',
])('%s fails when it is worked out', (text) => {
  expect(() => evaluate(text)).toThrow(ExpressionError);
});

test('names that mean something already', () => {
  for (const name of ['len', 'any', 'in', 'type']) expect(isReservedName(name, queryFunctions)).toBe(true);
  expect(isReservedName('ip', queryFunctions)).toBe(false);
});

test('deep nesting is refused, not a crash', () => {
  expect(() => evaluate(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).toThrow(/too deeply/);
  expect(() => evaluate(`${'!'.repeat(5000)}true`)).toThrow(/too deeply/);
});
