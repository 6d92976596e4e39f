import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryImports } from './memory-imports.ts';
import { parseCorefile, type Parsed } from './parse.ts';
import { printPlace } from './place.ts';
import { tokensOf, type Line } from './tree.ts';

const ENVIRONMENT = { ZONE: 'env.test', BRACE: '{', LOOP: '{$LOOP}', WORDS: 'two words', EMPTY: '', IMPORT: 'import' };

function parse(text: string, files: Record<string, string> = {}): Parsed {
  return parseCorefile(text, { file: 'Corefile', environment: ENVIRONMENT, imports: memoryImports(files) });
}

/** A tree as text: `keys[directive arg{option arg};directive]`. */
function outline({ corefile }: Parsed): string {
  const print = ({ name, arguments: given, block }: Line): string =>
    [name, ...given].map((token) => token.text).join(' ') +
    (block === undefined ? '' : `{${block.map(print).join(';')}}`);
  return corefile.blocks
    .map(({ keys, directives }) => `${keys.map((key) => key.text).join(' ')}[${directives.map(print).join(';')}]`)
    .join(' ');
}

/** `severity code line:column` of each problem. */
function outlineProblems({ problems }: Parsed): string[] {
  return problems.map(
    ({ severity, code, place }) => `${severity} ${code.replace('corefile/', '')} ${place.line}:${place.column}`,
  );
}

describe('parseCorefile reads', () => {
  it.each([
    ['an empty file', '', ''],
    ['a file of comments', '# a\n\n# b', ''],
    ['a block', '. {\n log\n}\n', '.[log]'],
    ['keys with spaces and commas', 'a.test, b.test c.test {\n}', 'a.test b.test c.test[]'],
    ['keys on several lines', 'a.test,\nb.test,\n\nc.test {\n}', 'a.test b.test c.test[]'],
    ['a brace on the line below the keys', '. # c\n\n{\n log\n}', '.[log]'],
    ['a directive on the line of the brace', '. { log\n errors\n}', '.[log;errors]'],
    ['a block behind a block', 'a {\n log\n} b {\n}', 'a[log] b[]'],
    ['the form without braces', 'a.test b.test\nlog\nhosts {\n ttl 3\n}', 'a.test b.test[log;hosts{ttl 3}]'],
    ['keys alone', 'a.test b.test', 'a.test b.test[]'],
    ['blocks of directives', '. {\n hosts f {\n 10.0.0.1 a\n ttl 3\n }\n log\n}', '.[hosts f{10.0.0.1 a;ttl 3};log]'],
    ['blocks in them', '. {\n a {\n b c {\n d\n }\n e\n }\n}', '.[a{b c{d};e}]'],
    ['empty blocks', '. {\n a {\n }\n b { }\n}', '.[a{};b{}]'],
    [
      'an option on the line of the brace',
      '. {\n cache { success 100\n denial 3\n }\n}',
      '.[cache{success 100;denial 3}]',
    ],
    ['a directive given twice', '. {\n log a\n errors\n log b\n}', '.[log a;errors;log b]'],
    ['strings over lines', '. {\n a "x\ny" b\n c\n}', '.[a x\ny b;c]'],
    ['quoted braces as braces', '. "{"\nlog\n"}"', '.[log]'],
    ['braces in words as words', '. {\n template "{{ .Name }}" {$ZONE} {x}\n}', '.[template {{ .Name }} env.test {x}]'],
    ['carriage returns', '. {\r\n log\r\n}\r\n', '.[log]'],
    ['variables', '{$ZONE}:53 {\n {%EMPTY%}log "{$WORDS}" {$BRACE}\n}', 'env.test:53[log two words {]'],
    ['snippets', '(s) {\n log\n errors\n}\n. {\n import s\n a\n}', '.[log;errors;a]'],
    ['snippets on one line', '(s) { log }\n(t) { import s }\n. {\n import t\n}', '.[log]'],
    ['empty snippets', '(s) {\n}\n. {\n import s\n}', '.[]'],
    [
      'snippets of options',
      '(s) {\n ttl 3\n fallthrough\n}\n. {\n hosts {\n import s\n }\n}',
      '.[hosts{ttl 3;fallthrough}]',
    ],
    ['snippets of whole blocks', '(s) {\n a.test {\n log\n }\n}\nimport s\n. {\n}', 'a.test[log] .[]'],
    ['snippets that are not used', '(s) {\n }} { }\n}\n.', '.[]'],
    ['snippets that would be endless if used', '(a) { import b }\n(b) { import a }\n.', '.[]'],
    ['import within a line as a word', '. {\n log import x\n}', '.[log import x]'],
    ['import named by a variable, before keys', '(s) {\n a {\n }\n}\n{$IMPORT} s', 'a[]'],
  ])('%s', (_, text, tree) => {
    const parsed = parse(text);
    expect(parsed.problems).toEqual([]);
    expect(outline(parsed)).toBe(tree);
  });
});

describe('parseCorefile accepts with a warning', () => {
  it.each([
    ['a last brace that is missing', '. {\n hosts {\n ttl 3\n }\n', '.[hosts{ttl 3}]', ['unclosed-block 1:3']],
    ['a brace too many at the end', '. {\n log\n}\n}\n', '.[log]', ['unexpected-brace 4:1']],
    ['a brace at the end of the form without', '.\nlog\n}', '.[log]', ['unexpected-brace 3:1']],
    ['a block without keys', '{\n log\n}\n. {\n}', '.[]', ['no-keys 1:1']],
    ['keys that are empty', '"" {\n}', '', ['no-keys 1:1']],
    ['keys that come to nothing', '{$NONE} {\n}', '', ['environment-unset 1:1', 'no-keys 1:1']],
    [
      'a closing brace as an argument',
      '. {\n hosts { fallthrough }\n log\n}',
      '.[hosts{fallthrough }};log]',
      ['closing-brace 2:22'],
    ],
    [
      'words glued to braces',
      '. {\n hosts {}\n cache{\n a {\n }b\n }\n}',
      '.[hosts {};cache{;a{}b}]',
      ['joined-brace 2:8', 'joined-brace 5:2'],
    ],
    ['a snippet alone', '(s)', '(s)[]', ['snippet-without-braces 1:1']],
    ['a string without end', '. {\n log\n} "a', '.[log] a[]', ['unclosed-quote 3:3']],
    ['comments in words', '. {\n log#x y\n}', '.[log y]', ['comment-in-word 2:2']],
    ['a variable that is not set', '. {\n log {$NONE}\n}', '.[log ]', ['environment-unset 2:6']],
    ['a pattern without files', 'import x/*.conf\n. {\n}', '.[]', ['import-no-match 1:8']],
  ])('%s', (_, text, tree, warnings) => {
    const parsed = parse(text);
    expect(outlineProblems(parsed)).toEqual(warnings.map((warning) => `warning ${warning}`));
    expect(outline(parsed)).toBe(tree);
  });
});

describe('parseCorefile refuses', () => {
  it.each([
    ['a block without end', '. {\n log\n', '.[log]', ['unclosed-block 1:3']],
    ['nothing but an opening brace', '. {', '.[]', ['unclosed-block 1:3']],
    ['a block of a directive without end', '. {\n hosts {\n ttl 3\n', '.[hosts{ttl 3}]', ['unclosed-block 2:8']],
    ['a snippet without end', '(s) {\n log\n', '', ['unclosed-block 1:5']],
    [
      'a block that goes on into the next',
      'a {\n log\n\nb.test {\n errors\n}\n',
      'a[log] b.test[errors]',
      ['unclosed-block 4:1'],
    ],
    [
      'a closing brace behind a directive',
      'a { log }\nb { log }',
      'a[log] b[log]',
      ['closing-brace 1:9', 'closing-brace 2:9'],
    ],
    ['a closing brace too many behind a directive', '. {\n log }\n}\n', '.[log]', ['closing-brace 2:6']],
    ['a closing brace behind a closing brace', '. {\n hosts {\n } }\n', '.[hosts{}]', ['closing-brace 3:4']],
    ['words behind a closing brace', '. {\n hosts {\n } foo { bar\n }\n log\n}', '.[hosts{};log]', ['after-block 3:4']],
    [
      'an opening brace on its own line',
      '. {\n hosts f\n {\n ttl 3\n }\n}',
      '.[hosts f{ttl 3}]',
      ['brace-on-own-line 3:2'],
    ],
    ['the same in a block', '. {\n a {\n b\n {\n c\n }\n }\n}', '.[a{b{c}}]', ['brace-on-own-line 4:2']],
    ['a block of nothing', '. {\n {\n log\n }\n errors\n}', '.[errors]', ['unexpected-brace 2:2']],
    ['a block of nothing in a block', '. {\n a {\n {\n b\n }\n c\n }\n}', '.[a{c}]', ['unexpected-brace 3:2']],
    ['braces in one word', '. {\n log\n}}', '.[log]', ['joined-brace 3:1']],
    ['a brace too many', '. {\n}\n}\na {\n}', '.[] a[]', ['unexpected-brace 3:1']],
    ['several blocks without braces', 'a.test\nlog\nb.test\nlog', 'a.test[log] b.test[log]', ['brace-less 3:1']],
    ['a comma before the brace', 'a, {\n}', 'a[]', ['extra-comma 1:1']],
    ['a comma at the end', 'a,', 'a[]', ['extra-comma 1:1']],
    ['a comma alone', 'a , b {\n}', 'a b[]', ['extra-comma 1:3']],
    [
      'a snippet without braces',
      '(s)\nlog\n\na.test {\n}',
      'a.test[]',
      ['snippet-without-braces 1:1', 'brace-less 4:1'],
    ],
    ['a snippet defined twice', '(s) {\n}\n(s) {\n}\n.', '.[]', ['snippet-redefined 3:1']],
    ['an endless variable', '. {\n log {$LOOP}\n}', '.[log {$LOOP}]', ['environment-loop 2:6']],
    ['a forest of braces', `. {\n${'a {\n'.repeat(20)}${'}\n'.repeat(21)}`, undefined, ['nesting 10:3']],
    ['import of nothing', '. {\n import\n log\n}', '.[log]', ['import-arguments 2:2']],
    ['import of too much', '. {\n import a b\n log\n}', '.[log]', ['import-arguments 2:11']],
    ['import of a block', '. {\n import a {\n b\n }\n log\n}', '.[log]', ['import-arguments 2:11']],
    ['import of an empty name', '. {\n import "{$EMPTY}"\n log\n}', '.[log]', ['import-arguments 2:9']],
    ['import of the unknown', '. {\n import s\n log\n}', '.[log]', ['import-not-found 2:9']],
    ['a snippet used before its definition', '. {\n import s\n}\n(s) {\n}', '.[]', ['import-not-found 2:9']],
  ])('%s', (_, text, tree, errors) => {
    const parsed = parse(text);
    expect(outlineProblems(parsed)).toEqual(errors.map((error) => `error ${error}`));
    if (tree !== undefined) expect(outline(parsed)).toBe(tree);
  });

  it('and says all that is wrong at once, with what to do', () => {
    const parsed = parse('a {\n log }\n\nb {\n hosts\n {\n }\n import nope\n}\nc, {\n}');
    expect(outlineProblems(parsed)).toEqual([
      'error closing-brace 2:6',
      'error brace-on-own-line 6:2',
      'error import-not-found 8:9',
      'error extra-comma 10:1',
    ]);
    expect(parsed.problems.every((problem) => problem.hint !== undefined)).toBe(true);
  });
});

describe('places', () => {
  it('are those of the words where they are written', () => {
    const parsed = parse('(s) {\n\terrors "x\n y" z\n}\n. {\n\timport s\n\timport more\n\tchaos {$WORDS} a\n}', {
      more: 'log\n  hosts f',
    });
    expect(
      parsed.corefile.blocks[0]?.directives.flatMap((line) =>
        [...tokensOf(line)].map((token) => `${token.text} ${printPlace(token.place)}`),
      ),
    ).toEqual([
      'errors Corefile:2:2',
      'x\n y Corefile:2:9',
      'z Corefile:3:5',
      'log /more:1:1',
      'hosts /more:2:3',
      'f /more:2:9',
      'chaos Corefile:8:2',
      'two words Corefile:8:8',
      'a Corefile:8:17',
    ]);
  });

  it('include those of braces', () => {
    const line = parse('. {\n a b {\n  c\n }\n}').corefile.blocks[0]?.directives[0];
    expect(line?.opening?.place).toEqual({ file: 'Corefile', line: 2, column: 6, length: 1 });
    expect(line?.closing?.place).toEqual({ file: 'Corefile', line: 4, column: 2, length: 1 });
  });
});

describe('parseCorefile survives', () => {
  it.each([
    ['braces', '{ '.repeat(100_000)],
    ['blocks', 'a { '.repeat(100_000)],
    ['lines of blocks', 'a {\n'.repeat(100_000)],
    ['closing braces', '}\n'.repeat(100_000)],
    ['quotes', '"'.repeat(100_001)],
  ])('many %s', (_, text) => {
    expect(parse(text).problems.length).toBeGreaterThan(0);
  });

  it('any text', () => {
    const words =
      '{ } import s (s) (t) a.test a.test, , " "x # log f * glob* {$ZONE} {$BRACE} {$NONE} {$IMPORT} {$LOOP}';
    const word = fc.constantFrom(...words.split(' '), '{}', '}}', 'x{', '\\', '\u{feff}', '\u{2028}');
    const space = fc.constantFrom(' ', '\n', '\n', '', '\t', '\r\n');
    const soup = fc.array(fc.tuple(word, space), { maxLength: 40 }).map((words) => words.flat().join(''));
    fc.assert(
      fc.property(soup, soup, (text, file) => {
        const parsed = parse(text, { f: file, glob1: text, glob2: 'log' });
        for (const problem of parsed.problems) {
          expect(problem.place.line).toBeGreaterThan(0);
          expect(problem.place.column).toBeGreaterThan(0);
          expect(problem.place.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
