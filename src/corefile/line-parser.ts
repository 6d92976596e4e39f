import type { Word } from './lexer.ts';
import { quoteText } from './problem.ts';
import type { Line, Token } from './tree.ts';
import type { WordReader } from './word-reader.ts';

/** No plugin has a block within a block within a block; and a text of a million braces must not exhaust the stack. */
const MAXIMUM_DEPTH = 8;

interface Block {
  readonly lines: readonly Line[];
  readonly closing: Token | undefined;
}

/** Reads a directive with its block, and the lines of that block, which have the same form. */
export class LineParser {
  readonly #reader: WordReader;
  #endedInside = false;

  constructor(reader: WordReader) {
    this.#reader = reader;
  }

  /** Did the file end inside the block of a directive? That is reported then. */
  get endedInside(): boolean {
    return this.#endedInside;
  }

  /** Reads a line whose name is the next word; `depth` is 0 for directives. */
  parse(depth: number): Line | undefined {
    const first = this.#reader.take();
    if (first === undefined) return undefined;
    const name = this.#reader.token(first);
    const given: Token[] = [];
    for (let word = this.#reader.peek(); word !== undefined; word = this.#reader.peek()) {
      if (word.text === '{') return this.#parseWithBlock(name, given, word, depth);
      if (word.startsLine || (word.text === '}' && depth === 0)) break;
      this.#reader.take();
      if (isJoinedBrace(word)) this.#warnOfJoinedBrace(word);
      given.push(this.#reader.token(word));
      if (word.text === '}') {
        this.#reader.reporter.warning(
          'corefile/closing-brace',
          `this "}" ends the block, but is also an argument of ${quoteText(name.text)}`,
          word.place,
          'put it on a line of its own',
        );
        break;
      }
    }
    return { name, arguments: given, block: undefined };
  }

  #parseWithBlock(name: Token, given: readonly Token[], brace: Word, depth: number): Line {
    const { reporter } = this.#reader;
    if (brace.startsLine) {
      reporter.error(
        'corefile/brace-on-own-line',
        `the "{" of ${quoteText(name.text)} stands on a line of its own`,
        brace.place,
        `put it at the end of the line of ${quoteText(name.text)}`,
      );
    }
    const opening = this.#reader.token(brace);
    if (depth >= MAXIMUM_DEPTH) {
      reporter.error('corefile/nesting', `blocks are nested more than ${MAXIMUM_DEPTH} deep`, brace.place);
      this.#reader.takeBlock();
      return { name, arguments: given, block: [], opening };
    }
    this.#reader.take();
    const { lines, closing } = this.#parseBlock(name, brace, depth + 1);
    return { name, arguments: given, block: lines, opening, ...(closing === undefined ? {} : { closing }) };
  }

  #parseBlock(name: Token, opening: Word, depth: number): Block {
    const lines: Line[] = [];
    for (let word = this.#reader.peek(); word !== undefined; word = this.#reader.peek()) {
      if (word.text === '}') {
        this.#reader.take();
        return { lines, closing: this.#reader.token(word) };
      }
      if (word.text === 'import' && word.startsLine) {
        this.#reader.import();
      } else if (word.text === '{') {
        this.#reader.reporter.error('corefile/unexpected-brace', 'this "{" opens the block of nothing', word.place);
        this.#reader.takeBlock();
      } else {
        if (isJoinedBrace(word)) this.#warnOfJoinedBrace(word);
        const line = this.parse(depth);
        if (line !== undefined) lines.push(line);
        // A brace that is an argument ends the block all the same.
        if (line?.block === undefined && this.#reader.last?.text === '}') return { lines, closing: undefined };
      }
    }
    if (!this.#endedInside) {
      this.#endedInside = true;
      this.#reader.reporter.error(
        'corefile/unclosed-block',
        `the block of ${quoteText(name.text)} is never closed`,
        opening.place,
        'add a "}" on a line of its own where it ends',
      );
    }
    return { lines, closing: undefined };
  }

  #warnOfJoinedBrace(word: Word): void {
    this.#reader.reporter.warning(
      'corefile/joined-brace',
      `${quoteText(word.text)} is one word, so its brace opens or closes nothing`,
      word.place,
      'put a space before "{" and "}" on a line of its own, or the word in double quotes if it is meant',
    );
  }
}

/** Does a word look as if a brace at its end or start were meant as a brace? */
function isJoinedBrace({ text, quoted, startsLine }: Word): boolean {
  if (quoted || text.length < 2) return false;
  return text === '{}' || (text.endsWith('{') && !text.endsWith('{{')) || (startsLine && text.startsWith('}'));
}
