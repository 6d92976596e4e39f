import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage } from './decode.ts';
import { encodeQuery } from './encode-query.ts';
import { encodedLength, encodeMessage, encodeWithin } from './encode.ts';
import type { Message } from './message.ts';
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

  it('a message that is asked of others is the same with id 0', () => {
    const plain = anyMessage.map((message) => ({ ...message, answers: [], authorities: [], additionals: [] }));
    fc.assert(
      fc.property(fc.oneof(anyMessage, plain), (message) => {
        const octets = encodeMessage({ ...message, id: 0 }, { compress: false });
        expect(Buffer.from(encodeQuery(message))).toEqual(Buffer.from(octets));
      }),
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
        let uncut = true;
        for (const section of ['answers', 'authorities', 'additionals'] as const) {
          const kept = cut[section].map(printRecord);
          expect(kept).toEqual(message[section].slice(0, kept.length).map(printRecord));
          if (!uncut) expect(kept).toEqual([]);
          uncut &&= kept.length === message[section].length;
        }
        expect(cut.truncated).toBe(!uncut);
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
});
