import { describe, expect, it } from 'vitest';
import { WireError, WireReader } from './reader.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('names', () => {
  it.each([
    ['root', '00', 0, '.', 1],
    ['plain', '03777777 076578616d706c65 00 ff', 0, 'www.example.', 13],
    ['a pointer', '026e73 00 c000', 4, 'ns.', 6],
    ['labels and a pointer', '026e73 00 0161 c000 ff', 4, 'a.ns.', 8],
    ['a pointer into a name', '0161 0162 00 c002', 5, 'b.', 7],
    ['a pointer to a name with a pointer', '0161 00 0162 c000 0163 c003', 7, 'c.b.a.', 11],
    ['a pointer to the root', '00 c000', 1, '.', 3],
    ['a pointer to a pointer', '0161 00 c000 c003', 5, 'a.', 7],
  ])('%s', (_, hex, offset, text, end) => {
    const reader = new WireReader(bytes(hex), offset);
    expect(reader.name().text).toBe(text);
    expect(reader.offset).toBe(end);
  });

  const long = `3f${'61'.repeat(63)}`.repeat(3);
  it.each([
    ['nothing', '', 0, 'CUT'],
    ['no root', '0161', 0, 'CUT'],
    ['a cut label', '0361', 0, 'CUT'],
    ['a cut pointer', '00 c0', 1, 'CUT'],
    ['a pointer to itself', 'c000', 0, 'POINTER'],
    ['a pointer forward', 'c002 00', 0, 'POINTER'],
    ['a loop through a label', '00 0161 c001', 1, 'POINTER'],
    ['a loop of two', '00 c003 c001', 3, 'POINTER'],
    ['a pointer to a label that is cut', '05616161 c000', 4, 'CUT'],
    ['label type 01', '41 61 00', 0, 'LABEL'],
    ['label type 10', '81 61 00', 0, 'LABEL'],
    ['256 octets', `${long} 3e ${'61'.repeat(62)} 00`, 0, 'NAME_TOO_LONG'],
    ['256 octets with a pointer', `${long}00 3e${'62'.repeat(62)} c000`, 193, 'NAME_TOO_LONG'],
    ['256 octets before a pointer to the root', `00 ${long} 3e${'62'.repeat(62)} c000`, 1, 'NAME_TOO_LONG'],
  ])('%s', (_, hex, offset, code) => {
    expect(() => new WireReader(bytes(hex), offset).name()).toThrow(expect.objectContaining({ code }));
  });

  it('takes 255 octets', () => {
    const reader = new WireReader(bytes(`${long} 3d${'61'.repeat(61)} 00 c000`));
    expect(reader.name().wire.length).toBe(255);
    expect(reader.name().wire.length).toBe(255);
  });

  it('shares the object of a name that is pointed to', () => {
    const reader = new WireReader(bytes('0161 00 0162 00 c000 c003 c000'));
    const [a, b] = [reader.name(), reader.name()];
    expect([reader.name(), reader.name(), reader.name()]).toEqual([a, b, a]);
  });

  it('does not let a name leave the limit, but its pointers may', () => {
    const reader = new WireReader(bytes('0161 00 c000 0162 00'), 3);
    reader.limit = 5;
    expect(reader.name().text).toBe('a.');
    reader.limit = 6;
    expect(() => reader.name()).toThrow(WireError);
  });

  it('gives up on lists of pointers that expand beyond reason', () => {
    const front = bytes(`0161 ${long} 00`);
    const data = new Uint8Array(200 + 6 * 9000);
    data.set(front);
    // To the name and to two of its labels in turn, so that none is the first one or the last one again.
    for (let at = 200; at < data.length; at += 6) data.set([0xc0, 0, 0xc0, 2, 0xc0, 66], at);
    const reader = new WireReader(data, 200);
    expect(() => {
      while (reader.remaining > 0) reader.name();
    }).toThrow(expect.objectContaining({ code: 'NAME_WORK' }));
  });

  it('keeps nothing of the bytes it was given', () => {
    const data = bytes('0161 00 c000 0102');
    const reader = new WireReader(data);
    const [plain, pointed, octets] = [reader.name(), reader.name(), reader.octets(2)];
    data.fill(0xff);
    expect([plain.text, pointed.text, [...octets]]).toEqual(['a.', 'a.', [1, 2]]);
  });
});

describe('numbers and octets', () => {
  it('reads them in order', () => {
    const reader = new WireReader(bytes('01 0203 fffefdfc 010203040506 616263 ff 0809'));
    expect(reader.uint8()).toBe(1);
    expect(reader.uint16()).toBe(0x0203);
    expect(reader.uint32()).toBe(0xfffefdfc);
    expect(reader.uint48()).toBe(0x010203040506);
    expect(reader.octetString(3)).toBe('abc');
    expect(reader.octets(1)).toEqual(Uint8Array.of(0xff));
    expect(reader.remaining).toBe(2);
    expect(reader.rest()).toEqual(Uint8Array.of(8, 9));
    expect(reader.rest()).toEqual(new Uint8Array(0));
  });

  it.each([
    ['uint8', 0, (reader: WireReader) => reader.uint8()],
    ['uint16', 1, (reader: WireReader) => reader.uint16()],
    ['uint32', 3, (reader: WireReader) => reader.uint32()],
    ['octets', 3, (reader: WireReader) => reader.octets(4)],
    ['octetString', 3, (reader: WireReader) => reader.octetString(4)],
  ])('%s stops at the limit', (_, limit, read) => {
    const reader = new WireReader(new Uint8Array(100));
    reader.limit = limit;
    expect(() => read(reader)).toThrow(expect.objectContaining({ code: 'CUT' }));
  });
});
