import { BlockParser } from './block-parser.ts';
import type { Environment } from './environment.ts';
import type { ImportSource } from './import-source.ts';
import { Importer } from './importer.ts';
import { readWords } from './lexer.ts';
import type { Problem } from './problem.ts';
import { Reporter } from './reporter.ts';
import type { Corefile } from './tree.ts';
import { WordReader } from './word-reader.ts';
import { WordStream, type Origin } from './word-stream.ts';

export interface ParseOptions {
  /** The name of the file in places, and what relative imports start from: a path, or `/dev/stdin`. */
  readonly file: string;
  readonly environment: Environment;
  readonly imports: ImportSource;
}

export interface Parsed {
  /** Complete when no problem is an error; otherwise what could be made of the file. */
  readonly corefile: Corefile;
  /** All that is wrong, in the order in which it was found. */
  readonly problems: readonly Problem[];
  /** Absolute paths of the imported files, each once. */
  readonly files: readonly string[];
}

/**
 * Reads a Corefile: environment variables replaced, snippets and imports expanded. Never throws, and reports everything
 * at once. What CoreDNS accepts is accepted, with a warning where it is plainly a mistake. Whether directives exist is
 * for plugins to say, what keys mean for `parseKey`.
 */
export function parseCorefile(text: string, options: ParseOptions): Parsed {
  const reporter = new Reporter();
  const { words, problems } = readWords(text, options.file);
  reporter.take(problems);
  const origin: Origin = { kind: 'file', name: options.imports.absolute(options.file), importedBy: undefined };
  const stream = new WordStream(words, origin);
  const importer = new Importer(stream, options.imports, reporter);
  const reader = new WordReader(stream, importer, reporter, options.environment);
  const blocks = new BlockParser(reader).parse();
  return { corefile: { blocks }, problems: reporter.problems, files: importer.files };
}
