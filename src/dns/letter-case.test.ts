import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capitalsIn, hashName, isSameName, smallLetter } from './letter-case.ts';
import { DomainName } from './name.ts';

const OCTETS = Array.from({ length: 256 }, (_, octet) => octet);
const isCapital = (octet: number): boolean => octet >= 0x41 && octet <= 0x5a;

describe('letter case', () => {
  it('concerns the 26 letters alone', () => {
    expect(OCTETS.filter((octet) => smallLetter(octet) !== octet)).toEqual(OCTETS.filter(isCapital));
    for (const octet of OCTETS) expect(String.fromCharCode(smallLetter(octet))).toBe(asciiLower(octet));
  });

  it('is found in each octet of a word, whatever the others are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), (octets) => {
        const word = octets.reduce((sum, octet, i) => sum | (octet << (8 * i)), 0);
        const expected = octets.reduce((sum, octet, i) => (isCapital(octet) ? sum | (0x80 << (8 * i)) : sum), 0);
        expect(capitalsIn(word)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('hashName', () => {
  const anyLabels = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 6 });

  it('is the same for every letter case, and isSameName says so', () => {
    fc.assert(
      fc.property(anyLabels, fc.infiniteStream(fc.boolean()), fc.integer(), (labels, flips, seed) => {
        const name = wireOf(labels);
        const other = name.map((octet) =>
          /[a-z]/i.test(String.fromCharCode(octet)) && flips.next().value === true ? octet ^ 0x20 : octet,
        );
        expect(hashName(other, seed)).toBe(hashName(name, seed));
        expect(isSameName(Uint8Array.of(0, ...other), 1, name, 0, name.length)).toBe(true);
      }),
    );
  });

  it('differs for names that differ otherwise, also where only a bit that letters differ by does', () => {
    const names = [
      'a.example',
      '\\000.example',
      '0.example',
      '\\016.example',
      '@.example',
      '`.example',
      '[.example',
      '{.example',
    ];
    const hashes = names.map((text) => hashName(DomainName.parse(text).wire, 7));
    expect(new Set(hashes).size).toBe(names.length);
  });

  it('spreads numbered names, in the low bits too', () => {
    const count = 50_000;
    const slots = new Set<number>();
    for (let i = 0; i < count; i++)
      slots.add(hashName(DomainName.parse(`pod-${i}.outside.example`).wire, 1) & 0x1_ffff);
    // So many of 131,072 places are taken by 50,000 that fall at random.
    expect(slots.size).toBeGreaterThan(0.98 * 131_072 * (1 - Math.exp(-count / 131_072)));
  });

  it('depends on the seed', () => {
    const { wire } = DomainName.parse('www.example');
    expect(new Set(Array.from({ length: 100 }, (_, seed) => hashName(wire, seed))).size).toBe(100);
  });
});

function asciiLower(octet: number): string {
  const character = String.fromCharCode(octet);
  return octet < 128 ? character.toLowerCase() : character;
}

function wireOf(labels: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from([...labels.flatMap((label) => [label.length, ...label]), 0]);
}
