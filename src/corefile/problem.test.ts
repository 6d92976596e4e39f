import { describe, expect, it } from 'vitest';
import { describeProblem, formatProblem, quoteText, type Problem } from './problem.ts';

const problem = (column: number, length: number, line = 1, hint?: string): Problem => ({
  severity: 'error',
  code: 'corefile/closing-brace',
  message: 'this is wrong',
  place: { file: 'Corefile', line, column, length },
  ...(hint === undefined ? {} : { hint }),
});
const format = (given: Problem, source: string | undefined, colour = false): string =>
  formatProblem(given, () => source, { colour });

describe('formatProblem', () => {
  it('marks the place below the line, and adds the hint', () => {
    expect(format(problem(5, 3, 2, 'do this'), 'a\n    foo bar\nb')).toBe(
      ['Corefile:2:5: error: this is wrong', '        foo bar', '        ~~^', '    hint: do this'].join('\n'),
    );
  });

  it.each([
    ['tabs', problem(3, 1), '\ta}', '    \ta}', '    \t ^'],
    ['a byte order mark', problem(1, 1), '\u{feff}a\r', '    a', '    ^'],
    ['a place longer than the line', problem(2, 99), 'abc', '    abc', '     ~^'],
    ['a place behind the line', problem(9, 1), 'abc', '    abc', '       ^'],
    ['control characters', problem(2, 1), '\u{1b}b', '    \u{241b}b', '     ^'],
    ['characters of two units', problem(4, 1), '\u{1f600} b', '    \u{1f600} b', '      ^'],
  ])('copes with %s', (_, given, source, line, marks) => {
    expect(format(given, source).split('\n').slice(1)).toEqual([line, marks]);
  });

  it.each([undefined, ''])('says it without a line when there is none (%j)', (source) => {
    expect(format(problem(1, 1, 7), source)).toBe('Corefile:7:1: error: this is wrong');
  });

  it('colours', () => {
    expect(format(problem(1, 1), 'a', true)).toBe(
      '\x1b[1mCorefile:1:1:\x1b[0m \x1b[1;31merror:\x1b[0m this is wrong\n    a\n    \x1b[1;31m^\x1b[0m',
    );
  });
});

describe('describeProblem', () => {
  it('is one line, whatever the text', () => {
    const given = { ...problem(5, 3, 2, 'do\nthis'), message: 'a\r\nb' };
    expect(describeProblem(given)).toBe('Corefile:2:5: a\u{240d}\u{240a}b (do\u{240a}this)');
  });
});

describe('quoteText', () => {
  it.each([
    ['a b', '"a b"'],
    ['a\nb', '"a\u{240a}b"'],
    ['x'.repeat(60), `"${'x'.repeat(60)}"`],
    ['x'.repeat(61), `"${'x'.repeat(59)}…"`],
    ['\u{1f600}'.repeat(1_000), `"${'\u{1f600}'.repeat(59)}…"`],
  ])('%.20s', (text, quoted) => {
    expect(quoteText(text)).toBe(quoted);
  });
});
