import { replaceEnvironment, type Environment } from './environment.ts';
import type { Importer } from './importer.ts';
import type { Word } from './lexer.ts';
import { quoteText } from './problem.ts';
import type { Reporter } from './reporter.ts';
import type { Token } from './tree.ts';
import type { WordStream } from './word-stream.ts';

/** What the parsers read from: the stream of words, and what has to be done with words wherever they stand. */
export class WordReader {
  readonly reporter: Reporter;
  readonly #stream: WordStream;
  readonly #importer: Importer;
  readonly #environment: Environment;
  #last: Word | undefined;

  constructor(stream: WordStream, importer: Importer, reporter: Reporter, environment: Environment) {
    this.#stream = stream;
    this.#importer = importer;
    this.reporter = reporter;
    this.#environment = environment;
  }

  peek(): Word | undefined {
    return this.#stream.peek();
  }

  take(): Word | undefined {
    const word = this.#stream.take();
    if (word !== undefined) this.#last = word;
    return word;
  }

  /** The word taken last; imports do not count. */
  get last(): Word | undefined {
    return this.#last;
  }

  /** The word with its environment variables replaced. */
  token(word: Word): Token {
    const { text, unset, endless } = replaceEnvironment(word.text, this.#environment);
    if (endless) {
      this.reporter.error(
        'corefile/environment-loop',
        `the environment variables in ${quoteText(word.text)} refer to themselves`,
        word.place,
        'give them values without such references',
      );
    }
    for (const name of unset) {
      this.reporter.warning(
        'corefile/environment-unset',
        `the environment variable ${quoteText(name)} is not set, so nothing stands in its place`,
        word.place,
      );
    }
    return { text, place: word.place, quoted: word.quoted };
  }

  /** Takes `import` and its argument, and lets what they stand for come next. */
  import(): void {
    const keyword = this.#stream.take();
    const word = this.#stream.peek();
    if (keyword === undefined) return;
    if (word === undefined || word.startsLine || word.text === '{' || word.text === '}') {
      this.#reportArguments('this import says not what to import', keyword);
      return;
    }
    this.#stream.take();
    const argument = this.token(word);
    const surplus = this.#stream.peek();
    if (surplus !== undefined && !surplus.startsLine) {
      this.#reportArguments('import takes only one argument', surplus);
      this.skipLine();
    } else if (argument.text === '') {
      this.#reportArguments('the name of what to import is empty', word);
    } else {
      this.#importer.expand(argument);
    }
  }

  define(name: string, definition: Word, words: readonly Word[]): void {
    this.#importer.define(name, definition, words);
  }

  /** Drops the rest of the line, with a block that opens on it, but not a brace that closes the block around it. */
  skipLine(): void {
    for (let word = this.peek(); word !== undefined && !word.startsLine; word = this.peek()) {
      if (word.text === '}') return;
      if (word.text === '{') this.takeBlock();
      else this.take();
    }
  }

  /**
   * Takes everything from the next word, a `{`, to the `}` that matches it, and returns what is between them. Without a
   * match it takes everything up to the end of the file and returns undefined.
   */
  takeBlock(): readonly Word[] | undefined {
    this.take();
    const words: Word[] = [];
    let depth = 1;
    for (let word = this.take(); word !== undefined; word = this.take()) {
      if (word.text === '{') depth++;
      else if (word.text === '}') depth--;
      if (depth === 0) return words;
      words.push(word);
    }
    return undefined;
  }

  #reportArguments(message: string, word: Word): void {
    this.reporter.error(
      'corefile/import-arguments',
      message,
      word.place,
      'write the name of one snippet, or the path or pattern of files',
    );
  }
}
