import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HuffmanCode } from './huffman.ts';

const code = new HuffmanCode();

/** The text, or undefined. */
function decode(hex: string): string | undefined {
  const input = Buffer.from(hex, 'hex');
  const output = Buffer.alloc(Math.ceil((input.length * 8) / 5));
  const length = code.decode(input, 0, input.length, output);
  return length < 0 ? undefined : output.toString('latin1', 0, length);
}

describe('HuffmanCode', () => {
  // RFC 7541 appendix C.4 and C.6.
  it.each([
    ['f1e3c2e5f23a6ba0ab90f4ff', 'www.example.com'],
    ['a8eb10649cbf', 'no-cache'],
    ['25a849e95ba97d7f', 'custom-key'],
    ['25a849e95bb8e8b4bf', 'custom-value'],
    ['6402', '302'],
    ['aec3771a4b', 'private'],
    ['d07abe941054d444a8200595040b8166e082a62d1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['9d29ad171863c78f0b97c8e9ae82ae43d3', 'https://www.example.com'],
    ['', ''],
  ])('reads %s', (hex, text) => {
    expect(decode(hex)).toBe(text);
  });

  it.each([
    ['padding of zeros', '18'],
    ['a whole octet of padding', 'f1e3c2e5f23a6ba0ab90f4ffff'],
    ['the end of the string', 'ffffffff'],
    ['nothing but padding', 'ff'],
  ])('refuses %s', (_what, hex) => {
    expect(decode(hex)).toBeUndefined();
  });

  it('stays within the room that it says it needs', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        const output = new Uint8Array(Math.ceil((input.length * 8) / 5) + 1).fill(0xaa);
        const length = code.decode(input, 0, input.length, output);
        expect(length).toBeLessThan(output.length);
        expect(output.at(-1)).toBe(0xaa);
      }),
    );
  });
});
