import { ExpressionError } from './value.ts';

export interface ExpressionToken {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'end';
  /** The name or operator; the content of a string. */
  readonly text: string;
  readonly number: number;
  /** Where it begins, in UTF-16 units. */
  readonly at: number;
}

// The longest operators stand first. `#` is the element in a predicate, `#acc` and `#index` what goes with it.
const OPERATORS = [
  '...',
  '..',
  '**',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '??',
  '?.',
  '|',
  '=',
  '<',
  '>',
  '!',
  '+',
  '-',
].concat(['*', '/', '%', '^', '?', ':', ';', ',', '.', '(', ')', '[', ']', '{', '}']);

const BLANK = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)+/uy;
const NAME = /(?:[A-Za-z_$]\w*|#\w*)/uy;
const NUMBER = /0[xX][\dA-Fa-f_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*(?:\.\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/uy;

/** The words of an expression, an `end` last. Throws ExpressionError. */
export function readTokens(text: string): ExpressionToken[] {
  const tokens: ExpressionToken[] = [];
  let at = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  for (;;) {
    take(BLANK);
    const start = at;
    const push = (kind: ExpressionToken['kind'], word: string, number = 0): number =>
      tokens.push({ kind, text: word, number, at: start });
    if (at >= text.length) {
      push('end', 'the end');
      return tokens;
    }
    const char = text[at] ?? '';
    const number = /[\d.]/.test(char) && !/^\.(?!\d)/.test(text.slice(at, at + 2)) ? take(NUMBER) : '';
    if (number !== '') {
      // `1..3` is a range, so a point before another one is none of the number's.
      push('number', number, Number(number.replaceAll('_', '')));
      continue;
    }
    const name = take(NAME);
    if (name !== '') {
      push('name', name);
      continue;
    }
    if (char === '"' || char === "'" || char === '`') {
      const [content, end] = readString(text, at);
      at = end;
      push('string', content);
      continue;
    }
    const operator = OPERATORS.find((candidate) => text.startsWith(candidate, at));
    if (operator === undefined) throw new ExpressionError(`"${char}" at character ${at + 1} means nothing`);
    at += operator.length;
    push('operator', operator);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function readString(text: string, start: number): [content: string, end: number] {
  const quote = text[start] ?? '';
  let content = '';
  for (let i = start + 1; i < text.length; i++) {
    const char = text[i] ?? '';
    if (char === quote) return [content, i + 1];
    if (char !== '\\' || quote === '`') {
      content += char;
      continue;
    }
    const code = /^\\(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|([0-7]{3}))/.exec(text.slice(i, i + 10));
    if (code !== null) {
      const hex = code[1] ?? code[2] ?? code[3];
      const point = hex === undefined ? Number.parseInt(code[4] ?? '', 8) : Number.parseInt(hex, 16);
      if (point > 0x10ffff) throw new ExpressionError(`${code[0]} is no character`);
      content += String.fromCodePoint(point);
      i += code[0].length - 1;
      continue;
    }
    const next = text[++i] ?? '';
    const value = ESCAPES[next] ?? (/^[\\'"`]$/.test(next) ? next : undefined);
    if (value === undefined) throw new ExpressionError(`"\\${next}" is no escape of a string`);
    content += value;
  }
  throw new ExpressionError(`the string at character ${start + 1} has no end`);
}
