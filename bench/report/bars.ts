import type { Figures, FigureName } from './figures.ts';
import type { ScenarioResult } from './result.ts';
import { median } from './statistics.ts';

/** What the project wants to reach: a figure of ours, alone or compared with another server's in the same round. */
export interface Bar {
  /** Whose figure; `ours` unless given. */
  readonly subject?: string;
  readonly figure: FigureName;
  /** In the figure's unit, or a ratio. */
  readonly limit: number;
  /** At most unless given. */
  readonly sense?: 'at most' | 'at least';
  readonly against?: {
    readonly subject: string;
    readonly by: 'ratio' | 'difference';
  };
  /** What the measurement must have been for the bar to mean anything; short of it, the bar is neither met nor missed. */
  readonly requires?: readonly Requirement[];
}

export interface Requirement {
  /** A figure of the bar's subject, and of whom it is compared with … */
  readonly figure: FigureName;
  /** … that is at least, or at most, so much. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

export interface Verdict {
  readonly bar: Bar;
  /** What is compared with the limit: the median over the rounds; undefined when something was not measured. */
  readonly value: number | undefined;
  readonly isMet: boolean | undefined;
}

export const OURS = 'ours';

export function judge(bar: Bar, result: ScenarioResult): Verdict {
  const value = compare(result, bar.subject ?? OURS, bar.figure, bar.against);
  const { subject = OURS, requires = [] } = bar;
  const involved = bar.against === undefined ? [subject] : [subject, bar.against.subject];
  const isValid = requires.every((requirement) => involved.every((name) => satisfies(result, name, requirement)));
  if (value === undefined || !isValid) return { bar, value, isMet: undefined };
  return { bar, value, isMet: bar.sense === 'at least' ? value >= bar.limit : value <= bar.limit };
}

/** A figure that is not there satisfies nothing. */
function satisfies(result: ScenarioResult, subject: string, requirement: Requirement): boolean {
  const { figure, atLeast = -Infinity, atMost = Infinity } = requirement;
  const value = compare(result, subject, figure);
  return value !== undefined && value >= atLeast && value <= atMost;
}

/** The median over the rounds of a figure, or of its ratio to, or difference from, another's in the same round. */
export function compare(
  result: ScenarioResult,
  subject: string,
  figure: FigureName,
  against?: Bar['against'],
): number | undefined {
  const own = roundsOf(result, subject);
  const others = against === undefined ? [] : roundsOf(result, against.subject);
  const values = own.flatMap((figures, i) => {
    const value = figures[figure];
    if (value === undefined || against === undefined) return value ?? [];
    const other = others[i]?.[figure];
    if (other === undefined) return [];
    return against.by === 'ratio' ? value / other : value - other;
  });
  const middle = median(values);
  return Number.isNaN(middle) ? undefined : middle;
}

function roundsOf({ subjects }: ScenarioResult, name: string): readonly Figures[] {
  return subjects.find((subject) => subject.name === name)?.rounds ?? [];
}
