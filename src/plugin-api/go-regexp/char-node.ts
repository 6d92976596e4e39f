/** The entry of a table that stands for all characters above ASCII. */
export const NON_ASCII = 128;

/** One character of a pattern. */
export interface CharNode {
  readonly kind: 'char';
  /** It in JavaScript's syntax with flag `u`. */
  readonly source: string;
  /** Is it to be matched without regard to case? */
  readonly fold: boolean;
  /** 1 for every ASCII character that it matches; the last entry is 1 if it may match any other. */
  readonly table: Uint8Array;
  /** Matches texts of one character. */
  readonly matcher: RegExp;
}

/** A character, or characters between brackets, none of them above ASCII. */
const ASCII_SOURCE = /^\[?(?:[\w -]|\\[tnfr]|\\u\{[0-7]?[0-9a-f]\})+\]?$/;

export function makeCharNode(source: string, fold: boolean): CharNode {
  const table = new Uint8Array(NON_ASCII + 1);
  const matcher = new RegExp(`^${source}$`, fold ? 'iu' : 'u');
  for (let code = 0; code < NON_ASCII; code++) table[code] = matcher.test(String.fromCharCode(code)) ? 1 : 0;
  // Without regard to case, k and s have partners above ASCII.
  table[NON_ASCII] = ASCII_SOURCE.test(source) && !fold ? 0 : 1;
  return { kind: 'char', source, fold, table, matcher };
}
