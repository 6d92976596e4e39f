import { DomainName, NameSyntaxError } from './name.ts';

/** A text that is no record. `position` counts UTF-16 units from the start of the text. */
export class RecordSyntaxError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'RecordSyntaxError';
    this.position = position;
  }
}

/** A word or quoted string of a zone file: escapes are still in `text`, the quotes are not. */
export interface Token {
  readonly text: string;
  readonly quoted: boolean;
  readonly position: number;
}

/** An entry of a zone file; parentheses may have drawn several lines together. */
export interface Entry {
  readonly tokens: readonly Token[];
  /** The entry begins with white space: the owner is that of the entry before (RFC 1035 §5.1). */
  readonly indented: boolean;
  /** Where the entry ends. */
  readonly end: number;
}

/** White space, parentheses and comments end a word; a quote begins a string only at the start of a token. */
const WORD_END = new Set([' ', '\t', '\r', '\n', '(', ')', ';']);

/** Splits master file text (RFC 1035 §5.1) into entries, without the empty ones. Throws RecordSyntaxError. */
export function* tokenize(text: string): Generator<Entry, void, undefined> {
  let tokens: Token[] = [];
  let indented = false;
  let lineStart = true;
  let open: number | undefined;
  let i = 0;
  while (i < text.length) {
    const character = text[i] ?? '';
    if (character === '\n' && open === undefined) {
      if (tokens.length > 0) yield { tokens, indented, end: i };
      tokens = [];
      lineStart = true;
      i++;
      continue;
    }
    if (lineStart) indented = character === ' ' || character === '\t';
    lineStart = false;
    if (character === ';') {
      const newline = text.indexOf('\n', i);
      i = newline < 0 ? text.length : newline;
    } else if (character === '(') {
      if (open !== undefined) throw new RecordSyntaxError('a parenthesis inside parentheses', i);
      open = i++;
    } else if (character === ')') {
      if (open === undefined) throw new RecordSyntaxError('a closing parenthesis that none opened', i);
      open = undefined;
      i++;
    } else if (WORD_END.has(character)) {
      i++;
    } else {
      const end = character === '"' ? stringEnd(text, i) : wordEnd(text, i);
      const quoted = character === '"';
      tokens.push({ text: quoted ? text.slice(i + 1, end - 1) : text.slice(i, end), quoted, position: i });
      i = end;
    }
  }
  if (open !== undefined) throw new RecordSyntaxError('a parenthesis is not closed', open);
  if (tokens.length > 0) yield { tokens, indented, end: text.length };
}

function stringEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i + 1;
  }
  throw new RecordSyntaxError('a quoted string is not closed', start);
}

/** SVCB values such as `alpn="h2,h3"` have their quotes in the middle of a word: those keep their quotes. */
function wordEnd(text: string, start: number): number {
  let i = start;
  while (i < text.length && !WORD_END.has(text[i] ?? '')) {
    if (text[i] === '"') i = stringEnd(text, i);
    else i += text[i] === '\\' ? 2 : 1;
  }
  return Math.min(i, text.length);
}

/** Walks the tokens of one entry. Every method throws RecordSyntaxError. */
export class TokenCursor {
  /** What relative names are relative to. */
  readonly origin: DomainName;
  readonly #entry: Entry;
  #index = 0;

  constructor(entry: Entry, origin: DomainName) {
    this.#entry = entry;
    this.origin = origin;
  }

  get done(): boolean {
    return this.#index >= this.#entry.tokens.length;
  }

  /** The next token, which stays the next; undefined at the end. */
  peek(): Token | undefined {
    return this.#entry.tokens[this.#index];
  }

  /** The next token; `what` names it in the error if there is none. */
  next(what: string): Token {
    const token = this.peek();
    if (token === undefined) throw new RecordSyntaxError(`${what} is missing`, this.#entry.end);
    this.#index++;
    return token;
  }

  /** All remaining words joined: base64 and hex may have gaps. */
  rest(what: string): Token {
    const first = this.next(what);
    let { text } = first;
    while (!this.done) text += this.next(what).text;
    return { text, quoted: first.quoted, position: first.position };
  }

  integer(what: string, maximum: number): number {
    const token = this.next(what);
    const value = Number(token.text);
    if (!/^\d+$/.test(token.text) || value > maximum) {
      throw new RecordSyntaxError(`${what} is no number from 0 to ${maximum}: ${token.text}`, token.position);
    }
    return value;
  }

  /** Seconds, as a number or in units: `1h30m` (s, m, h, d and w, in either case). */
  duration(what: string): number {
    const token = this.next(what);
    const seconds = parseDuration(token.text);
    if (seconds === undefined) {
      throw new RecordSyntaxError(`${what} is no time such as 3600 or 1h: ${token.text}`, token.position);
    }
    return seconds;
  }

  /** A name: `@` is the origin, one without a final dot is relative to it. */
  name(what: string): DomainName {
    return this.nameOf(this.next(what), what);
  }

  /** As `name`, for a token already taken. */
  nameOf(token: Token, what: string): DomainName {
    try {
      if (token.text === '@' && !token.quoted) return this.origin;
      if (this.origin.isRoot || isAbsolute(token.text)) return DomainName.parse(token.text);
      return this.origin.prepend(token.text);
    } catch (error) {
      if (!(error instanceof NameSyntaxError)) throw error;
      throw new RecordSyntaxError(`${what} is no name: ${error.message}`, token.position);
    }
  }

  /** The octets of the next token as a string of one UTF-16 unit each; escapes are resolved. */
  octetString(what: string): string {
    return unescape(this.next(what));
  }

  /** Throws unless all tokens have been taken. */
  expectEnd(): void {
    const token = this.peek();
    if (token !== undefined) throw new RecordSyntaxError(`more than the record needs: ${token.text}`, token.position);
  }
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds, as a number or in units: `1h30m`; undefined for anything else and for what 32 bits do not hold. */
export function parseDuration(text: string): number | undefined {
  if (text === '' || !/^(?:\d+[smhdw])*\d*$/i.test(text)) return undefined;
  let seconds = 0;
  for (const [, count = '', unit = ''] of text.matchAll(/(\d+)([smhdw]?)/gi)) {
    seconds += Number(count) * (UNIT_SECONDS[unit.toLowerCase()] ?? 1);
  }
  return seconds <= 0xffff_ffff ? seconds : undefined;
}

/** Does the text end with a dot that is not escaped? */
function isAbsolute(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\.$/.test(text);
}

/** `\DDD` is the octet of that value, `\X` is X; characters above U+007F stand for their UTF-8 octets. */
export function unescape(token: Token): string {
  const latin1 = /[^\0-\x7f]/.test(token.text) ? Buffer.from(token.text, 'utf8').toString('latin1') : token.text;
  if (!latin1.includes('\\')) return latin1;
  return latin1.replace(/\\(\d{3}|[^\d]|\d{0,2}|$)/g, (_, escape: string) => {
    if (/^\d{3}$/.test(escape) && Number(escape) <= 255) return String.fromCharCode(Number(escape));
    if (escape === '' || /^\d/.test(escape)) {
      throw new RecordSyntaxError('an escape needs three digits up to 255, as in \\032', token.position);
    }
    return escape;
  });
}

/** An octet string in quotes, with `"`, `\` and everything unprintable escaped. */
export function quote(octets: string): string {
  return `"${escapeOctets(octets)}"`;
}

/** As `quote`, without the quotes. */
export function escapeOctets(octets: string): string {
  if (!/[^ !#-[\]-~]/.test(octets)) return octets;
  return octets.replace(/[^ !#-[\]-~]/g, (octet) => {
    return octet === '"' || octet === '\\' ? `\\${octet}` : `\\${String(octet.charCodeAt(0)).padStart(3, '0')}`;
  });
}
