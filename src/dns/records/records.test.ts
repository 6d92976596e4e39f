import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalDataOctets } from '../canonical.ts';
import { CLASS } from '../codes.ts';
import type { ResourceRecord } from '../message.ts';
import { DomainName } from '../name.ts';
import { parseRecord, printRecord } from '../presentation.ts';
import { WireError, WireReader } from '../reader.ts';
import { typeName } from '../types.ts';
import { WireWriter } from '../writer.ts';
import { dataLength, readData, writeData } from './data.ts';
import { recordTypes } from './registry.ts';
import { recordVectors } from './testing/vectors.ts';

const owner = DomainName.parse('o.');

function read(type: number, octets: Uint8Array): ResourceRecord {
  const data = readData(new WireReader(octets), type, CLASS.IN, octets.length);
  return { name: owner, type, class: CLASS.IN, ttl: 1, data };
}

function write(record: ResourceRecord, compress = false): Uint8Array {
  const writer = new WireWriter({ compress });
  writeData(writer, record);
  return writer.written;
}

describe.each(recordVectors)('$text', ({ text, hex }) => {
  const parsed = parseRecord(`o. 1 IN ${text}`);

  it('text to wire', () => expect(Buffer.from(write(parsed)).toString('hex')).toBe(hex));

  it('wire to text', () => expect(printRecord(read(parsed.type, Buffer.from(hex, 'hex')))).toBe(`o. 1 IN ${text}`));

  it('text to text', () => expect(printRecord(parsed)).toBe(`o. 1 IN ${text}`));

  it('length without writing', () => expect(dataLength(parsed)).toBe(hex.length / 2));

  it('RFC 3597 form', () => {
    expect(parseRecord(`o. 1 IN ${typeName(parsed.type)} \\# ${hex.length / 2} ${hex}`)).toEqual(parsed);
    expect(parseRecord(`o. 1 CLASS1 TYPE${parsed.type} \\# ${hex.length / 2} ${hex}`)).toEqual(parsed);
  });

  it('canonical form is a fixed point', () => {
    const canonical = canonicalDataOctets(parsed);
    expect(canonicalDataOctets(read(parsed.type, canonical))).toEqual(canonical);
  });

  it('cut data are no data, or other data', () => {
    for (let length = 0; length < hex.length / 2; length++) {
      try {
        expect(write(read(parsed.type, Buffer.from(hex.slice(0, length * 2), 'hex'))).length).toBe(length);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }
  });
});

it('has vectors for every type', () => {
  const covered = new Set(recordVectors.map(({ text }) => text.split(' ')[0]));
  expect(recordTypes.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
});

describe('laws', () => {
  const vectors = recordVectors.map(({ text, hex }) => ({
    type: parseRecord(`o. 1 IN ${text}`).type,
    octets: Buffer.from(hex, 'hex'),
  }));
  const mutated = fc
    .tuple(fc.constantFrom(...vectors), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
    .map(([{ type, octets }, changes]) => {
      const copy = Uint8Array.from(octets);
      for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
      return { type, octets: copy };
    });
  const random = fc.record({
    type: fc.constantFrom(...recordTypes.map(({ code }) => code)),
    octets: fc.uint8Array({ maxLength: 40 }),
  });

  it('what can be read survives writing, and printing and parsing', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, random), ({ type, octets }) => {
        let record: ResourceRecord;
        try {
          record = read(type, octets);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          return;
        }
        const written = write(record);
        expect(dataLength(record)).toBe(written.length);
        expect(write(read(type, written))).toEqual(written);
        const text = printRecord(record);
        const parsed = parseRecord(text);
        expect(printRecord(parsed)).toBe(text);
        expect(write(parsed)).toEqual(written);
      }),
      { numRuns: 3000 },
    );
  });
});
