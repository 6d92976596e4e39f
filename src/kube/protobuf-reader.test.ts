import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from './json.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { number, octets, text } from './testing/protobuf-encoder.ts';

function at(message: Buffer): ProtobufReader {
  const reader = new ProtobufReader();
  // What stands around the message is none of its business.
  reader.begin(Buffer.concat([Buffer.from('xx'), message, Buffer.from('xx')]), 2, 2 + message.length);
  return reader;
}

describe('ProtobufReader', () => {
  it.each([0, 1, 127, 128, 300, 65_535, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER])(
    'reads the number %i',
    (value) => {
      const reader = at(number(3, value));
      expect(reader.field()).toBe(3);
      expect(reader.number()).toBe(value);
      expect(reader.more(reader.position)).toBe(false);
    },
  );

  it('reads texts, maps and messages, and steps over the rest', () => {
    const fixed = [Buffer.from([0x09, 1, 2, 3, 4, 5, 6, 7, 8]), Buffer.from([0x0d, 1, 2, 3, 4])];
    const message = Buffer.concat([
      ...fixed,
      text(20, 'grün'),
      octets(4, [text(1, 'key'), number(9, 5), text(2, 'value')]),
      octets(5, [text(1, 'not this'), text(2, 'this')]),
      number(6, 1),
    ]);
    const reader = at(message);
    const read: unknown[] = [];
    while (reader.more(2 + message.length)) {
      const field = reader.field();
      if (field === 20) read.push(reader.text());
      else if (field === 4) read.push(reader.mapEntry());
      else if (field === 5) read.push(reader.textIn(2));
      else if (field === 6) read.push(reader.boolean());
      else reader.skip();
    }
    expect(read).toEqual(['grün', ['key', 'value'], 'this', true]);
  });

  it.each([
    ['a text that is longer than the message', Buffer.from([0x0a, 5, 0x61]), 'longer than the whole'],
    ['a number that is cut', Buffer.from([0x08, 0x80]), 'in the middle of a number'],
    ['a number without end', Buffer.from([0x08, ...Array.from({ length: 11 }, () => 0x80), 1]), 'more than 64 bits'],
    ['a fixed number that is cut', Buffer.from([0x0d, 1]), 'in the middle of a number'],
    ['a group', Buffer.from([0x0b]), 'unknown wire type 3'],
  ])('refuses %s', (_, message, problem) => {
    const reader = at(message);
    reader.field();
    expect(() => reader.skip()).toThrow(problem);
  });

  it('refuses a value of another type', () => {
    const reader = at(Buffer.concat([number(1, 5), text(2, 'x')]));
    reader.field();
    expect(() => reader.text()).toThrow('wire type 0 in place of 2');
    expect(reader.number()).toBe(5);
    reader.field();
    expect(() => reader.number()).toThrow('wire type 2 in place of 0');
  });

  it('takes any octets without looking beyond the message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (given) => {
        const reader = at(Buffer.from(given));
        const end = 2 + given.length;
        try {
          while (reader.more(end)) {
            if (reader.field() === 1) reader.textIn(1);
            else reader.skip();
          }
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
        expect(reader.position).toBeLessThanOrEqual(end + 8);
      }),
    );
  });
});
