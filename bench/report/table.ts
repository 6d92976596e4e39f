import { type Bar, compare, judge, OURS, type Verdict } from './bars.ts';
import { FIGURES, printFigure, printNumber } from './figures.ts';
import type { ScenarioResult, SubjectResult } from './result.ts';

/** Cells of one row; the first row is the head. */
export type Row = readonly string[];

const HEAD: Row = ['scenario', 'server', 'user µs', 'total µs', 'besides', 'measured', 'bar', ''];
/** Columns of numbers, which stand to the right. */
const RIGHT: ReadonlySet<number> = new Set([2, 3]);

/** A server that waits longer for its core was not alone on it, which the reader has to know. */
const QUIET_PERCENT = 10;

/** One row a server and bar: what it took, how ours compares with it, and what was wanted. */
export function tableRows(results: readonly ScenarioResult[]): Row[] {
  return [HEAD, ...results.flatMap(scenarioRows)];
}

function scenarioRows(result: ScenarioResult): Row[] {
  return result.subjects.flatMap((subject, i) => {
    const title = i === 0 ? result.title : '';
    if (subject.rounds.length === 0)
      return [[title, subject.name, '–', '–', `not measured: ${subject.problem ?? ''}`, '', '', '']];
    const first = [title, subject.name, ...subjectCells(result, subject)];
    const [head = ['', '', ''], ...rest] = barCells(result, subject.name);
    return [[...first, ...head], ...rest.map((cells) => ['', '', '', '', '', ...cells])];
  });
}

function subjectCells(result: ScenarioResult, { name, problem, repeated }: SubjectResult): Row {
  const besides = result.shown.map((figure) => printFigure(figure, compare(result, name, figure)));
  const waited = compare(result, name, 'waited') ?? 0;
  if (waited > QUIET_PERCENT) besides.push(printFigure('waited', waited));
  if (repeated > 0) besides.push(`${repeated} repeated`);
  if (problem !== undefined) besides.push(`then ${problem}`);
  return [
    printNumber('user', compare(result, name, 'user')),
    printNumber('total', compare(result, name, 'total')),
    besides.join(' · '),
  ];
}

/** Bars on this server's own figures, and those that compare with it; without any, how ours compares. */
function barCells(result: ScenarioResult, name: string): Row[] {
  const bars = result.bars.filter(({ subject = OURS, against }) => (against?.subject ?? subject) === name);
  if (bars.length > 0) return bars.map((bar) => verdictCells(judge(bar, result)));
  if (name === OURS) return [];
  const ratio = compare(result, OURS, 'total', { subject: name, by: 'ratio' });
  return ratio === undefined ? [] : [[`total ${ratio.toFixed(2)} × this`, '–', '']];
}

function verdictCells({ bar, value, isMet }: Verdict): Row {
  const { sense, limit } = bar;
  const limitText = `${sense === 'at least' ? '≥' : '≤'} ${limit}`;
  return [printValue(bar, value), limitText, isMet === undefined ? '?' : isMet ? '✓' : '✗'];
}

function printValue({ figure, against, subject = OURS }: Bar, value: number | undefined): string {
  const whose = subject === OURS ? '' : ` of ${subject}`;
  if (against === undefined) return printFigure(figure, value) + whose;
  if (value === undefined) return '–';
  const { label, unit } = FIGURES[figure];
  return against.by === 'ratio'
    ? `${label}${whose} ${value.toFixed(2)} × this`
    : `${label}${whose} ${value >= 0 ? '+' : '−'}${printNumber(figure, Math.abs(value))} ${unit}`;
}

/** How many servers were not alone on their core, in words; empty when all were. */
export function disturbanceNote(results: readonly ScenarioResult[]): string {
  const waits = results.flatMap((result) =>
    result.subjects.flatMap(({ name, rounds }) => (rounds.length === 0 ? [] : [compare(result, name, 'waited') ?? 0])),
  );
  const disturbed = waits.filter((waited) => waited > QUIET_PERCENT).length;
  if (disturbed === 0) return '';
  return `${disturbed} of ${waits.length} servers waited for their core more than ${QUIET_PERCENT} % of the time: the machine was busy, measure again before you judge.`;
}

/** In columns, for a screen; those in `right` stand to the right. */
export function printText(rows: readonly Row[], right: ReadonlySet<number> = RIGHT): string {
  const widths = columnWidths(rows);
  const lines = rows.map((row) =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0, right.has(i)))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}

/** As a table of Markdown, its columns aligned in the source too. */
export function printMarkdown(rows: readonly Row[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = columnWidths(escaped).map((width) => Math.max(width, 3));
  const line = (row: Row): string => `| ${row.map((cell, i) => pad(cell, widths[i] ?? 0, RIGHT.has(i))).join(' | ')} |`;
  const rule = widths.map((width, i) => (RIGHT.has(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  const [head = [], ...rest] = escaped;
  return [line(head), line(rule), ...rest.map(line)].join('\n');
}

function columnWidths(rows: readonly Row[]): number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
}

function pad(text: string, width: number, right: boolean): string {
  return right ? text.padStart(width) : text.padEnd(width);
}
