import { RegExpSyntaxError } from './go-regexp/characters.ts';
import { LinearProgram } from './go-regexp/linear.ts';
import { type Assertion, type Node, parseGoSyntax, type ParsedRegExp } from './go-regexp/syntax.ts';
import { countWays } from './go-regexp/ways.ts';
import { Complaint, type Kind } from './options.ts';

/** What CoreDNS takes in templates, in octets. */
export const MAXIMUM_PATTERN_LENGTH = 10_000;
/**
 * Patterns that a backtracking matcher could try in more ways than this on 256 characters are run by LinearProgram. 256² is what
 * `a.*b` costs, a millisecond at worst; one more `.*` costs a quarter of a second, which strangers could ask for again and again.
 */
const MAXIMUM_WAYS = 256 ** 2;

/**
 * A regular expression in Go's syntax (RE2). Use `exec` and `test`; positions in the text play no part, there is no flag `g` or `y`.
 * No text can make it slow: patterns at which JavaScript's own matcher might take long are run in linear time.
 */
export class GoRegExp extends RegExp {
  /** As written. */
  readonly pattern: string;
  /** Names by group number, the whole match first; undefined for groups without one. Go's names may begin with a digit. */
  readonly groupNames: readonly (string | undefined)[];

  constructor(pattern: string, groupNames: readonly (string | undefined)[], source: string, flags: string) {
    super(source, flags);
    this.pattern = pattern;
    this.groupNames = groupNames;
  }
}

/** One that does without JavaScript's matcher. */
class LinearGoRegExp extends GoRegExp {
  readonly #program: LinearProgram;

  constructor(pattern: string, parsed: ParsedRegExp) {
    super(pattern, parsed.groupNames, '', 'u');
    this.#program = new LinearProgram(parsed.node, parsed.groupNames.length);
  }

  override exec(text: string): RegExpExecArray | null {
    const positions = this.#program.run(text);
    if (positions === undefined) return null;
    const groups: string[] = [];
    // Groups without part in the match stay holes, which read as undefined.
    groups.length = this.groupNames.length;
    for (let i = 0; i < groups.length; i++) {
      const start = positions[i * 2] ?? -1;
      if (start >= 0) groups[i] = text.slice(start, positions[i * 2 + 1]);
    }
    return Object.assign(groups, { 0: groups[0] ?? '', index: positions[0] ?? 0, input: text });
  }
}

/** Reads Go's syntax, as `regexp.Compile` does; what Go refuses is a Complaint that says why. */
export function parseGoRegExp(pattern: string): GoRegExp | Complaint {
  if (Buffer.byteLength(pattern) > MAXIMUM_PATTERN_LENGTH) {
    return new Complaint(
      `the regular expression has more than ${MAXIMUM_PATTERN_LENGTH} characters`,
      'split it into several shorter ones',
    );
  }
  try {
    const parsed = parseGoSyntax(pattern);
    const native = countWays(parsed.node) <= MAXIMUM_WAYS ? nativeRegExp(pattern, parsed) : undefined;
    return native ?? new LinearGoRegExp(pattern, parsed);
  } catch (error) {
    if (!(error instanceof RegExpSyntaxError)) throw error;
    return new Complaint(
      `"${pattern}" is not a regular expression: ${error.message}`,
      'see https://golang.org/s/re2syntax',
    );
  }
}

/** Undefined for a pattern that JavaScript finds too large. */
function nativeRegExp(pattern: string, { node, groupNames, chars }: ParsedRegExp): GoRegExp | undefined {
  const folds = chars.length > 0 && chars.every((char) => char.fold);
  try {
    const made = new GoRegExp(pattern, groupNames, javaScriptSource(node, folds), folds ? 'iu' : 'u');
    // Only the first use compiles it.
    made.test('');
    return made;
  } catch {
    return undefined;
  }
}

/** A regular expression in Go's syntax. */
export const goRegExp: Kind<GoRegExp> = { word: 'REGEX', read: parseGoRegExp };

const ASSERTION_SOURCES: Readonly<Record<Assertion, string>> = {
  begin: '^',
  end: '$',
  'line-begin': '(?<![^\\n])',
  'line-end': '(?![^\\n])',
  boundary: '\\b',
  'no-boundary': '\\B',
};

/** `folds`: a flag for the whole says that case does not count. */
function javaScriptSource(node: Node, folds: boolean): string {
  const write = (inner: Node): string => javaScriptSource(inner, folds);
  const group = (inner: Node): string => `(?:${write(inner)})`;
  switch (node.kind) {
    case 'char':
      return node.fold && !folds ? `(?i:${node.source})` : node.source;
    case 'assert':
      return ASSERTION_SOURCES[node.assertion];
    case 'capture':
      return `(${write(node.node)})`;
    case 'concat':
      return node.nodes.map((item) => (item.kind === 'alternate' ? group(item) : write(item))).join('');
    case 'alternate':
      return node.nodes.map(write).join('|');
    default: {
      const { minimum, maximum } = node;
      const count = minimum === maximum ? `{${minimum}}` : `{${minimum},${maximum === Infinity ? '' : maximum}}`;
      return `${node.node.kind === 'char' ? write(node.node) : group(node.node)}${count}${node.greedy ? '' : '?'}`;
    }
  }
}
