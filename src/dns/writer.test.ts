import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainName } from './name.ts';
import { WireReader } from './reader.ts';
import { anyName } from './testing.ts';
import { WireWriter } from './writer.ts';

const name = (text: string): DomainName => DomainName.parse(text);

/** What the writer makes of names, in hexadecimal without the first 12 octets. */
function written(write: (writer: WireWriter) => void): string {
  const writer = new WireWriter({ compress: true });
  writer.octets(new Uint8Array(12));
  write(writer);
  return Buffer.from(writer.written.subarray(12)).toString('hex');
}

describe('numbers and octets', () => {
  it('writes them in order', () => {
    const writer = new WireWriter();
    writer.uint8(1);
    writer.uint16(0x0203);
    writer.uint32(0xfffefdfc);
    writer.uint48(0x010203040506);
    writer.characterString('ab\u00ff');
    writer.octets(Uint8Array.of(9));
    expect(Buffer.from(writer.written).toString('hex')).toBe('010203fffefdfc010203040506036162ff09');
  });

  it('grows and leaves a buffer that is too small', () => {
    const buffer = new Uint8Array(4);
    const writer = new WireWriter({ buffer });
    writer.uint32(0x01020304);
    expect(writer.written.buffer).toBe(buffer.buffer);
    writer.octets(new Uint8Array(5000).fill(7));
    expect(writer.length).toBe(5004);
    expect([...writer.written.subarray(0, 6)]).toEqual([1, 2, 3, 4, 7, 7]);
  });

  it('fills in lengths', () => {
    const writer = new WireWriter();
    const at = writer.openLength();
    writer.uint32(1);
    writer.closeLength(at);
    expect(Buffer.from(writer.written).toString('hex')).toBe('000400000001');
  });

  it.each([
    ['LENGTH', 'x'.repeat(256)],
    ['CHARACTER', '\u0100'],
  ])('refuses what is no character string: %s', (code, text) => {
    expect(() => new WireWriter().characterString(text)).toThrow(expect.objectContaining({ code }));
  });
});

describe('compression', () => {
  it.each([
    ['the whole name', ['a.b', 'a.b'], '0161016200c00c'],
    ['a suffix', ['a.b', 'c.b'], '01610162000163c00e'],
    ['the longest suffix', ['a.b', 'c.a.b', 'd.c.a.b'], '01610162000163c00c0164c011'],
    ['not across letter case', ['a.b', 'a.B'], '016101620001610142 00'],
    ['never the root', ['.', '.'], '0000'],
    ['not what only looks like a suffix', ['ab', 'b'], '0261620001 6200'],
  ])('%s', (_, names, hex) => {
    expect(
      written((writer) => {
        for (const text of names) writer.compressibleName(name(text));
      }),
    ).toBe(hex.replaceAll(' ', ''));
  });

  it('points to names that may not be compressed themselves', () => {
    expect(
      written((writer) => {
        writer.compressibleName(name('b'));
        writer.name(name('a.b'));
        writer.compressibleName(name('a.b'));
      }),
    ).toBe('01620001610162 00c00f'.replaceAll(' ', ''));
  });

  it('writes an object twice like two equal ones', () => {
    const same = name('a.b');
    expect(
      written((writer) => {
        writer.compressibleName(same);
        writer.compressibleName(same);
        writer.compressibleName(name('x'));
        writer.compressibleName(same);
      }),
    ).toBe('0161016200c00c017800c00c');
  });

  it('does not point beyond 14 bits', () => {
    const writer = new WireWriter({ compress: true });
    writer.octets(new Uint8Array(0x3fff));
    const far = name('a.b');
    writer.compressibleName(far);
    writer.compressibleName(far);
    writer.compressibleName(name('b'));
    const hex = Buffer.from(writer.written.subarray(0x3fff)).toString('hex');
    // The name itself starts at the last place that can be pointed to, its suffix no more.
    expect(hex).toBe('0161016200ffff016200');
  });

  it('forgets what is rolled back', () => {
    expect(
      written((writer) => {
        const kept = name('a.b');
        const undone = name('c.a.b');
        writer.compressibleName(kept);
        const mark = writer.length;
        writer.compressibleName(undone);
        writer.compressibleName(name('x.y'));
        writer.rollback(mark);
        writer.compressibleName(undone);
        writer.compressibleName(name('x.y'));
      }),
    ).toBe('01610162000163c00c0178017900');
  });

  it('survives any names, rollbacks among them', () => {
    const step = fc.record({ name: anyName, plain: fc.boolean(), undo: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const writer = new WireWriter({ compress: true });
        writer.octets(new Uint8Array(12));
        const kept: DomainName[] = [];
        for (const { name: next, plain, undo } of [...steps, ...steps]) {
          const mark = writer.length;
          if (plain) writer.name(next);
          else writer.compressibleName(next);
          if (undo) writer.rollback(mark);
          else kept.push(next);
        }
        const reader = new WireReader(writer.written, 12);
        for (const expected of kept) expect(reader.name().wire).toEqual(expected.wire);
        expect(reader.remaining).toBe(0);
      }),
    );
  });
});
