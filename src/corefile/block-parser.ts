import { DirectiveParser } from './directive-parser.ts';
import type { Word } from './lexer.ts';
import { quoteText } from './problem.ts';
import type { ServerBlock, Token } from './tree.ts';
import type { WordReader } from './word-reader.ts';

interface Keys {
  readonly tokens: readonly Token[];
  /** The first word, even when it is none of the keys because it is empty. */
  readonly first: Word | undefined;
}

/** Reads what stands on the level of the file: server blocks, snippets, imports. */
export class BlockParser {
  readonly #reader: WordReader;
  readonly #directives: DirectiveParser;
  readonly #blocks: ServerBlock[] = [];

  constructor(reader: WordReader) {
    this.#reader = reader;
    this.#directives = new DirectiveParser(reader);
  }

  parse(): readonly ServerBlock[] {
    for (let word = this.#reader.peek(); word !== undefined; word = this.#reader.peek()) {
      if (word.text === '}') this.#dropBrace();
      else if (this.#isImport(word)) this.#reader.import();
      else this.#parseBlock();
    }
    return this.#blocks;
  }

  #parseBlock(): void {
    const { tokens: keys, first } = this.#parseKeys();
    const snippet = snippetName(keys);
    const next = this.#reader.peek();
    if (snippet !== undefined && first !== undefined) {
      if (next?.text === '{') return this.#parseSnippet(snippet, first, next);
      this.#reportBareSnippet(first, next === undefined);
    }
    if (next === undefined) {
      if (keys.length > 0) this.#blocks.push({ keys, directives: [] });
      return;
    }
    if (keys.length === 0) {
      this.#reader.reporter.warning(
        'corefile/no-keys',
        'this block has no keys, so it is left out',
        (first ?? next).place,
        'write the zones that it serves before the "{"',
      );
    }
    const opening = next.text === '{' ? this.#reader.take() : undefined;
    const directives = this.#directives.parse(keys, opening);
    if (keys.length > 0 && snippet === undefined) this.#blocks.push({ keys, directives });
  }

  /** Keys end with their line, unless a comma ends the line; or before a brace. */
  #parseKeys(): Keys {
    const { reporter } = this.#reader;
    const tokens: Token[] = [];
    let first: Word | undefined;
    let comma: Word | undefined;
    for (let word = this.#reader.peek(); word !== undefined && word.text !== '{'; word = this.#reader.peek()) {
      if (comma !== undefined && this.#isImport(word)) {
        this.#reader.import();
        continue;
      }
      if (first !== undefined && comma === undefined && word.startsLine) return { tokens, first };
      this.#reader.take();
      first ??= word;
      const token = this.#reader.token(word);
      if (token.text === '') continue;
      comma = token.text.endsWith(',') ? word : undefined;
      if (token.text === ',') {
        reporter.error('corefile/extra-comma', 'there is no key before this comma', word.place, 'remove it');
      } else {
        tokens.push(comma === undefined ? token : { ...token, text: token.text.slice(0, -1) });
      }
    }
    if (comma !== undefined && comma.text !== ',') {
      reporter.error(
        'corefile/extra-comma',
        `another key is expected after the comma of ${quoteText(comma.text)}`,
        comma.place,
        'remove the comma, or write another key',
      );
    }
    return { tokens, first };
  }

  #parseSnippet(name: string, definition: Word, opening: Word): void {
    const words = this.#reader.takeBlock();
    if (words === undefined) {
      this.#reader.reporter.error(
        'corefile/unclosed-block',
        `the snippet ${quoteText(name)} is never closed`,
        opening.place,
        'add a "}" on a line of its own where it ends',
      );
    }
    this.#reader.define(name, definition, words ?? []);
  }

  #reportBareSnippet(definition: Word, atEnd: boolean): void {
    const message = `the snippet ${quoteText(definition.text)} has no body`;
    const hint = 'put its lines between "{" and "}"';
    // At the end of the file CoreDNS takes it as the key of a server block without plugins.
    if (atEnd) this.#reader.reporter.warning('corefile/snippet-without-braces', message, definition.place, hint);
    else this.#reader.reporter.error('corefile/snippet-without-braces', message, definition.place, hint);
  }

  #dropBrace(): void {
    const brace = this.#reader.take();
    if (brace === undefined) return;
    const message = 'this "}" closes nothing';
    const hint = 'remove it, or look for a "}" too many above';
    // At the end of the file CoreDNS takes it as the key of a server block without plugins.
    if (this.#reader.peek() === undefined) {
      this.#reader.reporter.warning('corefile/unexpected-brace', message, brace.place, hint);
    } else {
      this.#reader.reporter.error('corefile/unexpected-brace', message, brace.place, hint);
    }
  }

  #isImport(word: Word): boolean {
    return word.startsLine && this.#reader.token(word).text === 'import';
  }
}

/** `name` of a block whose only key is `(name)`. */
function snippetName(keys: readonly Token[]): string | undefined {
  const [key] = keys;
  if (key === undefined || keys.length > 1) return undefined;
  return key.text.startsWith('(') && key.text.endsWith(')') ? key.text.slice(1, -1) : undefined;
}
