import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWords } from './lexer.ts';

const texts = (text: string): string[] => readWords(text, 'f').words.map((word) => word.text);
/** `line:column+length` of every word, `>` before those that start a line. */
const places = (text: string): string[] =>
  readWords(text, 'f').words.map(
    ({ place, startsLine }) => `${startsLine ? '>' : ''}${place.line}:${place.column}+${place.length}`,
  );

describe('readWords', () => {
  it.each([
    ['', []],
    ['a b\tc\nd', ['a', 'b', 'c', 'd']],
    ['\u{feff}a', ['a']],
    ['a\u{a0}b\u{2003}c\u{85}d', ['a', 'b', 'c', 'd']],
    ['a\r\nb\rc', ['a', 'bc']],
    ['\r"a b"', ['a b']],
    ['# a b\nc', ['c']],
    ['a # b\nc', ['a', 'c']],
    ['a#b\nc', ['a', 'c']],
    ['whoami#x y z', ['whoami', 'y', 'z']],
    ['a#b\rc d', ['a', 'd']],
    ['"a b"', ['a b']],
    ['"a"b"', ['a', 'b"']],
    ['foo"bar"', ['foo"bar"']],
    ['"a \\" b"', ['a " b']],
    ['"a \\n \\\\"b', ['a \\n \\\\', 'b']],
    ['"# {"', ['# {']],
    ['""', ['']],
    ['"a', ['a']],
    ['"a\\', ['a']],
    ['"', []],
    ["'a b' `c", ["'a", "b'", '`c']],
    ['{ {$X}{ }', ['{', '{$X}{', '}']],
  ])('%j', (text, words) => {
    expect(texts(text)).toEqual(words);
  });

  it.each([
    ['a bb\n ccc', ['>1:1+1', '1:3+2', '>2:2+3']],
    ['\ta\t\tb', ['>1:2+1', '1:5+1']],
    ['\u{feff}a', ['>1:1+1']],
    ['a\r\n b', ['>1:1+1', '>2:2+1']],
    ['a "x\ny" b', ['>1:1+1', '1:3+2', '2:4+1']],
    ['"x\r\n\r\n y"z\nw', ['>1:1+2', '3:4+1', '>4:1+1']],
    ['"\\""', ['>1:1+4']],
    ['\u{1f600} b', ['>1:1+2', '1:4+1']],
    ['a#b c', ['>1:1+1', '1:5+1']],
  ])('places of %j', (text, expected) => {
    expect(places(text)).toEqual(expected);
  });

  it('keeps comments with the number of words before them', () => {
    expect(readWords('# one \r\na # two\n#', 'f').comments).toEqual([
      { text: '# one', line: 1, wordsBefore: 0 },
      { text: '# two', line: 2, wordsBefore: 1 },
      { text: '#', line: 3, wordsBefore: 1 },
    ]);
  });

  it.each([
    ['a "b', 'corefile/unclosed-quote', 3],
    [' "', 'corefile/unclosed-quote', 2],
    ['a#b c', 'corefile/comment-in-word', 1],
    ['}#b c', 'corefile/comment-in-word', 1],
    ['a b#c', 'corefile/comment-in-word', 3],
  ])('warns of %j', (text, code, column) => {
    expect(readWords(text, 'f').problems).toMatchObject([
      { severity: 'warning', code, place: { file: 'f', line: 1, column } },
    ]);
  });

  it.each(['a #b', '}#b\nc', '}#b # c', '"a"#b c'])('does not warn of %j', (text) => {
    expect(readWords(text, 'f').problems).toEqual([]);
  });

  it('gives a source for every word that reads as that word again', () => {
    const piece = fc.constantFrom('a', '"', '\\', '#', ' ', '\n', '\r', '{', '}', '\t', '\u{feff}', '\u{85}');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { words } = readWords(pieces.join(''), 'f');
        const again = readWords(` ${words.map((word) => word.source).join(' ')}`, 'f').words;
        expect(again.map(({ text, quoted }) => ({ text, quoted }))).toEqual(
          words.map(({ text, quoted }) => ({ text, quoted })),
        );
      }),
    );
  });
});
