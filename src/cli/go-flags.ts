import { UsageError } from './user-error.ts';

/** What a flag takes: a value, or nothing (it is on when it stands there). */
export type FlagKind = 'value' | 'switch';

export interface ParsedFlags {
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/**
 * Reads flags as Go's flag package does, since people start CoreDNS with them: `-name value`, `-name=value`, two dashes as good as one,
 * a switch may be `-name=false`. The first argument that is no flag, or `--`, ends them. Throws UsageError.
 */
export function parseGoFlags(args: readonly string[], flags: Readonly<Record<string, FlagKind>>): ParsedFlags {
  const values = new Map<string, string>();
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg === '--') {
      i++;
      break;
    }
    const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(arg);
    if (match === null) break;
    const [, name = '', given] = match;
    const kind = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (kind === undefined) {
      throw new UsageError(
        `there is no flag -${name}; flags are: ${Object.keys(flags)
          .map((flag) => `-${flag}`)
          .join(' ')}`,
      );
    }
    const value = given ?? (kind === 'switch' ? 'true' : args[++i]);
    if (value === undefined) throw new UsageError(`flag -${name} needs a value`);
    if (kind === 'switch' && value !== 'true' && value !== 'false') {
      throw new UsageError(`flag -${name} is on or off: "${value}" is neither true nor false`);
    }
    values.set(name, value);
  }
  return { values, rest: args.slice(i) };
}
