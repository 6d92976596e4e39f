import type { CorefileProblemCode } from './corefile-problems.ts';
import type { Place } from './place.ts';
import { quoteText, type Problem } from './problem.ts';

/** A word as it is written, environment variables not yet replaced. */
export interface Word {
  /** Without quotes and escapes. */
  readonly text: string;
  /** As it has to be written to be read again as the same word. */
  readonly source: string;
  readonly place: Place;
  readonly quoted: boolean;
  /** Is it the first on its line? Words behind the closing quote of a string of several lines are not. */
  readonly startsLine: boolean;
  /** The line that it ends on: another than `place.line` for a string of several lines. */
  readonly lastLine: number;
}

/** A comment with its `#`, without its line end. */
export interface Comment {
  readonly text: string;
  readonly line: number;
  /** How many words of the file stand before it. */
  readonly wordsBefore: number;
}

/** The words and comments of a file, in order. */
export interface Words {
  readonly words: readonly Word[];
  readonly comments: readonly Comment[];
  /** Warnings only: every text can be cut into words. */
  readonly problems: readonly Problem[];
}

// Unicode's White_Space, which differs from JavaScript's \s in U+0085 and U+FEFF.
const WHITE_SPACE = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** How far behind a comment the next word of its line is looked for, to name it in a warning. */
const LOOK_AHEAD = 200;

/**
 * Cuts a text into words. White space separates; `#` starts a comment, even inside a word, where it reaches only up to
 * the next white space; `"` quotes, only at the start of a word, and `\"` is the one escape. Carriage returns outside
 * of quotes count for nothing, and neither does a byte order mark at the start.
 */
export function readWords(text: string, file: string): Words {
  return new Lexer(text.startsWith('\u{feff}') ? text.slice(1) : text, file).read();
}

class Lexer {
  readonly #text: string;
  readonly #file: string;
  readonly #words: Word[] = [];
  readonly #comments: Comment[] = [];
  readonly #problems: Problem[] = [];
  #position = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  read(): Words {
    while (this.#position < this.#text.length) {
      const character = this.#text.charAt(this.#position);
      if (character === '#') this.#readComment();
      else if (character === '"') this.#readQuoted();
      else if (WHITE_SPACE.test(character)) this.#skip(character);
      else this.#readWord();
    }
    return { words: this.#words, comments: this.#comments, problems: this.#problems };
  }

  #skip(character: string): void {
    this.#position++;
    if (character === '\n') {
      this.#line++;
      this.#lineStart = this.#position;
    }
  }

  #readComment(): void {
    const end = this.#text.indexOf('\n', this.#position);
    this.#addComment(end === -1 ? this.#text.length : end);
  }

  /** The comment that a `#` inside a word starts ends at the next white space; what follows is words again. */
  #readCutComment(word: Word): void {
    const end = this.#endOfWord(this.#position);
    this.#addComment(end);
    const rest = /^[^\S\n]*([^\s#]\S*)/.exec(this.#text.slice(end, end + LOOK_AHEAD))?.[1];
    if (rest !== undefined) {
      this.#warn(
        'corefile/comment-in-word',
        `a comment that starts inside a word ends at the next space: ${quoteText(rest)} is not part of it`,
        word.place,
        'put a space before the "#"',
      );
    } else if (word.text !== '{' && word.text !== '}') {
      this.#warn(
        'corefile/comment-in-word',
        `the word ends at the "#": it is ${quoteText(word.text)}`,
        word.place,
        'put a space before the "#", or the whole word in double quotes if the "#" belongs to it',
      );
    }
  }

  #addComment(end: number): void {
    const text = this.#text.slice(this.#position, end).replaceAll('\r', '').trimEnd();
    this.#comments.push({ text, line: this.#line, wordsBefore: this.#words.length });
    this.#position = end;
  }

  /** Where the next white space is that separates words. */
  #endOfWord(start: number): number {
    let end = start;
    while (end < this.#text.length) {
      const character = this.#text.charAt(end);
      if (character !== '\r' && WHITE_SPACE.test(character)) break;
      end++;
    }
    return end;
  }

  #readWord(): void {
    const start = this.#position;
    const wordEnd = this.#endOfWord(start);
    const hash = this.#text.slice(start, wordEnd).indexOf('#');
    const written = this.#text.slice(start, hash === -1 ? wordEnd : start + hash);
    const text = written.replaceAll('\r', '');
    const place = this.#place(start, written.replace(/\r+$/, '').length);
    this.#position = start + written.length;
    const word = this.#addWord(text, text, place, false);
    if (hash !== -1) this.#readCutComment(word);
  }

  #readQuoted(): void {
    const start = this.#position;
    const { text, end, closed } = this.#quotedText(start + 1);
    const written = this.#text.slice(start, end);
    const place = this.#place(start, /^[^\r\n]*/.exec(written)?.[0].length ?? 1);
    for (let i = start; i < end; i++) {
      if (this.#text.charAt(i) !== '\n') continue;
      this.#line++;
      this.#lineStart = i + 1;
    }
    this.#position = end;
    if (!closed) {
      this.#warn(
        'corefile/unclosed-quote',
        'this string is never closed: it reaches to the end of the file',
        { ...place, length: 1 },
        'write a double quote where it ends',
      );
    }
    // An empty string without end is no word.
    if (closed || text !== '') {
      this.#addWord(text, closed ? written : `"${text.replaceAll('"', '\\"')}"`, place, true);
    }
  }

  #quotedText(start: number): { text: string; end: number; closed: boolean } {
    let text = '';
    for (let i = start; i < this.#text.length; i++) {
      const character = this.#text.charAt(i);
      if (character === '"') return { text, end: i + 1, closed: true };
      if (character !== '\\') {
        text += character;
        continue;
      }
      const escaped = this.#text.charAt(++i);
      // A backslash that ends the file escapes nothing and is dropped.
      if (escaped !== '') text += escaped === '"' ? '"' : `\\${escaped}`;
    }
    return { text, end: this.#text.length, closed: false };
  }

  /** The line must be that of the word's last character, its place that of the first one. */
  #addWord(text: string, source: string, place: Place, quoted: boolean): Word {
    const startsLine = place.line !== this.#words.at(-1)?.lastLine;
    const word: Word = { text, source, place, quoted, startsLine, lastLine: this.#line };
    this.#words.push(word);
    return word;
  }

  #place(start: number, length: number): Place {
    return { file: this.#file, line: this.#line, column: start - this.#lineStart + 1, length };
  }

  #warn(code: CorefileProblemCode, message: string, place: Place, hint: string): void {
    this.#problems.push({ severity: 'warning', code, message, place, hint });
  }
}
