import { afterAll, describe, expect, test, vi } from 'vitest';
import { createBench } from './bench.ts';
import { type NamedCase, type Step, foreignIds, loadCases } from './case.ts';
import { loadExpectations, withDifferences } from './expectations.ts';
import { Report } from './report.ts';
import { runCase } from './run-case.ts';

/** A server to run the cases against in place of ours, as `/path/to/coredns`. */
const command = process.env['CONFORMANCE_COMMAND'];
/** Most cases wait for sockets and timers, so many can run at a time; a process for each makes them heavier. */
const CASES_AT_A_TIME = command === undefined ? 24 : 8;
/** The longest cases wait some 30 s for idle connections and outages. */
const CASE_TIMEOUT_MS = 120_000;

vi.setConfig({ maxConcurrency: CASES_AT_A_TIME });

const cases = await loadCases();
const { pending, differences } = await loadExpectations();
const bench = createBench(command);
const report = new Report();

afterAll(async () => {
  await bench.clusters[Symbol.asyncDispose]();
  process.stdout.write(`\n${report.print()}\n`);
});

test('pending.txt and differences.txt name cases that exist', async () => {
  const known = new Set([...cases.map(({ id }) => id), ...(await foreignIds())]);
  const listed = [...pending.keys(), ...differences.map(({ id }) => id)];
  expect(listed.filter((id) => !known.has(id))).toEqual([]);
  const unlisted = (await foreignIds()).filter((id) => !pending.has(id));
  expect(unlisted, 'vectors that nothing runs have to be in pending.txt').toEqual([]);
});

describe('cases', () => {
  // The slowest come first, so that the run does not end with one of them alone.
  for (const named of cases.toSorted((a, b) => waitingTime(b) - waitingTime(a))) {
    test.concurrent(named.id, { timeout: CASE_TIMEOUT_MS }, () =>
      command === undefined ? runOurs(named) : runTheirs(named),
    );
  }
});

async function runOurs(named: NamedCase): Promise<void> {
  const ours = differences.filter(({ id }) => id === named.id);
  const reason = pending.get(named.id);
  const failures = await outcomeOf(
    { ...named, vector: withDifferences(named.vector, ours) },
    reason === undefined ? undefined : 1,
  );
  if (reason !== undefined) {
    report.count(named.folder, failures.length > 0 ? 'pending' : 'failed');
    if (failures.length === 0) fail([`${named.id} passes: take it out of pending.txt (${reason})`]);
    return;
  }
  report.count(named.folder, failures.length > 0 ? 'failed' : ours.length > 0 ? 'different' : 'passed');
  if (failures.length > 0) fail([`${named.id}: ${named.vector.about}`, ...failures]);
}

async function runTheirs(named: NamedCase): Promise<void> {
  const failures = await outcomeOf(named);
  report.count(named.folder, failures.length > 0 ? 'failed' : 'passed');
  if (failures.length > 0) fail([`${named.id}: ${named.vector.about}`, ...failures]);
}

async function outcomeOf(named: NamedCase, maximumFailures?: number): Promise<string[]> {
  try {
    return await runCase(named, bench, maximumFailures);
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** The reader needs the places in the vectors, not in this file: no stack. */
function fail(texts: readonly string[]): never {
  const error = new Error(texts.join('\n'));
  error.name = 'Conformance';
  error.stack = '';
  throw error;
}

/** Milliseconds that a case spends waiting, roughly. */
function waitingTime({ vector }: NamedCase): number {
  const times = (vector.steps ?? []).map((step: Step) => {
    if ('sleep_ms' in step) return step.sleep_ms;
    if ('tcp_idle' in step) return step.closed_ms?.[1] ?? step.tcp_idle.max_ms;
    if ('query' in step && step.reply === null) return step.query.timeout_ms ?? 2_000;
    return 0;
  });
  return times.reduce((sum, time) => sum + time, (vector.configs?.length ?? 0) * 100);
}
