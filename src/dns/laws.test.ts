import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage } from './decode.ts';
import { encodedLength, encodeMessage, encodeWithin } from './encode.ts';
import { HEADER_LENGTH, type Message } from './message.ts';
import { parseRecord, printRecord } from './presentation.ts';
import { WireError } from './reader.ts';
import { anyMessage } from './testing.ts';

/** The message with names as text, so that what they have cached does not count. */
function plain(message: Message): unknown {
  return {
    ...message,
    questions: message.questions.map((question) => ({ ...question, name: question.name.text })),
    answers: message.answers.map(printRecord),
    authorities: message.authorities.map(printRecord),
    additionals: message.additionals.map(printRecord),
  };
}

describe('messages', () => {
  it('decode what was encoded, compressed or not', () => {
    fc.assert(
      fc.property(anyMessage, fc.boolean(), (message, compress) => {
        expect(plain(decodeMessage(encodeMessage(message, { compress })))).toEqual(plain(message));
      }),
      { numRuns: 300 },
    );
  });

  it('have the length that was computed, and are no longer compressed', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const length = encodedLength(message);
        expect(encodeMessage(message, { compress: false }).length).toBe(length);
        expect(encodeMessage(message, { compress: true }).length).toBeLessThanOrEqual(length);
      }),
      { numRuns: 300 },
    );
  });

  it('cut to a size keep to it and begin with the same records', () => {
    fc.assert(
      fc.property(anyMessage, fc.integer({ min: 1024, max: 2048 }), (whole, limit) => {
        const message = {
          ...whole,
          truncated: false,
          additionals: whole.additionals.filter(({ type }) => type !== 250),
        };
        const bytes = encodeWithin(message, limit, { compressAbove: 1480 });
        const cut = decodeMessage(bytes);
        expect(bytes.length).toBeLessThanOrEqual(limit);
        expect(cut.edns).toEqual(message.edns);
        let whole_ = true;
        for (const section of ['answers', 'authorities', 'additionals'] as const) {
          const kept = cut[section].map(printRecord);
          expect(kept).toEqual(message[section].slice(0, kept.length).map(printRecord));
          if (!whole_) expect(kept).toEqual([]);
          whole_ &&= kept.length === message[section].length;
        }
        expect(cut.truncated).toBe(!whole_);
      }),
      { numRuns: 300 },
    );
  });

  it('survive their text', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        for (const record of message.answers) {
          const text = printRecord(record);
          expect(printRecord(parseRecord(text))).toBe(text);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('untrusted bytes', () => {
  const damaged = fc
    .tuple(
      anyMessage,
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      fc.option(fc.nat(), { nil: undefined }),
    )
    .map(([message, compress, changes, cut]) => {
      const bytes = Uint8Array.from(encodeMessage(message, { compress }));
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return cut === undefined ? bytes : bytes.slice(0, cut % bytes.length);
    });
  const pointers = fc.array(fc.constantFrom(0xc0, 0xc1, 0x0c, 0x0d, 0x10, 0x00, 0x01, 0x3f), { maxLength: 300 });

  it('make a message or a WireError', () => {
    const bytes = fc.oneof(damaged, fc.uint8Array({ maxLength: 600 }), pointers.map(Uint8Array.from.bind(Uint8Array)));
    fc.assert(
      fc.property(bytes, (octets) => {
        let message: Message;
        try {
          message = decodeMessage(octets);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        // Whatever was understood can be said again.
        expect(plain(decodeMessage(encodeMessage(message, { compress: true })))).toEqual(plain(message));
      }),
      { numRuns: 2000 },
    );
  });

  it('are not expensive', () => {
    // A chain of pointers at the front, and records without end whose names and data are all pointers to its end.
    const chain = [...'a'.repeat(120)].flatMap((_, i) =>
      i === 0 ? [1, 0x61, 0] : [1, 0x61, 0xc0, 12 + 3 + (i - 1) * 4],
    );
    const bytes = new Uint8Array(65_535);
    bytes.set([0, 0, 0x80, 0, 0, 0, 0xff, 0xff]);
    bytes.set(chain.slice(0, 240), HEADER_LENGTH);
    const list = [0, 0, 55, 0, 1, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 0];
    for (let at = 300; at + 2 < bytes.length; at += 2) bytes.set([0xc0, 0xf8], at);
    bytes.set(list, 300);
    const start = performance.now();
    try {
      decodeMessage(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
    }
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
