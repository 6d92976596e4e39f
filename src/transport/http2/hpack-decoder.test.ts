import { describe, expect, it } from 'vitest';
import { HpackDecoder, HpackError } from './hpack-decoder.ts';
import { HuffmanCode } from './huffman.ts';

const huffman = new HuffmanCode();

function read(decoder: HpackDecoder, hex: string): string[] {
  const fields: string[] = [];
  const octets = Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
  decoder.decode(octets, 0, octets.length, ({ name, value }) => fields.push(`${name}: ${value}`));
  return fields;
}

const FIRST = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];
const THIRD = [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com'];

describe('HpackDecoder', () => {
  // RFC 7541 appendix C.2, C.3, C.4 and C.6.
  it.each<[what: string, blocks: readonly (readonly [hex: string, fields: readonly string[]])[]]>([
    [
      'a literal for the table',
      [['400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', ['custom-key: custom-header']]],
    ],
    ['a literal out of the table', [['040c 2f73 616d 706c 652f 7061 7468', [':path: /sample/path']]]],
    ['a literal that is never put there', [['1008 7061 7373 776f 7264 0673 6563 7265 74', ['password: secret']]]],
    [
      'blocks that build on one another',
      [
        ['8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', FIRST],
        ['8286 84be 5808 6e6f 2d63 6163 6865', [...FIRST, 'cache-control: no-cache']],
        [
          '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
          [...THIRD, 'custom-key: custom-value'],
        ],
      ],
    ],
    [
      'the same in Huffman code',
      [
        ['8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', FIRST],
        ['8286 84be 5886 a8eb 1064 9cbf', [...FIRST, 'cache-control: no-cache']],
        ['8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf', [...THIRD, 'custom-key: custom-value']],
      ],
    ],
    [
      'a table that grows smaller',
      [
        ['8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', FIRST],
        ['20 8286', [':method: GET', ':scheme: http']],
      ],
    ],
  ])('reads %s', (_what, blocks) => {
    const decoder = new HpackDecoder(huffman);
    for (const [hex, fields] of blocks) expect(read(decoder, hex)).toEqual(fields);
  });

  it('forgets the oldest entries when the table is full', () => {
    const decoder = new HpackDecoder(huffman);
    // 100 entries of 1 + 8 + 32 octets: 99 of them fit 4,096.
    for (let i = 0; i < 100; i++) read(decoder, `40 0161 08${Buffer.from(String(i).padStart(8, '0')).toString('hex')}`);
    expect(read(decoder, 'be')).toEqual(['a: 00000099']);
    expect(read(decoder, 'ff21')).toEqual(['a: 00000001']);
    expect(() => read(decoder, 'ff22')).toThrow(HpackError);
  });

  it('puts what is larger than the table nowhere', () => {
    const decoder = new HpackDecoder(huffman);
    read(decoder, '40 0161 0162');
    read(decoder, `40 0161 7f 811f${'62'.repeat(4096)}`);
    expect(() => read(decoder, 'be')).toThrow(HpackError);
  });

  it.each([
    ['index 0', '80'],
    ['an index beyond the table', 'be'],
    ['a name beyond the table', '7e0162'],
    ['a block that ends in an integer', 'ff'],
    ['a block that ends in a name', '400a6375'],
    ['a block that ends before a value', '400161'],
    ['an integer without end', 'ff8080808080808001'],
    ['a table larger than allowed', '3fe21f'],
    ['a change of the table behind a field', '8220'],
    ['a string that is no Huffman code', '4001618118'],
  ])('refuses %s', (_what, hex) => {
    expect(() => read(new HpackDecoder(huffman), hex)).toThrow(HpackError);
  });
});
