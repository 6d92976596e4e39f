import { describe, expect, it } from 'vitest';
import { CLASS } from './codes.ts';
import { decodeMessage } from './decode.ts';
import { encodedLength, encodeMessage, encodeWithin } from './encode.ts';
import { createEdns, createMessage, type Message, type ResourceRecord } from './message.ts';
import { DomainName } from './name.ts';
import { parseRecord, printRecord } from './presentation.ts';
import { TXT } from './records/txt.ts';
import { TYPE } from './types.ts';

const NO_LIMIT = { compressAbove: 65_535 };
const questions = [{ name: DomainName.parse('web.shop.svc.cluster.local'), type: TYPE.A, class: CLASS.IN }];

function addresses(count: number, owner = 'web.shop.svc.cluster.local.'): ResourceRecord[] {
  return Array.from({ length: count }, (_, i) => parseRecord(`${owner} 5 IN A 10.0.0.${i}`));
}

const tsig = parseRecord('key. 0 ANY TSIG hmac-sha256. 1700000000 300 4 AQIDBA== 1234 NOERROR 0');

describe('encodeMessage', () => {
  it.each([
    [false, 97],
    [true, 71],
  ])('compress %s', (compress, length) => {
    const message = createMessage({ id: 7, response: true, questions, answers: addresses(1), edns: createEdns(1232) });
    const bytes = encodeMessage(message, { compress });
    expect(bytes.length).toBe(length);
    expect(decodeMessage(bytes).answers.map(printRecord)).toEqual(message.answers.map(printRecord));
  });

  it('puts OPT last, but before TSIG', () => {
    const message = createMessage({ additionals: [...addresses(1), tsig], edns: createEdns(4096) });
    const hex = Buffer.from(encodeMessage(message, { compress: false })).toString('hex');
    expect(hex.indexOf('0000291000')).toBeGreaterThan(hex.indexOf('0a000000'));
    expect(hex.indexOf('0000291000')).toBeLessThan(hex.indexOf('036b657900'));
    expect(decodeMessage(Buffer.from(hex, 'hex')).additionals.map(printRecord)).toEqual(
      message.additionals.map(printRecord),
    );
  });

  it('writes the upper rcode bits to OPT', () => {
    const message = createMessage({ rcode: 23, edns: createEdns(512, { dnssecOk: true }) });
    expect(decodeMessage(encodeMessage(message, { compress: true }))).toEqual(message);
  });

  it('writes to a given buffer', () => {
    const buffer = new Uint8Array(512);
    const bytes = encodeMessage(createMessage({ questions }), { compress: true, buffer });
    expect(bytes.buffer).toBe(buffer.buffer);
  });

  it.each([
    ['RCODE', createMessage({ rcode: 16 })],
    ['LENGTH', createMessage({ answers: Array.from({ length: 300 }, () => text('x'.repeat(240))) })],
    ['LENGTH', createMessage({ answers: [text('x'.repeat(256))] })],
    ['CHARACTER', createMessage({ answers: [text('☃')] })],
  ])('refuses what has no wire form: %s', (code, message) => {
    expect(() => encodeMessage(message, { compress: false })).toThrow(expect.objectContaining({ code }));
  });

  it('refuses data longer than their count', () => {
    const strings = Array.from({ length: 300 }, () => 'x'.repeat(250));
    const answers = [TXT.make(DomainName.root, 1, { strings })];
    expect(() => encodeMessage(createMessage({ answers }), { compress: false })).toThrow(
      expect.objectContaining({ code: 'LENGTH' }),
    );
  });
});

function text(string: string): ResourceRecord {
  return TXT.make(DomainName.root, 1, { strings: [string] });
}

const sizes = (message: Message, limit: number, compressAbove = 65_535): [number, number, number, boolean, number] => {
  const bytes = encodeWithin(message, limit, { compressAbove });
  const { answers, authorities, additionals, truncated } = decodeMessage(bytes);
  return [answers.length, authorities.length, additionals.length, truncated, bytes.length];
};

describe('encodeWithin', () => {
  // The front has 44 octets; an address 42 uncompressed and 16 compressed; OPT 11.
  const answers = addresses(30);

  it('does not compress what fits', () => {
    const message = createMessage({ questions, answers: addresses(5) });
    expect(encodeWithin(message, 512, NO_LIMIT)).toEqual(encodeMessage(message, { compress: false }));
    expect(encodeWithin(message, encodedLength(message), NO_LIMIT).length).toBe(encodedLength(message));
  });

  it('compresses what fits but is more than the network carries', () => {
    const message = createMessage({ questions, answers });
    expect(encodeWithin(message, 4096, { compressAbove: 1200 })).toEqual(encodeMessage(message, { compress: true }));
  });

  it('compresses what does not fit, and keeps TC as it is when that is enough', () => {
    const message = createMessage({ questions, answers: addresses(20) });
    expect(sizes(message, 512)).toEqual([20, 0, 0, false, 44 + 20 * 16]);
    expect(sizes({ ...message, truncated: true }, 512)).toEqual([20, 0, 0, true, 44 + 20 * 16]);
  });

  it('cuts after the last record that fits', () => {
    expect(sizes(createMessage({ questions, answers }), 512)).toEqual([29, 0, 0, true, 44 + 29 * 16]);
    expect(sizes(createMessage({ questions, answers }), 44 + 29 * 16)).toEqual([29, 0, 0, true, 44 + 29 * 16]);
    expect(sizes(createMessage({ questions, answers }), 44 + 29 * 16 - 1)).toEqual([28, 0, 0, true, 44 + 28 * 16]);
  });

  it('keeps room for OPT', () => {
    const message = createMessage({ questions, answers, edns: createEdns(512) });
    expect(sizes(message, 512)).toEqual([28, 0, 0, true, 44 + 28 * 16 + 11]);
    expect(decodeMessage(encodeWithin(message, 512, NO_LIMIT)).edns).toEqual(message.edns);
  });

  it.each([
    ['answers', { answers, authorities: addresses(1), additionals: addresses(1) }, [29, 0, 0]],
    ['authorities', { answers: addresses(1), authorities: answers, additionals: addresses(1) }, [1, 28, 0]],
    ['additionals', { answers: addresses(1), authorities: addresses(1), additionals: answers }, [1, 1, 27]],
  ])('tries no section after one that overflowed: %s', (_, sections, counts) => {
    expect(sizes(createMessage({ questions, ...sections }), 512).slice(0, 4)).toEqual([...counts, true]);
  });

  it('does not try smaller records after one that does not fit', () => {
    const long = TXT.make(questions[0]?.name ?? DomainName.root, 5, { strings: ['x'.repeat(250), 'y'.repeat(250)] });
    expect(sizes(createMessage({ questions, answers: [...addresses(1), long, ...addresses(1)] }), 512)).toEqual([
      1,
      0,
      0,
      true,
      60,
    ]);
  });

  it('never cuts a signed message', () => {
    const message = createMessage({ questions, answers, additionals: [tsig] });
    expect(encodeWithin(message, 512, NO_LIMIT)).toEqual(encodeMessage(message, { compress: false }));
  });
});
