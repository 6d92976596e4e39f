import { describe, expect, test } from 'vitest';
import { parseCorefile } from '../corefile/parse.ts';
import { printPlace } from '../corefile/place.ts';
import type { Line } from '../corefile/tree.ts';
import { duration, integer, oneOf, text } from './kinds.ts';
import {
  countArguments,
  flag,
  grammar,
  many,
  none,
  one,
  type Option,
  optional,
  type OptionTable,
  readToken,
  retired,
} from './options.ts';
import { readStanza, type Stanza } from './stanza.ts';

function lineOf(directive: string): Line {
  const { corefile, problems } = parseCorefile(`. {\n${directive}\n}\n`, {
    file: 'Corefile',
    environment: {},
    imports: { absolute: (path) => path, kind: () => undefined, list: () => [], read: () => new Error('none') },
  });
  expect(problems).toEqual([]);
  const line = corefile.blocks[0]?.directives[0];
  if (line === undefined) throw new TypeError('no directive');
  return line;
}

interface Read {
  readonly stanza: Stanza;
  /** `code place: message; hint` */
  readonly problems: readonly string[];
}

/** Reads a directive called `demo`; places are those of a Corefile in which it begins in line 2. */
function read(
  directive: string,
  tables: {
    readonly parameters?: Option<unknown>;
    readonly options?: OptionTable;
    readonly acceptsLine?: (line: Line) => boolean;
    readonly optionsInAnyCase?: boolean;
  },
): Read {
  const problems: string[] = [];
  const stanza = readStanza(
    { name: 'demo', parameters: none(), options: {}, ...tables },
    lineOf(directive),
    ({ severity, code, place, message, hint }) =>
      problems.push(`${severity ?? 'error'} ${code} ${printPlace(place)}: ${message}; ${hint ?? ''}`),
  );
  return { stanza, problems };
}

const summary = '';
const size = integer('SIZE', { minimum: 1, maximum: 9 });

describe('what stands on the line of the directive', () => {
  const cases: [string, Option<unknown>, string, unknown, string[]][] = [
    ['none', none(), 'demo', undefined, []],
    [
      'none',
      none(),
      'demo a',
      undefined,
      ['error option/arguments Corefile:2:6: "demo" takes no argument, "a" is one too many; write: demo'],
    ],
    [
      'none',
      none(),
      'demo {\n}',
      undefined,
      ['error option/block Corefile:2:6: "demo" takes no block; remove the braces'],
    ],
    ['one', one(size, { initial: 0, summary }), 'demo 5', 5, []],
    [
      'one',
      one(size, { initial: 0, summary }),
      'demo',
      0,
      ['error option/arguments Corefile:2:1: "demo" needs an argument; write: demo SIZE'],
    ],
    [
      'one',
      one(size, { initial: 0, summary }),
      'demo 5 6 7',
      0,
      ['error option/arguments Corefile:2:8: "demo" takes one argument, "6" is one too many; write: demo SIZE'],
    ],
    [
      'one',
      one(size, { initial: 0, summary }),
      'demo 10',
      0,
      ['error option/value Corefile:2:6: 10 is out of range; write SIZE from 1 to 9'],
    ],
    ['optional', optional(size, { bare: 7, initial: 0, summary }), 'demo', 7, []],
    ['optional', optional(size, { bare: 7, initial: 0, summary }), 'demo 5', 5, []],
    [
      'optional',
      optional(size, { bare: 7, initial: 0, summary }),
      'demo x',
      0,
      ['error option/value Corefile:2:6: "x" is not a whole number; write SIZE from 1 to 9'],
    ],
    [
      'optional',
      optional(size, { bare: 7, initial: 0, summary }),
      'demo 1 2',
      0,
      ['error option/arguments Corefile:2:8: "demo" takes one argument, "2" is one too many; write: demo [SIZE]'],
    ],
    ['many', many(size, { initial: [], summary }), 'demo 1 2 3', [1, 2, 3], []],
    [
      'many',
      many(size, { initial: [], summary }),
      'demo',
      [],
      ['error option/arguments Corefile:2:1: "demo" needs an argument; write: demo SIZE...'],
    ],
    ['many, none needed', many(size, { initial: [], least: 0, summary }), 'demo', [], []],
    [
      'many, two needed',
      many(size, { initial: [], least: 2, most: 3, summary }),
      'demo 1',
      [],
      ['error option/arguments Corefile:2:6: "demo" needs 2 arguments, not 1; write: demo SIZE...'],
    ],
    [
      'many, three at most',
      many(size, { initial: [], least: 2, most: 3, summary }),
      'demo 1 2 3 4',
      [],
      ['error option/arguments Corefile:2:12: "demo" takes 3 arguments, "4" is one too many; write: demo SIZE...'],
    ],
    [
      'many, some of them wrong',
      many(size, { initial: [], summary }),
      'demo 1 x 3 y',
      [1, 3],
      [
        'error option/value Corefile:2:8: "x" is not a whole number; write SIZE from 1 to 9',
        'error option/value Corefile:2:12: "y" is not a whole number; write SIZE from 1 to 9',
      ],
    ],
  ];

  test.each(cases)('%s: %#', (_what, parameters, directive, value, problems) => {
    const outcome = read(directive, { parameters });
    expect(outcome.stanza.argument).toEqual(value);
    expect(outcome.problems).toEqual(problems);
  });
});

describe('options', () => {
  const options = {
    verbose: flag({ summary }),
    ttl: one(duration({ minimum: 1000 }), { initial: 5000, summary }),
    policy: one(oneOf(['random', 'sequential']), { initial: 'random', repeat: 'once', summary }),
    names: many(text('NAME'), { initial: [], repeat: 'add', summary }),
    old: retired({ summary, instead: 'remove it' }),
  };
  const initial = { verbose: false, ttl: 5000, policy: 'random', names: [], old: undefined };

  test.each<[string, string, object, string[]]>([
    ['have their initial values', 'demo', {}, []],
    ['have them in an empty block too', 'demo {\n}', {}, []],
    [
      'are read by their tables',
      'demo {\n verbose\n ttl 1m\n policy sequential\n names a b\n}',
      { verbose: true, ttl: 60_000, policy: 'sequential', names: ['a', 'b'] },
      [],
    ],
    ['given again count the last time', 'demo {\n ttl 1m\n ttl 2m\n}', { ttl: 120_000 }, []],
    ['given again may add up', 'demo {\n names a\n names b\n}', { names: ['a', 'b'] }, []],
    [
      'that stand once are refused the second time',
      'demo {\n policy sequential\n policy random\n}',
      { policy: 'sequential' },
      [
        'error option/repeated Corefile:4:2: option "policy" is given twice; keep one of them; the first stands in line 3',
      ],
    ],
    [
      'with a wrong value keep the one before',
      'demo {\n ttl 1m\n ttl 1ms\n policy randm\n verbose yes\n}',
      { ttl: 60_000 },
      [
        'error option/value Corefile:4:6: 1ms is too short, at least 1s is needed; ',
        'error option/value Corefile:5:9: "randm" is not one of random, sequential; did you mean "random"?',
        'error option/arguments Corefile:6:10: "verbose" takes no argument, "yes" is one too many; write: verbose',
      ],
    ],
    [
      'that are misspelled get a suggestion',
      'demo {\n verbos\n}',
      {},
      ['error option/unknown Corefile:3:2: plugin demo has no option "verbos"; did you mean "verbose"?'],
    ],
    [
      'that nobody knows get the list',
      'demo {\n toString x\n}',
      {},
      [
        'error option/unknown Corefile:3:2: plugin demo has no option "toString"; demo has: verbose, ttl, policy, names, old',
      ],
    ],
    [
      'take no block',
      'demo {\n verbose {\n  x\n }\n}',
      { verbose: true },
      ['error option/block Corefile:3:2: option "verbose" takes no block; remove the braces'],
    ],
    [
      'of old versions are accepted with a warning',
      'demo {\n old whatever it was\n}',
      {},
      ['warning option/retired Corefile:3:2: "old" has no effect any more; remove it'],
    ],
  ])('%s', (_what, directive, values, problems) => {
    const outcome = read(directive, { options });
    expect(outcome.problems.filter((problem) => !problem.includes('"demo" takes no block'))).toEqual(problems);
    expect(outcome.stanza.options).toEqual({ ...initial, ...values });
  });

  test('of a plugin without any: the line has to go', () => {
    expect(read('demo x {\n ttl 5s\n}', { parameters: one(text('X'), { initial: '', summary }) }).problems).toEqual([
      'error option/unknown Corefile:3:2: plugin demo has no option "ttl"; demo has no options: remove the line',
    ]);
  });

  test('tell where they were given last', () => {
    const { stanza } = read('demo x {\n ttl 1m\n ttl 2m\n}', {
      parameters: one(text('X'), { initial: '', summary }),
      options,
    });
    expect([...stanza.given.keys()]).toEqual(['ttl']);
    expect(stanza.given.get('ttl')?.name.place.line).toBe(4);
  });

  test('leave other lines to a plugin that takes them', () => {
    const { stanza, problems } = read('demo x {\n 10.0.0.1 a.test\n ttl 1m\n}', {
      parameters: one(text('X'), { initial: '', summary }),
      options,
      acceptsLine: (line) => line.name.text.startsWith('10.'),
    });
    expect(problems).toEqual([]);
    expect(stanza.others.map((line) => line.name.text)).toEqual(['10.0.0.1']);
    expect(stanza.options).toMatchObject({ ttl: 60_000 });
  });
});

test('options are found in any letter case where the plugin wants that', () => {
  const parameters = flag({ summary });
  const options = { size: one(size, { initial: 1, summary, repeat: 'once' }) };
  expect(read('demo {\n SIZE 2\n}', { parameters, options, optionsInAnyCase: true })).toMatchObject({
    stanza: { options: { size: 2 } },
    problems: [],
  });
  expect(read('demo {\n SIZE 2\n Size 3\n}', { parameters, options, optionsInAnyCase: true }).problems).toEqual([
    'error option/repeated Corefile:4:2: option "size" is given twice; keep one of them; the first stands in line 3',
  ]);
  expect(read('demo {\n SIZE 2\n}', { parameters, options }).problems).toEqual([
    expect.stringContaining('option/unknown Corefile:3:2'),
  ]);
});

test('a grammar of its own reads with the same errors', () => {
  const range = grammar({
    usage: 'LOW HIGH',
    summary,
    initial: [0, 0],
    read(line, previous, report) {
      if (!countArguments(line, 2, 2, 'LOW HIGH', report)) return previous;
      const [low, high] = line.arguments.map((token) => readToken(size, token, report));
      return low === undefined || high === undefined ? previous : [low, high];
    },
  });
  expect(range.repeat).toBe('last');
  expect(read('demo 2 5', { parameters: range })).toMatchObject({ stanza: { argument: [2, 5] }, problems: [] });
  expect(read('demo 2', { parameters: range }).problems).toEqual([
    'error option/arguments Corefile:2:6: "demo" needs 2 arguments, not 1; write: demo LOW HIGH',
  ]);
  expect(read('demo 2 x', { parameters: range })).toMatchObject({
    stanza: { argument: [0, 0] },
    problems: ['error option/value Corefile:2:8: "x" is not a whole number; write SIZE from 1 to 9'],
  });
});

test('the usage shows in the manual how an option is written', () => {
  expect(one(size, { initial: 0, summary }).usage).toBe('SIZE');
  expect(optional(size, { bare: 0, initial: 0, summary }).usage).toBe('[SIZE]');
  expect(many(size, { initial: [], summary }).usage).toBe('SIZE...');
  expect(many(size, { initial: [], least: 0, summary }).usage).toBe('[SIZE...]');
  expect(flag({ summary }).usage).toBe('');
});
