import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinearProgram } from './go-regexp/linear.ts';
import { parseGoSyntax } from './go-regexp/syntax.ts';
import { type GoRegExp, parseGoRegExp } from './go-regexp.ts';
import { Complaint } from './options.ts';

function compile(pattern: string): GoRegExp {
  const found = parseGoRegExp(pattern);
  if (found instanceof Complaint) throw new Error(found.message);
  return found;
}

/** Pattern, text, and the groups of the match, or null. */
const matches: readonly [pattern: string, text: string, groups: (string | undefined)[] | null][] = [
  ['abc', 'xabcx', ['abc']],
  ['^abc$', 'xabc', null],
  ['', 'abc', ['']],
  ['a|b|', 'c', ['']],
  ['(?P<x>[0-9]+)-(?<y>[a-z]*)', '12-ab', ['12-ab', '12', 'ab']],
  ['(?i)Web[.]EXAMPLE', 'wEB.example', ['wEB.example']],
  ['a(?i)b|c', 'aB', ['aB']],
  ['a(?i)b|c', 'C', ['C']],
  ['(a(?i)b)c', 'aBC', null],
  ['(?i:a)b', 'Ab', ['Ab']],
  ['(?i-s:a.)', 'A\n', null],
  ['(?s)a.b', 'a\nb', ['a\nb']],
  ['a.b', 'a\rb', ['a\rb']],
  ['(?m)^b$', 'a\nb\nc', ['b']],
  ['^b$', 'a\nb', null],
  ['\\Ab\\z', 'b', ['b']],
  ['b$', 'b\n', null],
  ['(?U)a+', 'aaa', ['a']],
  ['(?U)a+?', 'aaa', ['aaa']],
  ['a+?', 'aaa', ['a']],
  ['\\Qa.b*\\E+', 'a.b**', ['a.b**']],
  ['\\Qa.', 'a.', ['a.']],
  ['[[:alpha:]]+', '12ab3', ['ab']],
  ['[^[:^digit:]]+', 'a12', ['12']],
  ['[[:word:]-]+', ' a_-b ', ['a_-b']],
  ['[]a]+', ']a', [']a']],
  ['[^]a]', 'a]b', ['b']],
  ['[a-c-e]+', 'c-ed', ['c-e']],
  ['[\\d\\S]+', ' a1 ', ['a1']],
  ['\\pL+', '1äß2', ['äß']],
  ['\\p{Greek}+', 'aλμ', ['λμ']],
  ['\\P{L}\\p{^L}', 'a12', ['12']],
  ['\\x41\\x{42}\\103', 'ABC', ['ABC']],
  ['\\.\\-\\_\\/', '.-_/', ['.-_/']],
  ['x{2}', 'xxx', ['xx']],
  ['x{2,}', 'xxx', ['xxx']],
  ['x{0,1}', 'xx', ['x']],
  ['x{,2}', 'x{,2}', ['x{,2}']],
  ['{', '{', ['{']],
  ['^*a', 'a', ['a']],
  ['\\bfoo\\b', 'a foo b', ['foo']],
  ['(a)|(b)', 'b', ['b', undefined, 'b']],
  // JavaScript forgets the group of the first round.
  ['(?:(a)|b)*', 'ab', ['ab', 'a']],
  ['(a*)*', 'b', ['', '']],
  ['(a*)+', 'b', ['', '']],
  ['(a|ab)(c|bcd)(d*)', 'abcd', ['abcd', 'a', 'bcd', '']],
  ['^(?:(\\w+)\\.)*svc\\.$', 'a.b.svc.', ['a.b.svc.', 'b']],
  ['(.*)\\.(.*)\\.(.*)\\.x', 'a.b.c.d.x', ['a.b.c.d.x', 'a.b', 'c', 'd']],
  ['(.*?)\\.(.*?)\\.(.*)\\.x', 'a.b.c.d.x', ['a.b.c.d.x', 'a', 'b', 'c.d']],
  ['(?:a?){3}b', 'aab', ['aab']],
  ['(?:a|b|ab){2,3}?c', 'abac', ['abac']],
  ['(?:.|ä)*ü$', 'xää😀ü', ['xää😀ü']],
];

describe('what Go matches', () => {
  for (const [pattern, text, groups] of matches) {
    test(`${pattern} in ${JSON.stringify(text)}`, () => {
      const found = compile(pattern).exec(text);
      expect(found === null ? null : [...found]).toEqual(groups);
    });
  }
});

test('names of groups, also those that JavaScript does not take', () => {
  const found = compile('(?P<1st>a)(b)(?<second>c)');
  expect(found.groupNames).toEqual([undefined, '1st', undefined, 'second']);
  expect(found.test('abc')).toBe(true);
});

describe('what Go refuses', () => {
  const refused: readonly [pattern: string, why: RegExp][] = [
    ['(a', /a "\)" is missing/],
    ['a)', /closes no group/],
    ['[a', /a "\]" is missing/],
    ['[z-a]', /backwards/],
    ['*a', /can be repeated/],
    ['(?i)*', /can be repeated/],
    ['a**', /repeats a repetition/],
    ['a{2}{3}', /repeats a repetition/],
    ['a{3,2}', /backwards/],
    ['a{1001}', /more than 1000/],
    ['(a{100}){100}', /more than 1000/],
    ['(?=a)', /no look-around/],
    ['(?!a)', /no look-around/],
    ['(?<=a)', /no look-around/],
    ['(?<!a)', /no look-around/],
    ['(a)\\1', /no back-references/],
    ['\\Z', /no "\\Z"/],
    ['\\', /backslash/],
    ['(?P<a>x)(?P<a>y)', /two groups/],
    ['(?P<a-b>x)', /no name/],
    ['(?x)a', /no "\(\?x\)"/],
    ['[[:foo:]]', /no class/],
    ['\\p{Foo}', /no class/],
    ['a'.repeat(10_001), /more than 10000/],
    ['(?:(a|b)*c?){1000}'.replace('c', 'c'.repeat(20)), /too large/],
  ];
  for (const [pattern, why] of refused) {
    test(pattern.slice(0, 20), () => {
      const found = parseGoRegExp(pattern);
      expect(found instanceof Complaint ? found.message : 'accepted').toMatch(why);
    });
  }
});

describe('no text makes a pattern slow', () => {
  const slow = [
    '^(a+)+$',
    '^(a|a)*$',
    '(.*)(.*)(.*)(.*)x$',
    '^(a?){50}a{50}$',
    '^([a-z]+)*[.]$',
    '(a|b|ab)*c',
    '.*.*x',
  ];
  for (const pattern of slow) {
    test(pattern, () => {
      const found = compile(pattern);
      const start = performance.now();
      expect(found.test(`${'a'.repeat(1000)}!`)).toBe(false);
      expect(performance.now() - start).toBeLessThan(500);
    });
  }
});

test('ordinary patterns run natively, which takes no program', () => {
  const native = [
    '^(?P<a>[0-9]*)[.](?P<b>[0-9]*)[.](?P<c>[0-9]*)[.]in-addr[.]arpa[.]$',
    '(.*)\\.cluster\\.local',
    '^([a-z0-9-]+\\.)*svc\\.$',
    '(^|[.])ip-(?P<a>[0-9]*)-(?P<b>[0-9]*)-(?P<c>[0-9]*)-(?P<d>[0-9]*)[.]example[.]$',
  ];
  for (const pattern of native) expect(compile(pattern).constructor.name, pattern).toBe('GoRegExp');
});

/** Patterns over a small alphabet, so that they match often. */
const patterns: fc.Arbitrary<string> = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\.', '^', '$', '\\b', '(?i)B', '[.-]', ''),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => left + right),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '*?', '+?', '{1,2}', '{2}'))
      .map(([x, n]) => `(?:${x})${n}`),
    tie('pattern').map((inner) => `(${inner})`),
  ),
})).pattern;

test('both ways to match find the same', () => {
  fc.assert(
    fc.property(
      patterns,
      fc.string({ unit: fc.constantFrom('a', 'b', 'B', '.', '-'), maxLength: 12 }),
      (pattern, text) => {
        const parsed = parseGoSyntax(pattern);
        const positions = new LinearProgram(parsed.node, parsed.groupNames.length).run(text);
        const found = compile(pattern).exec(text);
        expect(found === null).toBe(positions === undefined);
        const groups = parsed.groupNames.map((_name, i) => {
          const start = positions?.[i * 2] ?? -1;
          return start < 0 ? undefined : text.slice(start, positions?.[i * 2 + 1]);
        });
        if (found !== null) expect(Array.from(found)).toEqual(groups);
      },
    ),
    { numRuns: 3000 },
  );
});
