import type { ChangeFigures } from './changes.ts';
import type { RelistFigures } from './relists.ts';

/** A figure: what each round gave, and what it has to be. */
export interface Row {
  readonly what: string;
  readonly unit: string;
  readonly median: number;
  readonly rounds: readonly number[];
  /** At most; figures without a bar are there to explain the others. */
  readonly bar?: number;
}

export function relistRows(rounds: readonly RelistFigures[]): Row[] {
  const row = (what: string, unit: string, of: (round: RelistFigures) => number, bar?: number): Row =>
    makeRow(what, unit, rounds.map(of), bar);
  return [
    row('resident memory, idle', 'MB', ({ idle }) => idle, 115),
    row('resident memory after four forced re-lists', 'MB', ({ afterRelists }) => afterRelists, 115),
    row('peak of a re-list ÷ steady', '', ({ peak, idle, afterRelists }) => peak / Math.max(idle, afterRelists), 1.2),
    row('first sync, from start to ready', 's', ({ firstSync }) => firstSync / 1000, 1.5),
    row('longest event-loop stall of a re-list', 'ms', ({ stall }) => stall, 10),
    row('longest turn of the loop in CPU time', 'ms', ({ turn }) => turn),
    row('peak of the first sync', 'MB', ({ firstPeak }) => firstPeak),
    row('peak of a re-list', 'MB', ({ peak }) => peak),
    row('heap in use', 'MB', ({ heapUsed }) => heapUsed),
  ];
}

export function changeRows(rounds: readonly ChangeFigures[]): Row[] {
  const row = (what: string, unit: string, of: (round: ChangeFigures) => number, bar?: number): Row =>
    makeRow(what, unit, rounds.map(of), bar);
  return [
    row('from a watch event to the first right answer, p99', 'ms', ({ p99 }) => p99, 20),
    row('the same, median', 'ms', ({ median }) => median),
    row('the same, longest', 'ms', ({ longest }) => longest),
    row('queries answered meanwhile', '/s', ({ answersPerSecond }) => answersPerSecond),
  ];
}

function makeRow(what: string, unit: string, rounds: readonly number[], bar: number | undefined): Row {
  const rounded = rounds.map(round);
  return { what, unit, median: median(rounded), rounds: rounded, ...(bar === undefined ? {} : { bar }) };
}

/** As a table in Markdown. */
export function printTable(rows: readonly Row[]): string {
  const lines = rows.map(({ what, unit, median: value, bar }) => {
    const limit = bar === undefined ? '' : `≤ ${bar} ${unit}`.trim();
    return `| ${what} | ${`${value} ${unit}`.trim()} | ${limit} |`;
  });
  return ['| what | median | bar |', '| --- | --- | --- |', ...lines].join('\n');
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return value < 100 ? Math.round(value * 100) / 100 : Math.round(value);
}
