import { median } from '../report/statistics.ts';

/** Something small that is done many times. It returns what it made, so that nothing of it is left out as useless. */
export interface MicroCase {
  readonly name: string;
  readonly run: () => unknown;
}

export interface MicroFigures {
  readonly name: string;
  /** Nanoseconds of CPU time of one run: the median of the samples, and the least. */
  readonly median: number;
  readonly least: number;
}

/** Before anything is measured, so that the compiler is done with the code. */
const WARM_UP_MILLISECONDS = 200;
const SAMPLE_MILLISECONDS = 50;
const SAMPLES = 15;

/** Measures the cases in turn, sample by sample, so that what disturbs the machine disturbs all. */
export function timeCases(cases: readonly MicroCase[]): MicroFigures[] {
  const sink: { last: unknown } = { last: undefined };
  const prepared = cases.map((each) => ({ ...each, runs: runsWithin(each, SAMPLE_MILLISECONDS, sink), samples: [0] }));
  for (const one of prepared) one.samples.length = 0;
  for (let i = 0; i < SAMPLES; i++) {
    for (const { run, runs, samples } of prepared) samples.push(timeRuns(run, runs, sink));
  }
  return prepared.map(({ name, samples }) => ({ name, median: median(samples), least: Math.min(...samples) }));
}

/** How often the case runs in the time, once it is warm. */
function runsWithin({ run }: MicroCase, milliseconds: number, sink: { last: unknown }): number {
  let runs = 1;
  for (const end = performance.now() + WARM_UP_MILLISECONDS; performance.now() < end; runs *= 2)
    timeRuns(run, runs, sink);
  return Math.max(1, Math.round((milliseconds * 1e6) / timeRuns(run, runs, sink)));
}

/** CPU time: what others on the machine take is not counted. */
function timeRuns(run: () => unknown, runs: number, sink: { last: unknown }): number {
  const before = process.cpuUsage();
  for (let i = 0; i < runs; i++) sink.last = run();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / runs) * 1000;
}
