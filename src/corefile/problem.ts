import type { Place } from './place.ts';
import { printPlace } from './place.ts';

/** Something wrong in a configuration: what, where, and, when it is known, what to do. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Layer and name, as in `corefile/unclosed-block`; docs/errors.md lists them all. */
  readonly code: string;
  /** One line, no final stop. */
  readonly message: string;
  readonly place: Place;
  /** What to do, one line. */
  readonly hint?: string;
}

/** The longest piece of a user's text that a message repeats: it and a sentence fit on a line of a terminal. */
const QUOTED_LENGTH = 60;

/** A piece of the user's text for a message: in double quotes, on one line, cut when it is long. */
export function quoteText(text: string): string {
  // A character has at most two units; one more than fits tells that there is more.
  const points = Array.from(text.slice(0, (QUOTED_LENGTH + 1) * 2));
  const short = points.length > QUOTED_LENGTH ? `${points.slice(0, QUOTED_LENGTH - 1).join('')}…` : text;
  return `"${oneLine(short)}"`;
}

/** The form for logs: one line, without severity, which is the log's. */
export function describeProblem(problem: Problem): string {
  const hint = problem.hint === undefined ? '' : ` (${problem.hint})`;
  return oneLine(`${printPlace(problem.place)}: ${problem.message}${hint}`);
}

/**
 * The form for terminals: `FILE:LINE:COLUMN: error: message`, the line of the file with the place marked below it, and
 * `hint: …`. `sourceOf` gives the text of a file; without it the message stands alone.
 */
export function formatProblem(
  problem: Problem,
  sourceOf: (file: string) => string | undefined,
  options: { readonly colour: boolean },
): string {
  const paint = options.colour ? PAINT : PLAIN;
  const severity = problem.severity === 'error' ? paint.error : paint.warning;
  const lines = [
    `${paint.strong(`${oneLine(printPlace(problem.place))}:`)} ${severity(`${problem.severity}:`)} ${oneLine(problem.message)}`,
  ];
  const source = sourceOf(problem.place.file)?.split('\n')[problem.place.line - 1];
  if (source !== undefined) {
    const line = withoutByteOrderMark(source, problem.place.line).replace(/\r$/, '');
    const before = line.slice(0, problem.place.column - 1);
    const width = Math.max(1, Math.min(problem.place.length, line.length - before.length));
    // Tabs stay tabs, so that the marks stand below the text however wide the terminal makes a tab.
    const padding = oneLine(before).replace(/[^\t]/gu, ' ');
    lines.push(`    ${oneLine(line)}`, `    ${padding}${severity(`${'~'.repeat(width - 1)}^`)}`);
  }
  if (problem.hint !== undefined) lines.push(`    ${paint.hint('hint:')} ${oneLine(problem.hint)}`);
  return lines.join('\n');
}

/** Columns do not count a byte order mark; a terminal need not see it. */
function withoutByteOrderMark(source: string, line: number): string {
  return line === 1 && source.startsWith('\u{feff}') ? source.slice(1) : source;
}

/** Characters that could break the line, reorder it or steer the terminal become pictures of one column; tabs stay. */
function oneLine(text: string): string {
  return text.replace(/[[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]--\t]/gv, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u{2421}' : '\u{fffd}';
  });
}

type Paint = (text: string) => string;

const PLAIN: Readonly<Record<'strong' | 'error' | 'warning' | 'hint', Paint>> = {
  strong: (text) => text,
  error: (text) => text,
  warning: (text) => text,
  hint: (text) => text,
};

// SGR sequences of ECMA-48 §8.3.117.
const PAINT: typeof PLAIN = {
  strong: (text) => `\x1b[1m${text}\x1b[0m`,
  error: (text) => `\x1b[1;31m${text}\x1b[0m`,
  warning: (text) => `\x1b[1;35m${text}\x1b[0m`,
  hint: (text) => `\x1b[1;36m${text}\x1b[0m`,
};
