import { afterAll, describe, expect, test, vi } from 'vitest';
import { createBench } from './bench.ts';
import { loadCases } from './case.ts';
import { loadExpectations } from './expectations.ts';
import { Judge, slowestFirst } from './judge.ts';
import { Report } from './report.ts';

/** A server to run the cases against in place of ours, as `/path/to/coredns`. */
const command = process.env['CONFORMANCE_COMMAND'];
/** Most cases wait for sockets and timers, so many can run at a time; a process for each makes them heavier. */
const CASES_AT_A_TIME = command === undefined ? 24 : 8;
/** The longest cases wait some 30 s for idle connections and outages. */
const CASE_TIMEOUT_MS = 120_000;

vi.setConfig({ maxConcurrency: CASES_AT_A_TIME });

const cases = await loadCases();
const expectations = await loadExpectations();
const bench = createBench(command);
const report = new Report();
const judge = new Judge(bench, expectations, report);

afterAll(async () => {
  await bench.clusters[Symbol.asyncDispose]();
  process.stdout.write(`\n${report.print()}\n`);
});

test('pending.txt and differences.txt name cases that exist', () => {
  const { pending, differences } = expectations;
  const known = new Set(cases.map(({ id }) => id));
  const listed = [...pending.keys(), ...differences.map(({ id }) => id)];
  expect(listed.filter((id) => !known.has(id))).toEqual([]);
});

describe('cases', () => {
  for (const named of slowestFirst(cases)) {
    test.concurrent(named.id, { timeout: CASE_TIMEOUT_MS }, () =>
      command === undefined ? judge.ours(named) : judge.theirs(named),
    );
  }
});
