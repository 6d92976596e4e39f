/** A text that is no regular expression in Go's syntax. */
export class RegExpSyntaxError extends Error {}

/** `\d` and its like: ASCII only in Go. */
export const PERL_CLASSES: ReadonlyMap<string, string> = new Map([
  ['d', '[0-9]'],
  ['D', '[^0-9]'],
  ['s', '[\\t\\n\\f\\r ]'],
  ['S', '[^\\t\\n\\f\\r ]'],
  ['w', '[0-9A-Za-z_]'],
  ['W', '[^0-9A-Za-z_]'],
]);

type Range = readonly [from: number, to: number];

const LAST_CODE_POINT = 0x10ffff;
const DIGIT: Range = [0x30, 0x39];
const UPPER: Range = [0x41, 0x5a];
const LOWER: Range = [0x61, 0x7a];

/** In ascending order, as `complement` needs them. */
const POSIX_CLASSES: ReadonlyMap<string, readonly Range[]> = new Map<string, readonly Range[]>([
  ['alnum', [DIGIT, UPPER, LOWER]],
  ['alpha', [UPPER, LOWER]],
  ['ascii', [[0, 0x7f]]],
  [
    'blank',
    [
      [0x09, 0x09],
      [0x20, 0x20],
    ],
  ],
  [
    'cntrl',
    [
      [0, 0x1f],
      [0x7f, 0x7f],
    ],
  ],
  ['digit', [DIGIT]],
  ['graph', [[0x21, 0x7e]]],
  ['lower', [LOWER]],
  ['print', [[0x20, 0x7e]]],
  [
    'punct',
    [
      [0x21, 0x2f],
      [0x3a, 0x40],
      [0x5b, 0x60],
      [0x7b, 0x7e],
    ],
  ],
  [
    'space',
    [
      [0x09, 0x0d],
      [0x20, 0x20],
    ],
  ],
  ['upper', [UPPER]],
  ['word', [DIGIT, UPPER, [0x5f, 0x5f], LOWER]],
  ['xdigit', [DIGIT, [0x41, 0x46], [0x61, 0x66]]],
]);

const PERL_RANGES: ReadonlyMap<string, readonly Range[]> = new Map<string, readonly Range[]>([
  ['d', [DIGIT]],
  [
    's',
    [
      [0x09, 0x0a],
      [0x0c, 0x0d],
      [0x20, 0x20],
    ],
  ],
  ['w', [DIGIT, UPPER, [0x5f, 0x5f], LOWER]],
]);

/** What stands for a character and where in the pattern it ends. */
interface Found {
  readonly source: string;
  readonly end: number;
}

/** A character as JavaScript's syntax writes it, within brackets and outside. */
export function escapeCodePoint(codePoint: number): string {
  const char = String.fromCodePoint(codePoint);
  return /[0-9A-Za-z_]/.test(char) ? char : `\\u{${codePoint.toString(16)}}`;
}

/** `[...]` that begins at `start`. Throws RegExpSyntaxError. */
export function readClass(text: string, start: number): Found {
  let at = start + 1;
  const negated = text[at] === '^';
  if (negated) at++;
  let source = '';
  let first = true;
  while (first || text[at] !== ']') {
    first = false;
    if (at >= text.length) throw new RegExpSyntaxError(`a "]" is missing for "${text.slice(start, start + 20)}"`);
    const set = readSet(text, at);
    if (set !== undefined) {
      source += set.source;
      at = set.end;
      continue;
    }
    const from = readMember(text, at);
    at = from.end;
    let to = from;
    if (text[at] === '-' && text[at + 1] !== ']' && at + 1 < text.length) {
      to = readMember(text, at + 1);
      at = to.end;
      if (to.codePoint < from.codePoint) {
        throw new RegExpSyntaxError(`"${text.slice(start, at + 1)}" has a range that runs backwards`);
      }
    }
    source += rangeSource([from.codePoint, to.codePoint]);
  }
  return { source: `[${negated ? '^' : ''}${source}]`, end: at + 1 };
}

/** A named set within brackets: `[:alpha:]`, `\d`, `\pL`. */
function readSet(text: string, at: number): Found | undefined {
  if (text.startsWith('[:', at)) {
    const close = text.indexOf(':]', at + 2);
    if (close < 0) return undefined;
    const given = text.slice(at + 2, close);
    const name = given.startsWith('^') ? given.slice(1) : given;
    const ranges = POSIX_CLASSES.get(name);
    if (ranges === undefined) throw new RegExpSyntaxError(`there is no class "[:${given}:]"`);
    return { source: rangesSource(name === given ? ranges : complement(ranges)), end: close + 2 };
  }
  if (text[at] !== '\\') return undefined;
  const letter = text[at + 1] ?? '';
  if (letter === 'p' || letter === 'P') return readUnicodeClass(text, at);
  const ranges = PERL_RANGES.get(letter.toLowerCase());
  if (ranges === undefined) return undefined;
  return { source: rangesSource(letter === letter.toLowerCase() ? ranges : complement(ranges)), end: at + 2 };
}

function readMember(text: string, at: number): { readonly codePoint: number; readonly end: number } {
  if (text[at] === '\\') return readEscape(text, at);
  const codePoint = text.codePointAt(at) ?? 0;
  return { codePoint, end: at + (codePoint > 0xffff ? 2 : 1) };
}

/** `\pL`, `\p{Greek}`, `\P{...}`, `\p{^...}`. Throws RegExpSyntaxError for a name that Unicode does not have. */
export function readUnicodeClass(text: string, start: number): Found {
  const match = /^\\([pP])(?:\{(\^?)(\w+)\}|(\w))/.exec(text.slice(start, start + 64));
  const shown = match?.[0] ?? text.slice(start, start + 4);
  const name = match?.[3] ?? match?.[4] ?? '';
  const letter = (match?.[1] === 'P') === (match?.[2] === '^') ? 'p' : 'P';
  for (const property of [name, `Script=${name}`]) {
    const source = `\\${letter}{${property}}`;
    // Go knows general categories and scripts by their one- or two-letter and long names respectively.
    if (match !== null && (property !== name || name.length <= 2 || name === 'Any') && isUnicodeSource(source)) {
      return { source, end: start + match[0].length };
    }
  }
  throw new RegExpSyntaxError(`there is no class "${shown}"`);
}

function isUnicodeSource(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

/** A single character written with the backslash at `at`. Throws RegExpSyntaxError. */
export function readEscape(text: string, at: number): { readonly codePoint: number; readonly end: number } {
  const rest = text.slice(at, at + 16);
  const simple = SIMPLE_ESCAPES.get(rest[1] ?? '');
  if (simple !== undefined) return { codePoint: simple, end: at + 2 };
  const octal = /^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (octal !== null) return { codePoint: Number.parseInt(octal[1] ?? '', 8), end: at + octal[0].length };
  const hex = /^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(rest);
  if (hex !== null) {
    const codePoint = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
    if (codePoint <= LAST_CODE_POINT) return { codePoint, end: at + hex[0].length };
  }
  const char = rest[1] ?? '';
  if (/^[1-9]$/.test(char)) throw new RegExpSyntaxError(`Go has no back-references ("\\${char}")`);
  if (/^[!-/:-@[-`{-~ ]$/.test(char)) return { codePoint: char.charCodeAt(0), end: at + 2 };
  throw new RegExpSyntaxError(`Go has no "\\${char}"`);
}

function complement(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  let next = 0;
  for (const [from, to] of ranges) {
    if (from > next) result.push([next, from - 1]);
    next = to + 1;
  }
  result.push([next, LAST_CODE_POINT]);
  return result;
}

function rangesSource(ranges: readonly Range[]): string {
  return ranges.map(rangeSource).join('');
}

function rangeSource([from, to]: Range): string {
  return from === to ? escapeCodePoint(from) : `${escapeCodePoint(from)}-${escapeCodePoint(to)}`;
}
