import { dirname, isAbsolute, join } from 'node:path';
import { isPattern, isPlainPattern, matchFiles } from './glob.ts';
import type { ImportSource } from './import-source.ts';
import { readWords, type Word } from './lexer.ts';
import { printPlace } from './place.ts';
import { quoteText } from './problem.ts';
import type { Reporter } from './reporter.ts';
import { suggest } from './suggest.ts';
import type { Token } from './tree.ts';
import type { Origin, WordStream } from './word-stream.ts';

/** Of all snippets together, while one file is parsed: CoreDNS's limit. */
const MAXIMUM_SNIPPET_IMPORTS = 10_000;
/** Of all files together, while one file is parsed: CoreDNS's limit. */
const MAXIMUM_FILE_IMPORTS = 100_000;

interface Snippet {
  readonly words: readonly Word[];
  readonly definition: Word;
}

/** Knows the snippets that are defined so far, and puts what is imported into the stream of words. */
export class Importer {
  readonly #stream: WordStream;
  readonly #source: ImportSource;
  readonly #reporter: Reporter;
  readonly #snippets = new Map<string, Snippet>();
  readonly #wordsOfFile = new Map<string, readonly Word[]>();
  #snippetImports = 0;
  #fileImports = 0;

  constructor(stream: WordStream, source: ImportSource, reporter: Reporter) {
    this.#stream = stream;
    this.#source = source;
    this.#reporter = reporter;
  }

  /** Absolute paths of the files that were imported, each once. */
  get files(): readonly string[] {
    return [...this.#wordsOfFile.keys()];
  }

  define(name: string, definition: Word, words: readonly Word[]): void {
    const earlier = this.#snippets.get(name);
    if (earlier !== undefined) {
      this.#reporter.error(
        'corefile/snippet-redefined',
        `the snippet ${quoteText(name)} is already defined at ${printPlace(earlier.definition.place)}`,
        definition.place,
        'give one of them another name',
      );
      return;
    }
    this.#snippets.set(name, { words, definition });
    // CoreDNS refuses this even when the snippet is never used.
    const self = words.find(
      ({ text }, i) => text === name && words[i - 1]?.text === 'import' && words[i - 1]?.startsLine,
    );
    if (self !== undefined) this.#reportCycle([name, name], self);
  }

  /** Lets the words that `argument`, the argument of an import, names come next in the stream. */
  expand(argument: Token): void {
    const name = argument.text;
    const origin = this.#stream.origin;
    const snippet = this.#snippets.get(name);
    if (snippet !== undefined) {
      const next: Origin = { kind: 'snippet', name, importedBy: origin };
      if (this.#isCycle(next, argument)) return;
      if (++this.#snippetImports > MAXIMUM_SNIPPET_IMPORTS) return this.#reportLimit(MAXIMUM_SNIPPET_IMPORTS, argument);
      this.#stream.insert(snippet.words, next);
      return;
    }
    const paths = this.#findFiles(argument);
    const words: { readonly words: readonly Word[]; readonly origin: Origin }[] = [];
    for (const path of paths) {
      const next: Origin = { kind: 'file', name: path, importedBy: origin };
      if (this.#isCycle(next, argument)) continue;
      if (++this.#fileImports > MAXIMUM_FILE_IMPORTS) return this.#reportLimit(MAXIMUM_FILE_IMPORTS, argument);
      words.push({ words: this.#readFile(path, argument), origin: next });
    }
    for (const inserted of words.toReversed()) this.#stream.insert(inserted.words, inserted.origin);
  }

  #findFiles(argument: Token): readonly string[] {
    const given = argument.text;
    const path = isAbsolute(given) ? given : join(dirname(this.#source.absolute(argument.place.file)), given);
    if (!isPlainPattern(path)) {
      this.#reporter.error(
        'corefile/import-pattern',
        `the pattern ${quoteText(path)} has more than one "*" or "?", or a "["`,
        argument.place,
        'use one "*" in the whole path, and several imports if need be',
      );
      return [];
    }
    const found = matchFiles(path, this.#source);
    if (found.length > 0) return found;
    if (isPattern(path)) {
      this.#reporter.warning(
        'corefile/import-no-match',
        `no file matches ${quoteText(path)}, so nothing is imported`,
        argument.place,
      );
    } else {
      this.#reporter.error(
        'corefile/import-not-found',
        `there is neither a snippet ${quoteText(given)} above nor a file ${quoteText(path)}`,
        argument.place,
        this.#whereItMayBe(argument),
      );
    }
    return [];
  }

  #whereItMayBe({ text, place }: Token): string {
    const near = suggest(text, this.#snippets.keys());
    if (near !== undefined) return `did you mean the snippet ${quoteText(near)}?`;
    return text.includes('/') || text.includes('.')
      ? `paths are relative to the folder of ${place.file}`
      : `define the snippet, (${text}) { … }, before it is used, or write the path of a file`;
  }

  #readFile(path: string, argument: Token): readonly Word[] {
    const known = this.#wordsOfFile.get(path);
    if (known !== undefined) return known;
    const text = this.#source.kind(path) === 'directory' ? new Error('it is a directory') : this.#source.read(path);
    if (typeof text !== 'string') {
      this.#reporter.error(
        'corefile/import-unreadable',
        `cannot import ${quoteText(path)}: ${text.message}`,
        argument.place,
      );
      return [];
    }
    const { words, problems } = readWords(text, path);
    this.#reporter.take(problems);
    this.#wordsOfFile.set(path, words);
    return words;
  }

  #isCycle(next: Origin, argument: Token): boolean {
    const names = [next.name];
    for (let origin = next.importedBy; origin !== undefined; origin = origin.importedBy) {
      names.unshift(origin.name);
      if (origin.kind !== next.kind || origin.name !== next.name) continue;
      this.#reportCycle(names, argument);
      return true;
    }
    return false;
  }

  #reportCycle(names: readonly string[], argument: { readonly place: Token['place'] }): void {
    this.#reporter.error(
      'corefile/import-cycle',
      `the import never ends: ${names.map(quoteText).join(' imports ')}`,
      argument.place,
      'remove one of these imports',
    );
  }

  #reportLimit(limit: number, argument: Token): void {
    this.#reporter.error('corefile/import-limit', `there are more than ${limit} imports`, argument.place);
  }
}
