import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatProblem, type Problem } from '../corefile/problem.ts';
import type { ConfigurationText } from '../server/configuration.ts';
import type { Terminal } from './command.ts';

/** Problems as terminals show them, with the lines of the Corefile and of the files that it imports. */
export function formatProblems(problems: readonly Problem[], source: ConfigurationText, terminal: Terminal): string[] {
  const sourceOf = (file: string): string | undefined =>
    file === source.file ? source.text : readSource(resolve(terminal.workingDirectory, file));
  return problems.map((problem) => formatProblem(problem, sourceOf, { colour: terminal.colour }));
}

function readSource(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
