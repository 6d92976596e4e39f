import { TemplateError } from './value.ts';

export interface TemplateToken {
  readonly kind: 'field' | 'variable' | 'name' | 'string' | 'number' | 'operator';
  /** A field without its dot, a variable with its `$`, a string's content, a number as written. */
  readonly text: string;
  readonly number: number;
  /** Does it follow the token before without a blank? Then `.b` is a field of what stands before. */
  readonly attached: boolean;
}

/** A piece of a template: text, or what stands between `{{` and `}}`. */
export type Piece = { readonly text: string } | { readonly action: readonly TemplateToken[]; readonly source: string };

const WORDS: readonly [kind: TemplateToken['kind'], pattern: RegExp][] = [
  ['number', /[+-]?(?:0[xX][\dA-Fa-f_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/uy],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['variable', /\$[\p{L}\p{Nd}_]*/uy],
  ['name', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['operator', /:=|[=.|(),]/uy],
];

/** Cuts a template into pieces, blanks trimmed where `{{-` and `-}}` ask for it. Throws TemplateError. */
export function readPieces(template: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  let trim = false;
  for (;;) {
    const open = template.indexOf('{{', at);
    let text = template.slice(at, open < 0 ? undefined : open);
    if (trim) text = text.trimStart();
    if (open < 0) {
      if (text !== '') pieces.push({ text });
      return pieces;
    }
    at = open + 2;
    if (/^-\s/.test(template.slice(at, at + 2))) {
      text = text.trimEnd();
      at += 1;
    }
    if (text !== '') pieces.push({ text });
    const comment = /^\s?\/\*[^]*?\*\/(?:\s-)?\}\}/.exec(template.slice(at));
    if (comment !== null) {
      trim = comment[0].endsWith('-}}');
      at += comment[0].length;
      continue;
    }
    const found = readAction(template, at);
    trim = found.trim;
    pieces.push({ action: found.tokens, source: template.slice(open, found.end) });
    at = found.end;
  }
}

function readAction(template: string, start: number): { tokens: TemplateToken[]; end: number; trim: boolean } {
  const tokens: TemplateToken[] = [];
  let at = start;
  let attached = false;
  for (;;) {
    const end = /^(\s-)?\}\}/.exec(template.slice(at, at + 4));
    if (end !== null) return { tokens, end: at + end[0].length, trim: end[1] !== undefined };
    const char = template[at];
    if (char === undefined) throw new TemplateError('unclosed action');
    if (/\s/.test(char)) {
      attached = false;
      at++;
      continue;
    }
    const { token, length } = readToken(template, at, attached);
    tokens.push(token);
    at += length;
    attached = true;
  }
}

function readToken(template: string, at: number, attached: boolean): { token: TemplateToken; length: number } {
  const char = template[at] ?? '';
  if (char === '"' || char === '`' || char === "'") return readQuoted(template, at, attached);
  for (const [kind, pattern] of WORDS) {
    pattern.lastIndex = at;
    const found = pattern.exec(template)?.[0];
    if (found === undefined) continue;
    const number = kind === 'number' ? Number(found.replaceAll('_', '').replace(/^\+/, '')) : 0;
    const text = kind === 'field' ? found.slice(1) : found;
    return { token: { kind, text, number, attached }, length: found.length };
  }
  throw new TemplateError(`unexpected ${JSON.stringify(char)} in command`);
}

function readQuoted(template: string, at: number, attached: boolean): { token: TemplateToken; length: number } {
  const quote = template[at] ?? '';
  const pattern = quote === '`' ? /`([^`]*)`/uy : quote === '"' ? /"((?:[^"\\\n]|\\.)*)"/uy : /'((?:[^'\\\n]|\\.)+)'/uy;
  pattern.lastIndex = at;
  const found = pattern.exec(template);
  if (found === null)
    throw new TemplateError(quote === "'" ? 'unterminated character constant' : 'unterminated quoted string');
  const content = quote === '`' ? (found[1] ?? '') : unquote(found[1] ?? '');
  const character = quote === "'";
  const token: TemplateToken = {
    kind: character ? 'number' : 'string',
    text: content,
    number: character ? (content.codePointAt(0) ?? 0) : 0,
    attached,
  };
  return { token, length: found[0].length };
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

/** The content of a Go string literal. */
function unquote(content: string): string {
  return content.replace(
    /\\(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|([0-7]{3})|(.))/gsu,
    (_escape: string, hex2?: string, hex4?: string, hex8?: string, octal?: string, letter = '') => {
      const hex = hex2 ?? hex4 ?? hex8;
      const point = hex === undefined ? Number.parseInt(octal ?? 'x', 8) : Number.parseInt(hex, 16);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
      const value = ESCAPES[letter] ?? (/^[\\'"]$/.test(letter) ? letter : undefined);
      if (value === undefined) throw new TemplateError(`"\\${letter}" is no escape of a string`);
      return value;
    },
  );
}
