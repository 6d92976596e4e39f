import type { CharNode } from './syntax.ts';

/** The entry of a table that stands for all characters above ASCII. */
export const NON_ASCII = 128;

/** A character, or characters between brackets, none of them above ASCII. */
const ASCII_SOURCE = /^\[?(?:[\w -]|\\[tnfr]|\\u\{[0-7]?[0-9a-f]\})+\]?$/;

/** 1 for every ASCII character that `node` matches; the last entry is 1 if it may match any other. */
export function characterTable(node: CharNode): Uint8Array {
  const table = new Uint8Array(NON_ASCII + 1);
  const matcher = characterMatcher(node);
  for (let code = 0; code < NON_ASCII; code++) table[code] = matcher.test(String.fromCharCode(code)) ? 1 : 0;
  // Without regard to case, k and s have partners above ASCII.
  table[NON_ASCII] = ASCII_SOURCE.test(node.source) && !node.fold ? 0 : 1;
  return table;
}

/** Matches texts of one character. */
export function characterMatcher(node: CharNode): RegExp {
  return new RegExp(`^${node.source}$`, node.fold ? 'iu' : 'u');
}
