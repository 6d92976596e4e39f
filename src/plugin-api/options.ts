import type { Problem } from '../corefile/problem.ts';
import type { Line, Token } from '../corefile/tree.ts';

/** Codes of what can be wrong with a directive, whatever its plugin; each with the sentence that docs/errors.md gives it. */
export const optionProblems = {
  'option/unknown': 'A line in the block of a directive names no option of that plugin.',
  'option/arguments': 'A directive or option has too many or too few arguments.',
  'option/value': 'An argument is not of the kind that the directive or option takes.',
  'option/repeated': 'An option that may be given once is given again.',
  'option/block': 'A block stands after something that takes none.',
  'option/expression': 'The words of an option are not an expression of the expression language.',
  'option/ignored': 'A directive or a part of it has no effect because of something else in the same block.',
  'option/retired': 'An option of an old CoreDNS: accepted, without effect or in its modern form.',
} as const;

/** Where problems go while options are read; without a severity they are errors. */
export type Report = (problem: Omit<Problem, 'severity'> & { readonly severity?: Problem['severity'] }) => void;

/** Why a word is not of a kind; `hint` says what to write. */
export class Complaint {
  readonly message: string;
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    this.message = message;
    this.hint = hint;
  }
}

/** A kind of argument. `word` stands for it in the manual: `SECONDS`, `ZONE`. `read` never throws. */
export interface Kind<T> {
  readonly word: string;
  readonly read: (text: string) => T | Complaint;
}

/** Something that can be told to a plugin: how it is written, what it is when it is not, how it is read. */
export interface Option<T> {
  /** The arguments as the manual shows them: `CAPACITY [TTL]`; empty for none. */
  readonly usage: string;
  /** What it does, one sentence. */
  readonly summary: string;
  /** The value when the option is not given. */
  readonly initial: T;
  /** What a second line with the option means: the last one counts, both add up, or it is an error. */
  readonly repeat: 'last' | 'add' | 'once';
  /** The value after this line, given the value before it; reports what is wrong and then returns `previous`. */
  read(line: Line, previous: T, report: Report): T;
}

/** What stands on the line of the directive itself is read like an option. */
export type ParameterOption<T> = Option<T>;

export type OptionTable = Readonly<Record<string, Option<unknown>>>;

export type OptionValue<O> = O extends { readonly initial: infer T } ? T : never;

export type OptionValues<Table> = { readonly [Name in keyof Table]: OptionValue<Table[Name]> };

interface OptionText {
  readonly summary: string;
  readonly repeat?: 'last' | 'add' | 'once';
}

/** On or off: no arguments. */
export function flag(text: OptionText): Option<boolean> {
  return {
    usage: '',
    summary: text.summary,
    initial: false,
    repeat: text.repeat ?? 'last',
    read(line, previous, report) {
      return countArguments(line, 0, 0, '', report) ? true : previous;
    },
  };
}

/** Exactly one argument. */
export function one<T, Initial = T>(
  kind: Kind<T>,
  text: OptionText & { readonly initial: Initial },
): Option<T | Initial> {
  return {
    usage: kind.word,
    summary: text.summary,
    initial: text.initial,
    repeat: text.repeat ?? 'last',
    read(line, previous, report) {
      if (!countArguments(line, 1, 1, kind.word, report)) return previous;
      const value = readToken(kind, line.arguments[0], report);
      return value === undefined ? previous : value;
    },
  };
}

/** At most one argument; without it the option has the value `bare`. */
export function optional<T, Bare, Initial = Bare>(
  kind: Kind<T>,
  text: OptionText & { readonly bare: Bare; readonly initial: Initial },
): Option<T | Bare | Initial> {
  return {
    usage: `[${kind.word}]`,
    summary: text.summary,
    initial: text.initial,
    repeat: text.repeat ?? 'last',
    read(line, previous, report) {
      if (!countArguments(line, 0, 1, `[${kind.word}]`, report)) return previous;
      if (line.arguments.length === 0) return text.bare;
      const value = readToken(kind, line.arguments[0], report);
      return value === undefined ? previous : value;
    },
  };
}

/** As `option` of one argument; more, which CoreDNS takes in silence, are a warning. */
export function ignoringSurplus<T>(option: Option<T>): Option<T> {
  return {
    ...option,
    read(line, previous, report) {
      const [first, surplus] = line.arguments;
      if (first === undefined || surplus === undefined) return option.read(line, previous, report);
      report({
        severity: 'warning',
        code: 'option/arguments',
        message: `"${line.name.text}" takes one argument, "${surplus.text}" is ignored`,
        place: surplus.place,
        hint: `write: ${line.name.text} ${option.usage}`,
      });
      return option.read({ ...line, arguments: [first] }, previous, report);
    },
  };
}

interface ListText<Initial> extends OptionText {
  readonly initial: Initial;
  readonly least?: number;
  readonly most?: number;
}

/** Any number of arguments of one kind, at least `least` (1 unless given) and at most `most`. */
export function many<T>(kind: Kind<T>, text: ListText<readonly NoInfer<T>[]>): Option<readonly T[]>;
export function many<T>(kind: Kind<T>, text: ListText<readonly T[] | undefined>): Option<readonly T[] | undefined>;
export function many<T>(kind: Kind<T>, text: ListText<readonly T[] | undefined>): Option<readonly T[] | undefined> {
  const least = text.least ?? 1;
  const most = text.most ?? Infinity;
  const usage = least === 0 ? `[${kind.word}...]` : `${kind.word}...`;
  return {
    usage,
    summary: text.summary,
    initial: text.initial,
    repeat: text.repeat ?? 'last',
    read(line, previous, report) {
      if (!countArguments(line, least, most, usage, report)) return previous;
      const values: T[] = [];
      for (const token of line.arguments) {
        const value = readToken(kind, token, report);
        if (value !== undefined) values.push(value);
      }
      return text.repeat === 'add' && previous !== undefined ? [...previous, ...values] : values;
    },
  };
}

/** Neither arguments nor a block: for directives that stand alone. */
export function none(summary = ''): Option<undefined> {
  return {
    usage: '',
    summary,
    initial: undefined,
    repeat: 'last',
    read(line, _previous, report) {
      countArguments(line, 0, 0, '', report);
      if (line.opening !== undefined) {
        report({
          code: 'option/block',
          message: `"${line.name.text}" takes no block`,
          place: line.opening.place,
          hint: 'remove the braces',
        });
      }
      return undefined;
    },
  };
}

/** An option with a grammar of its own. `read` uses `countArguments` and `readToken`, so that its errors read like all others. */
export function grammar<T>(option: {
  readonly usage: string;
  readonly summary: string;
  readonly initial: T;
  readonly repeat?: 'last' | 'add' | 'once';
  readonly read: (line: Line, previous: T, report: Report) => T;
}): Option<T> {
  return { repeat: 'last', ...option };
}

/** An option of an old CoreDNS: accepted with a warning that says what to write now. Any arguments. */
export function retired(text: { readonly summary: string; readonly instead: string }): Option<undefined> {
  return {
    usage: '...',
    summary: text.summary,
    initial: undefined,
    repeat: 'last',
    read(line, _previous, report) {
      report({
        severity: 'warning',
        code: 'option/retired',
        message: `"${line.name.text}" has no effect any more`,
        place: line.name.place,
        hint: text.instead,
      });
      return undefined;
    },
  };
}

/** Are there between `least` and `most` arguments? If not, reports it at the place where one is missing or the first surplus one. */
export function countArguments(line: Line, least: number, most: number, usage: string, report: Report): boolean {
  const count = line.arguments.length;
  if (count >= least && count <= most) return true;
  const form = usage === '' ? line.name.text : `${line.name.text} ${usage}`;
  const surplus = line.arguments[most];
  report({
    code: 'option/arguments',
    message:
      surplus === undefined
        ? `"${line.name.text}" needs ${least === 1 ? 'an argument' : `${least} arguments`}${count === 0 ? '' : `, not ${count}`}`
        : `"${line.name.text}" takes ${most === 0 ? 'no argument' : most === 1 ? 'one argument' : `${most} arguments`}, "${surplus.text}" is one too many`,
    place: surplus?.place ?? line.arguments.at(-1)?.place ?? line.name.place,
    hint: `write: ${form}`,
  });
  return false;
}

/** The token's value, or undefined after reporting why it has none. */
export function readToken<T>(kind: Kind<T>, token: Token | undefined, report: Report): T | undefined {
  if (token === undefined) return undefined;
  const value = kind.read(token.text);
  if (!(value instanceof Complaint)) return value;
  report({
    code: 'option/value',
    message: value.message,
    place: token.place,
    ...(value.hint === undefined ? {} : { hint: value.hint }),
  });
  return undefined;
}
