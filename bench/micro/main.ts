// Measures single steps in this process: `npm run micro [-- REGEXP]`.
import { cpus } from 'node:os';
import { printText } from '../report/table.ts';
import { chainCases } from './chain.ts';
import { cacheCases } from './cache.ts';
import { codecCases } from './codec.ts';
import { timeCases } from './time.ts';

/** A file a subject. What is measured is added here. */
const SUITES = [codecCases, chainCases, cacheCases];

const HELP = `usage: npm run micro [-- REGEXP]

CPU time of single steps of a query, in nanoseconds: the median of 15 samples taken in turn, and the least. Takes about a
second a step.

examples:
  npm run micro
  npm run micro -- '^decode'`;

const [pattern = ''] = process.argv.slice(2);
if (pattern === '--help' || pattern === '-h') process.stdout.write(`${HELP}\n`);
else {
  const cases = SUITES.flatMap((suite) => suite()).filter(({ name }) => new RegExp(pattern).test(name));
  process.stderr.write(`measuring ${cases.length} steps, about ${cases.length} s\n`);
  const rows = timeCases(cases).map(({ name, median, least }) => [name, median.toFixed(0), least.toFixed(0)]);
  process.stdout.write(`${printText([['step', 'median ns', 'least ns'], ...rows], new Set([1, 2]))}\n`);
  process.stdout.write(`${cpus()[0]?.model.trim() ?? ''}, Node ${process.versions.node}\n`);
}
