import { describe, expect, it } from 'vitest';
import { LineSplitter, MAXIMUM_OBJECT_BYTES, Pieces, WireError } from './frames.ts';

describe('LineSplitter', () => {
  it('finds the lines whatever the chunks', () => {
    const text = Buffer.from('one\n\ntwo ä\nthree');
    for (let size = 1; size <= text.length; size++) {
      const splitter = new LineSplitter();
      const lines: string[] = [];
      for (let i = 0; i < text.length; i += size) {
        lines.push(...splitter.push(text.subarray(i, i + size)).map((line) => Buffer.from(line).toString()));
      }
      expect(lines).toEqual(['one', 'two ä']);
    }
  });
});

describe('Pieces', () => {
  it('refuses more than an object can have', () => {
    const pieces = new Pieces();
    pieces.add(new Uint8Array(MAXIMUM_OBJECT_BYTES));
    expect(() => pieces.add(new Uint8Array(1))).toThrow(WireError);
  });
});
