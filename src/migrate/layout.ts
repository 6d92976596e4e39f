import { readWords, type Word } from '../corefile/lexer.ts';
import type { Place } from '../corefile/place.ts';
import { type Line, type ServerBlock, tokensOf, type Token } from '../corefile/tree.ts';

/** A word and where it is in the text: from `start` to before `end`. */
interface Written {
  readonly word: Word;
  readonly start: number;
  readonly end: number;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where the parts of a tree are in the text of their file. */
export class Layout {
  readonly text: string;
  readonly file: string;
  readonly newline: string;
  readonly #words: readonly Written[];
  readonly #indexes: ReadonlyMap<string, number>;

  /** `text` has no byte order mark, and no string that is never closed. */
  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
    this.newline = text.includes('\r\n') ? '\r\n' : '\n';
    this.#words = measure(text, readWords(text, file).words);
    this.#indexes = new Map(this.#words.map(({ word }, i) => [keyOf(word.place), i]));
  }

  /** Is it written in this file, not in one that it imports? */
  has({ place }: Token): boolean {
    return place.file === this.file;
  }

  rangeOf(token: Token): Range {
    return this.#written(token);
  }

  /** A directive or option from its name to its last word or brace. */
  rangeOfLine(line: Line): Range {
    const { start } = this.#written(line.name);
    let end = start;
    for (const token of tokensOf(line)) {
      // What a snippet brings in is written further up.
      if (!this.has(token) || this.#written(token).start < start) continue;
      if (line.block === undefined && isClosing(token)) continue;
      end = Math.max(end, this.#written(token).end);
    }
    return { start, end };
  }

  /** The `{` and `}` of a server block; undefined when its keys are not in this file, or it has no braces. */
  bracesOf(block: ServerBlock): { readonly opening: Range; readonly closing: Range } | undefined {
    const key = block.keys.findLast((token) => this.has(token));
    if (key === undefined) return undefined;
    let i = this.#indexOf(key) + 1;
    for (let next = this.#words[i]; next !== undefined && next.word.text === ','; next = this.#words[i]) i++;
    const opening = this.#words[i];
    if (opening?.word.text !== '{') return undefined;
    let depth = 0;
    for (const written of this.#words.slice(i)) {
      if (written.word.text === '{') depth++;
      else if (written.word.text === '}') depth--;
      if (depth === 0) return { opening, closing: written };
    }
    return undefined;
  }

  /** The text of a directive or option as it is written, with its block. */
  sourceOf(line: Line): string {
    const { start, end } = this.rangeOfLine(line);
    return this.text.slice(start, end);
  }

  /** The text of a directive or option with `text` in place of one of its words. */
  sourceWith(line: Line, word: Token, text: string): string {
    const whole = this.rangeOfLine(line);
    const { start, end } = this.rangeOf(word);
    return this.text.slice(whole.start, start) + text + this.text.slice(end, whole.end);
  }

  /** A word as it is written, with quotes and references to environment variables. */
  wordOf(token: Token): string {
    if (!this.has(token)) return token.text;
    const { start, end } = this.rangeOf(token);
    return this.text.slice(start, end);
  }

  /** Is the directive written between the braces of the block, not in a snippet or another file? */
  isWithin(line: Line, block: ServerBlock): boolean {
    const braces = this.bracesOf(block);
    if (braces === undefined || !this.has(line.name)) return false;
    const { start } = this.rangeOf(line.name);
    return start > braces.opening.start && start < braces.closing.start;
  }

  startsLine(offset: number): boolean {
    return this.text.slice(this.lineStart(offset), offset).trim() === '';
  }

  lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Of the line's text, before its line end. */
  lineEnd(offset: number): number {
    const end = this.text.indexOf('\n', offset);
    if (end === -1) return this.text.length;
    return this.text.charAt(end - 1) === '\r' && end > offset ? end - 1 : end;
  }

  /** What stands between `offset` and the end of its line. */
  restOfLine(offset: number): string {
    return this.text.slice(offset, this.lineEnd(offset));
  }

  indentAt(offset: number): string {
    return /^[ \t]*/.exec(this.text.slice(this.lineStart(offset), offset))?.[0] ?? '';
  }

  /** The white space of one level: what directives of this file are indented by. */
  get unit(): string {
    let depth = 0;
    for (const { word, start } of this.#words) {
      if (word.text === '}') depth--;
      if (depth === 1 && word.startsLine && this.indentAt(start) !== '') return this.indentAt(start);
      if (word.text === '{') depth++;
    }
    return '    ';
  }

  #written(token: Token): Written {
    const written = this.#words[this.#indexOf(token)];
    if (written === undefined) throw new TypeError(`${token.text} is not in ${this.file}`);
    return written;
  }

  #indexOf({ place }: Token): number {
    return this.#indexes.get(keyOf(place)) ?? -1;
  }
}

function isClosing({ text, quoted }: Token): boolean {
  return text === '}' && !quoted;
}

function keyOf({ line, column }: Place): string {
  return `${line}:${column}`;
}

function measure(text: string, words: readonly Word[]): readonly Written[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return words.map((word) => {
    const start = (starts[word.place.line - 1] ?? 0) + word.place.column - 1;
    return { word, start, end: start + (word.quoted ? word.source.length : word.place.length) };
  });
}
