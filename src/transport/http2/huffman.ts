/** The Huffman code of HPACK (RFC 7541 §5.2 and appendix B). */
export class HuffmanCode {
  /** For every eight bits that a code of at most eight begins: length << 8 | symbol; 0 where the code is longer. */
  readonly #short = new Uint16Array(256);
  /** For each length: the first code, the number of codes, and where their symbols start in `#symbols`. */
  readonly #first = new Uint32Array(LONGEST + 1);
  readonly #count = new Uint16Array(LONGEST + 1);
  readonly #offset = new Uint16Array(LONGEST + 1);
  readonly #symbols: Uint16Array;

  constructor() {
    // The code is canonical: within a length, codes follow the order of symbols.
    const symbols = Array.from(LENGTHS.keys()).toSorted((a, b) => lengthOf(a) - lengthOf(b) || a - b);
    this.#symbols = Uint16Array.from(symbols);
    let code = 0;
    let previous = 0;
    for (const [i, symbol] of symbols.entries()) {
      const length = lengthOf(symbol);
      code *= 2 ** (length - previous);
      if (length !== previous) {
        this.#first[length] = code;
        this.#offset[length] = i;
        previous = length;
      }
      this.#count[length] = (this.#count[length] ?? 0) + 1;
      if (length <= 8) {
        const begin = code << (8 - length);
        this.#short.fill((length << 8) | symbol, begin, begin + (1 << (8 - length)));
      }
      code++;
    }
  }

  /**
   * Decodes `input` from `start` to `end` into `output`, which has room for 8/5 of that, and returns the number of octets; -1 when that
   * is no Huffman code.
   */
  decode(input: Uint8Array, start: number, end: number, output: Uint8Array): number {
    const bits = end * 8;
    let at = start * 8;
    let written = 0;
    while (at < bits) {
      const index = at >>> 3;
      // Beyond the end stand ones, as the padding has.
      const next = index + 1 < end ? (input[index + 1] ?? 0) : 0xff;
      const window = (((((input[index] ?? 0) << 8) | next) << (at & 7)) >>> 8) & 0xff;
      const left = bits - at;
      if (left < 8 && window === 0xff) return written;
      const short = this.#short[window] ?? 0;
      if (short !== 0) {
        at += short >>> 8;
        output[written++] = short;
      } else {
        const found = this.#long(input, at, bits, window);
        if (found < 0) return -1;
        at += found >>> 9;
        output[written++] = found;
      }
    }
    return at === bits ? written : -1;
  }

  /** A code of nine bits or more that begins with `code`: length << 9 | symbol; -1 for none. */
  #long(input: Uint8Array, at: number, bits: number, code: number): number {
    for (let length = 9; length <= LONGEST && at + length <= bits; length++) {
      const bit = at + length - 1;
      code = ((code << 1) | (((input[bit >>> 3] ?? 0) >>> (7 - (bit & 7))) & 1)) >>> 0;
      const index = code - (this.#first[length] ?? 0);
      if (index < 0 || index >= (this.#count[length] ?? 0)) continue;
      const symbol = this.#symbols[(this.#offset[length] ?? 0) + index] ?? END_OF_STRING;
      return symbol === END_OF_STRING ? -1 : (length << 9) | symbol;
    }
    return -1;
  }
}

const LONGEST = 30;
/** A symbol that must not occur (RFC 7541 §5.2). */
const END_OF_STRING = 256;

/** How many bits the code of each octet has, and that of the end of the string (RFC 7541 appendix B). */
// oxfmt-ignore
const LENGTHS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

function lengthOf(symbol: number): number {
  return LENGTHS[symbol] ?? LONGEST;
}
