import type { Word } from './lexer.ts';
import { LineParser } from './line-parser.ts';
import { printPlace } from './place.ts';
import { quoteText } from './problem.ts';
import type { Line, Token } from './tree.ts';
import type { WordReader } from './word-reader.ts';

/** Reads the directives of a server block. */
export class DirectiveParser {
  readonly #reader: WordReader;
  readonly #lines: LineParser;

  constructor(reader: WordReader) {
    this.#reader = reader;
    this.#lines = new LineParser(reader);
  }

  /** Reads up to the `}` of the block, which is taken; without an opening brace up to the end of the file. */
  parse(keys: readonly Token[], opening: Word | undefined): readonly Line[] {
    const directives: Line[] = [];
    for (let word = this.#reader.peek(); word !== undefined; word = this.#reader.peek()) {
      if (word.text === '}') {
        this.#reader.take();
        if (opening === undefined) this.#reportSurplus(word);
        return directives;
      }
      if (word.text === 'import') {
        this.#reader.import();
      } else if (word.text === '{') {
        this.#reader.reporter.error(
          'corefile/unexpected-brace',
          'this "{" opens the block of nothing',
          word.place,
          'remove it and its "}"',
        );
        this.#reader.takeBlock();
      } else if (isJoinedBraces(word)) {
        this.#reportJoined(word);
        if (word.text.startsWith('}')) return directives;
      } else if (looksLikeKey(this.#reader.token(word).text)) {
        this.#reportStillOpen(keys, opening, word);
        return directives;
      } else {
        const line = this.#lines.parse(0);
        if (line !== undefined) directives.push(line);
        if (this.#endsHere(line)) return directives;
      }
    }
    if (opening !== undefined) this.#checkClosed(keys, opening, directives);
    return directives;
  }

  /** Checks what stands behind a directive on its line. True when that is a `}` that is best taken as the block's. */
  #endsHere(line: Line | undefined): boolean {
    const word = this.#reader.peek();
    if (line === undefined || word === undefined || word.startsLine) return false;
    if (word.text !== '}') {
      this.#reader.reporter.error(
        'corefile/after-block',
        `${quoteText(word.text)} stands behind the "}" of ${quoteText(line.name.text)}`,
        word.place,
        'put it on a line of its own',
      );
      this.#reader.skipLine();
      return false;
    }
    this.#reader.take();
    this.#reader.reporter.error(
      'corefile/closing-brace',
      `this "}" stands on the line of ${quoteText(line.name.text)}`,
      word.place,
      'put it on a line of its own',
    );
    // If another one follows, that one closes the block, and this one is too many.
    return this.#reader.peek()?.text !== '}';
  }

  #checkClosed(keys: readonly Token[], opening: Word, directives: readonly Line[]): void {
    if (this.#lines.endedInside) return;
    const { reporter } = this.#reader;
    const message = `the block of ${blockName(keys)} is never closed`;
    const hint = 'add a "}" on a line of its own where it ends';
    // CoreDNS looks only whether the last word of the file is a brace.
    if (this.#reader.last?.text === '}') {
      const closed = directives.at(-1);
      const reason = closed === undefined ? '' : `: the last "}" is that of ${quoteText(closed.name.text)}`;
      reporter.warning('corefile/unclosed-block', message + reason, opening.place, hint);
    } else {
      reporter.error('corefile/unclosed-block', message, opening.place, hint);
    }
  }

  #reportStillOpen(keys: readonly Token[], opening: Word | undefined, word: Word): void {
    const { reporter } = this.#reader;
    const name = quoteText(this.#reader.token(word).text);
    if (opening === undefined) {
      reporter.error(
        'corefile/brace-less',
        `${name} is no directive, and a file without braces has one server block only`,
        word.place,
        `put "{" behind ${blockName(keys)} and "}" where its block ends`,
      );
    } else {
      reporter.error(
        'corefile/unclosed-block',
        `${name} is no directive, and the block of ${blockName(keys)} that opens at ${printPlace(opening.place)} is not closed`,
        word.place,
        'add a "}" on the line before',
      );
    }
  }

  #reportJoined(word: Word): void {
    this.#reader.take();
    this.#reader.reporter.error(
      'corefile/joined-brace',
      `${quoteText(word.text)} is read as one word, not as braces`,
      word.place,
      'put each brace on a line of its own',
    );
    this.#reader.skipLine();
  }

  #reportSurplus(word: Word): void {
    this.#reader.reporter.warning(
      'corefile/unexpected-brace',
      'this "}" closes nothing, and ends the server block that has no braces',
      word.place,
      'remove it',
    );
  }
}

/** How messages name a server block: by its keys. */
function blockName(keys: readonly Token[]): string {
  return keys.length === 0 ? 'no zone' : quoteText(keys.map((key) => key.text).join(' '));
}

/** No directive has such a name: names are small letters, digits and underscores. */
function looksLikeKey(text: string): boolean {
  return /[.:/(]/.test(text);
}

function isJoinedBraces({ text, quoted }: Word): boolean {
  return !quoted && /^(?:\{[{}]|\}.)/s.test(text);
}
