import { describe, expect, it } from 'vitest';
import { applyEdits, type Edit, originalText } from './edited-text.ts';

const TEXT = 'one\ntwo\nthree\nfour\n';

describe('edits', () => {
  it.each<[about: string, edits: readonly Edit[], text: string, origins: readonly number[]]>([
    ['nothing', [], TEXT, [1, 2, 3, 4, 5]],
    ['a word', [{ start: 4, end: 7, text: '2', origin: 2 }], 'one\n2\nthree\nfour\n', [1, 2, 3, 4, 5]],
    ['a line away', [{ start: 4, end: 8, text: '', origin: 2 }], 'one\nthree\nfour\n', [1, 3, 4, 5]],
    ['the first line away', [{ start: 0, end: 4, text: '', origin: 1 }], 'two\nthree\nfour\n', [2, 3, 4, 5]],
    [
      'a line more',
      [{ start: 8, end: 8, text: 'new\n', origin: 2 }],
      'one\ntwo\nnew\nthree\nfour\n',
      [1, 2, 2, 3, 4, 5],
    ],
    [
      'a block behind a word',
      [{ start: 3, end: 3, text: ' {\nx\n}', origin: 1 }],
      'one {\nx\n}\ntwo\nthree\nfour\n',
      [1, 1, 1, 2, 3, 4, 5],
    ],
    [
      'several, in any order',
      [
        { start: 14, end: 19, text: '', origin: 4 },
        { start: 0, end: 0, text: 'a\n', origin: 9 },
        { start: 0, end: 0, text: 'b\n', origin: 8 },
      ],
      'a\nb\none\ntwo\nthree\n',
      [9, 8, 1, 2, 3, 4],
    ],
    ['everything away', [{ start: 0, end: 19, text: '', origin: 1 }], '', [1]],
  ])('%s', (_, edits, text, origins) => {
    expect(applyEdits(originalText(TEXT), edits)).toEqual({ text, origins });
  });

  it('remember origins through several steps', () => {
    const first = applyEdits(originalText(TEXT), [{ start: 0, end: 4, text: '', origin: 1 }]);
    expect(applyEdits(first, [{ start: 0, end: 4, text: '', origin: 2 }])).toEqual({
      text: 'three\nfour\n',
      origins: [3, 4, 5],
    });
  });

  it('must not overlap', () => {
    const edits = [
      { start: 0, end: 4, text: '', origin: 1 },
      { start: 3, end: 5, text: '', origin: 1 },
    ];
    expect(() => applyEdits(originalText(TEXT), edits)).toThrow(TypeError);
  });
});
