/** Values of environment variables; undefined and absent mean unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A text after replacement, and the names of the variables in it that are not set. */
export interface Replaced {
  readonly text: string;
  readonly unset: readonly string[];
  /** A value refers to itself, or the text grows without end: `text` is then what was given. */
  readonly endless: boolean;
}

/** More references than any word has: a variable that refers to itself gets here. */
const MAXIMUM_REPLACEMENTS = 1_000;
/** Longer than any value: the kernel's limit for one environment string is 128 KiB (execve(2), MAX_ARG_STRLEN). */
const MAXIMUM_LENGTH = 1 << 20;

/**
 * Replaces `{%NAME%}`, then `{$NAME}`, by the variable's value, an unset one by nothing. References in values are
 * replaced too. A reference without a name, or without an end, stays, and so do those of its form behind it.
 */
export function replaceEnvironment(text: string, environment: Environment): Replaced {
  if (!text.includes('{$') && !text.includes('{%')) return { text, unset: [], endless: false };
  const unset = new Set<string>();
  let current = text;
  let replacements = 0;
  for (const [opening, closing] of FORMS) {
    for (;;) {
      const start = current.indexOf(opening);
      const end = start === -1 ? -1 : current.indexOf(closing, start);
      if (end <= start + opening.length) break;
      const name = current.slice(start + opening.length, end);
      const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
      if (value === undefined) unset.add(name);
      current = current.replaceAll(opening + name + closing, () => value ?? '');
      if (++replacements > MAXIMUM_REPLACEMENTS || current.length > MAXIMUM_LENGTH + text.length) {
        return { text, unset: [...unset], endless: true };
      }
    }
  }
  return { text: current, unset: [...unset], endless: false };
}

const FORMS = [
  ['{%', '%}'],
  ['{$', '}'],
] as const;
