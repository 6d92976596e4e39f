import { printMachine } from '../harness/machine.ts';
import { judge } from './bars.ts';
import type { RunResult } from './result.ts';
import { disturbanceNote, printMarkdown, tableRows } from './table.ts';

/** The measured section of docs/performance.md. */
export function printReport(result: RunResult): string {
  const verdicts = result.scenarios.flatMap((scenario) => scenario.bars.map((bar) => judge(bar, scenario)));
  const count = (isMet: boolean | undefined): number => verdicts.filter((verdict) => verdict.isMet === isMet).length;
  return [
    '## Measured',
    '',
    `Commit ${result.commit} on ${result.date.slice(0, 10)}, with \`npm run bench\`: CPU time of an answered query, medians of ` +
      `${result.rounds} rounds of ${result.seconds} s, servers in turn on one core, the load on another, over loopback.`,
    '',
    `Machine: ${printMachine(result.machine)}.`,
    '',
    `Bars: ${count(true)} met, ${count(false)} missed, ${count(undefined)} not measured as they ask for.`,
    disturbanceNote(result.scenarios),
    '',
    printMarkdown(tableRows(result.scenarios)),
  ].join('\n');
}
