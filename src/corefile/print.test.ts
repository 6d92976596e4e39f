import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryImports } from './memory-imports.ts';
import { parseCorefile, type Parsed } from './parse.ts';
import { printCorefile } from './print.ts';

describe('printCorefile', () => {
  it.each([
    ['nothing', '', ''],
    ['comments', '\n\n  # a  \n#b\n\n\n#c', '# a\n#b\n\n#c\n'],
    [
      'spaces',
      '.   a.test{$X}\t{\n\tlog   .  {$Y}\n\n\n\terrors\n\n}\n',
      '. a.test{$X} {\n    log . {$Y}\n\n    errors\n}\n',
    ],
    ['carriage returns', '. {\r\n log\r\n}\r\n', '. {\n    log\n}\n'],
    [
      'blocks',
      '. {\nhosts f {\n10.0.0.1 a # c\n# d\n}\n}',
      '. {\n    hosts f {\n        10.0.0.1 a # c\n        # d\n    }\n}\n',
    ],
    ['a brace below the keys', 'a.test # c\n\n{ # d\nlog\n}', 'a.test { # c # d\n    log\n}\n'],
    ['a brace below a comment', 'a.test\n# c\n{\nlog\n}', 'a.test\n# c\n{\n    log\n}\n'],
    ['a brace below an import', 'import keys\n{\nlog\n}', 'import keys\n{\n    log\n}\n'],
    ['several blocks', 'a {\n}\nb {\n} c {\n}\n# d\nd {\n}', 'a {\n}\n\nb {\n}\n\nc {\n}\n\n# d\nd {\n}\n'],
    ['keys over lines', 'a.test,\n  b.test {\n}', 'a.test,\nb.test {\n}\n'],
    [
      'lines that are one',
      'a { log\n}\nb { cache { success 1\n} # e\n}',
      'a {\n    log\n}\n\nb {\n    cache {\n        success 1\n    } # e\n}\n',
    ],
    [
      'snippets on a line',
      '(a) { log }\n(b) { hosts { ttl 3\n} }',
      '(a) {\n    log\n}\n\n(b) {\n    hosts {\n        ttl 3\n    }\n}\n',
    ],
    ['imports', 'import a\nimport b\n\nimport c', 'import a\nimport b\n\nimport c\n'],
    ['imports on a line', '. { import a\n}', '. { import a\n}\n'],
    ['no braces', '.\nlog\n hosts {\nttl 3\n}\nerrors', '.\nlog\nhosts {\n    ttl 3\n}\n\nerrors\n'],
    [
      'a closing brace that is an argument',
      '. {\n hosts { fallthrough }\n}',
      '. {\n    hosts {\n        fallthrough }\n}\n',
    ],
    ['strings', '. {\n log "a\\"  b" "x\n\ty" {$Z}\n}', '. {\n    log "a\\"  b" "x\n\ty" {$Z}\n}\n'],
    ['a string without end', '. {\n}\na "b {', '. {\n}\n\na "b {"\n'],
    ['comments in words', '. {\nlog#x y z\n}', '. {\n    log y z #x\n}\n'],
    ['a byte order mark', '\u{feff}. {\n}', '. {\n}\n'],
  ])('%s', (_, text, printed) => {
    expect(printCorefile(text)).toBe(printed);
    expect(printCorefile(printed)).toBe(printed);
  });

  it('keeps what is parsed, and changes nothing the second time', () => {
    const line = fc.constantFrom(...LINES);
    const body = fc.array(line, { maxLength: 5 }).map((lines) => lines.join('\n'));
    const opening = fc.constantFrom(' {\n', '\n{\n', ' # c\n\n{ # d\n', '\n# c\n{\n', ' { ', '\n');
    const closing = fc.constantFrom('\n}\n', '\n} ', '\n}#c\n', '\n}\n\n\n# c\n', ' }\n');
    const keys = fc.constantFrom(
      '.',
      'a b',
      'a,\nb',
      '(s)',
      '(t)',
      '(u)',
      'import k',
      'import s',
      '""',
      '"a"',
      '{$A}',
      'a }',
    );
    const block = fc.tuple(keys, opening, body, closing).map((parts) => parts.join(''));
    const start = fc.constantFrom('', '(s) { log }\n', '(s) {\nimport t\n}\n', '# c\n', '\u{feff}', '\u{feff}\u{feff}');
    const file = fc.tuple(start, fc.array(block, { minLength: 1, maxLength: 4 })).map(([a, b]) => a + b.join(''));
    fc.assert(
      fc.property(file, (text) => {
        const printed = printCorefile(text);
        expect(printCorefile(printed)).toBe(printed);
        const before = parse(text);
        if (before.problems.some((problem) => problem.severity === 'error')) return;
        expect(withoutPlaces(parse(printed))).toBe(withoutPlaces(before));
      }),
      { numRuns: 3_000 },
    );
  });

  it('copes with any text', () => {
    const word = fc.constantFrom('{', '}', '#', '"', '\\', ' ', '\n', '\r', 'a', ',', '(a)', 'import', '\u{feff}');
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const printed = printCorefile(words.join(''));
        expect(printCorefile(printed)).toBe(printed);
      }),
      { numRuns: 1_000 },
    );
    expect(printCorefile('{ '.repeat(10_000)).length).toBeLessThan(500_000);
  });
});

const LINES = [
  ['', '# c', 'log', '\tlog', 'log a#b c', 'errors # c', 'log "a\n b" c', 'log {$A}', 'log }', '}'],
  ['import s', 'import t', 'import f', 'log import x', 'hosts { import t\n}'],
  ['hosts {\nttl 3\n}', 'hosts { ttl 3\n\n\n# d\n}', 'hosts {\nfallthrough }', 'hosts {\n# c\n} #d', 'hosts { }'],
  ['hosts f\n{\n}', 'a { b {\nc }\n} # e', 'a { b { c d } }'],
].flat();

function parse(text: string): Parsed {
  const imports = memoryImports({ '/f': 'log\nerrors', '/k': 'k.test', '/t': 'ttl 3' });
  return parseCorefile(text, { file: 'Corefile', environment: { A: 'x' }, imports });
}

function withoutPlaces({ corefile }: Parsed): string {
  return JSON.stringify(corefile, (name, value: unknown) =>
    name === 'place' || name === 'quoted' ? undefined : value,
  );
}
