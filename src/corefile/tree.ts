import type { Place } from './place.ts';

/** A word of a Corefile. */
export interface Token {
  /** After replacement of environment variables, without quotes and escapes. */
  readonly text: string;
  /** Where it is written: for the words of a snippet or an imported file that is there, not where they are imported. */
  readonly place: Place;
  readonly quoted: boolean;
}

/** A directive, and likewise a line of its block. */
export interface Line {
  readonly name: Token;
  readonly arguments: readonly Token[];
  /** Undefined when there are no braces; empty for `{ }`. */
  readonly block: readonly Line[] | undefined;
  /** The brace that opens the block. */
  readonly opening?: Token;
  /** The brace that closes it; absent when it stands on the line of an option, whose last argument it then is. */
  readonly closing?: Token;
}

/** Keys say for which zones on which ports; directives stand in the order of the file, repeated ones too. */
export interface ServerBlock {
  /** At least one. */
  readonly keys: readonly Token[];
  readonly directives: readonly Line[];
}

/** A whole configuration, snippets and imports expanded. Without blocks it stands for the built-in one. */
export interface Corefile {
  readonly blocks: readonly ServerBlock[];
}

/** Every word of a line and of its block, braces included, in the order of the file. */
export function* tokensOf(line: Line): Generator<Token, void, undefined> {
  yield line.name;
  yield* line.arguments;
  if (line.opening !== undefined) yield line.opening;
  for (const inner of line.block ?? []) yield* tokensOf(inner);
  if (line.closing !== undefined) yield line.closing;
}
