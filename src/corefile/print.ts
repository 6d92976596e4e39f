import { readWords, type Comment, type Word } from './lexer.ts';

const INDENT = '    ';
/** Deeper blocks are not indented further: no plugin has them, and a text of braces must not grow with their square. */
const MAXIMUM_INDENT = 8;

/**
 * A Corefile in the one style: four spaces for each block, single spaces between words, `{` at the end of the line, `}`
 * on its own, at most one blank line, one behind each block of the file. Comments, quotes, imports, snippets and
 * references to environment variables stay as they are. What is parsed from it is the same, and printing it again
 * changes nothing. Of a text that has errors only the spaces can be relied on.
 */
export function printCorefile(text: string): string {
  const { words, comments } = readWords(text, '');
  const printer = new Printer();
  let next = 0;
  for (const [i, word] of words.entries()) {
    for (let comment = comments[next]; comment?.wordsBefore === i; comment = comments[++next]) {
      printer.addComment(comment);
    }
    printer.addWord(word);
  }
  for (const comment of comments.slice(next)) printer.addComment(comment);
  return printer.print();
}

interface OutputLine {
  readonly depth: number;
  readonly words: Word[];
  readonly comments: string[];
  /** Is there a blank line before it? */
  readonly apart: boolean;
}

class Printer {
  readonly #lines: OutputLine[] = [];
  #depth = 0;
  #inSnippet = false;
  /** What came last; comments at the end of its line do not count. */
  #after: 'start' | 'word' | 'opening' | 'closing' | 'comment' = 'start';
  /** The line of the file that the last word or comment ended on. */
  #lastLine = 0;

  addWord(word: Word): void {
    if (word.text === '{') this.#addOpening(word);
    else if (word.text === '}' && this.#depth > 0) this.#addClosing(word);
    else this.#addName(word);
    this.#lastLine = word.lastLine;
  }

  addComment(comment: Comment): void {
    const line = this.#lines.at(-1);
    if (line !== undefined && comment.line === this.#lastLine) {
      line.comments.push(comment.text);
      return;
    }
    this.#startLine(this.#isApart(comment.line)).comments.push(comment.text);
    this.#lastLine = comment.line;
    this.#after = 'comment';
  }

  print(): string {
    const text = this.#lines.map(printLine).join('');
    // Who reads it drops one byte order mark.
    return text.startsWith('\u{feff}') ? `\u{feff}${text}` : text;
  }

  #addName(word: Word): void {
    const betweenLines = this.#after === 'opening' || (this.#after === 'closing' && this.#depth === 0);
    // Within a line `import` is a word like others, so it must not come to start one.
    const startsLine = word.startsLine || (betweenLines && word.text !== 'import');
    this.#add(word, startsLine, this.#isApart(word.place.line));
    this.#after = 'word';
  }

  #addOpening(brace: Word): void {
    const keys = this.#lines.at(-1);
    if (this.#depth === 0) this.#inSnippet = keys?.words.length === 1 && /^\(.*\)$/s.test(keys.words[0]?.text ?? '');
    const joined = this.#depth === 0 && this.#after === 'word' && keys?.words[0]?.text !== 'import';
    this.#add(brace, (brace.startsLine && !joined) || this.#after !== 'word', this.#isApart(brace.place.line));
    this.#depth++;
    this.#after = 'opening';
  }

  #addClosing(brace: Word): void {
    // On the line of an option the brace is an argument, too, which it would not be on the next line.
    const startsLine = brace.startsLine || this.#after !== 'word' || (this.#depth === 1 && this.#inSnippet);
    this.#depth--;
    this.#add(brace, startsLine, false);
    this.#after = 'closing';
  }

  #add(word: Word, startsLine: boolean, apart: boolean): void {
    const line = startsLine ? undefined : this.#lines.at(-1);
    (line ?? this.#startLine(apart)).words.push(word);
  }

  #startLine(apart: boolean): OutputLine {
    const line: OutputLine = { depth: this.#depth, words: [], comments: [], apart };
    this.#lines.push(line);
    return line;
  }

  /** Does a blank line belong before what stands on this line of the file? */
  #isApart(line: number): boolean {
    if (this.#after === 'start' || this.#after === 'opening') return false;
    return line > this.#lastLine + 1 || (this.#after === 'closing' && this.#depth === 0);
  }
}

function printLine({ depth, words, comments, apart }: OutputLine): string {
  const indent = INDENT.repeat(Math.min(depth, MAXIMUM_INDENT));
  const parts = [...words.map((word) => word.source), ...comments];
  return `${apart ? '\n' : ''}${indent}${parts.join(' ')}\n`;
}
