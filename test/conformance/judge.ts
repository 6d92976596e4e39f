import type { NamedCase, Step } from './case.ts';
import { type Expectations, withDifferences } from './expectations.ts';
import type { Report } from './report.ts';
import { type Bench, runCase } from './run-case.ts';

/** Says what came out of cases, and fails those that did not come out as they have to. */
export class Judge {
  readonly #bench: Bench;
  readonly #expectations: Expectations;
  readonly #report: Report;

  constructor(bench: Bench, expectations: Expectations, report: Report) {
    this.#bench = bench;
    this.#expectations = expectations;
    this.#report = report;
  }

  /** Our server: cases that are pending have to fail, and differences are what it has to answer. */
  async ours(named: NamedCase): Promise<void> {
    const ours = this.#expectations.differences.filter(({ id }) => id === named.id);
    const reason = this.#expectations.pending.get(named.id);
    const failures = await this.#outcomeOf(
      { ...named, vector: withDifferences(named.vector, ours) },
      reason === undefined ? undefined : 1,
    );
    if (reason !== undefined) {
      this.#report.count(named.folder, failures.length > 0 ? 'pending' : 'failed');
      if (failures.length === 0) fail([`${named.id} passes: take it out of pending.txt (${reason})`]);
      return;
    }
    this.#report.count(named.folder, failures.length > 0 ? 'failed' : ours.length > 0 ? 'different' : 'passed');
    if (failures.length > 0) fail([`${named.id}: ${named.vector.about}`, ...failures]);
  }

  /** Any other server: every case has to be as recorded. */
  async theirs(named: NamedCase): Promise<void> {
    const failures = await this.#outcomeOf(named);
    this.#report.count(named.folder, failures.length > 0 ? 'failed' : 'passed');
    if (failures.length > 0) fail([`${named.id}: ${named.vector.about}`, ...failures]);
  }

  async #outcomeOf(named: NamedCase, maximumFailures?: number): Promise<string[]> {
    try {
      return await runCase(named, this.#bench, maximumFailures);
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  }
}

/** The reader needs the places in the vectors, not in this file: no stack. */
function fail(texts: readonly string[]): never {
  const error = new Error(texts.join('\n'));
  error.name = 'Conformance';
  error.stack = '';
  throw error;
}

/** The longest-waiting cases first, so that a run does not end with one of them alone. */
export function slowestFirst(cases: readonly NamedCase[]): NamedCase[] {
  return cases.toSorted((a, b) => waitingTime(b) - waitingTime(a));
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
