import type { Bench } from '../harness/bench.ts';
import type { Load, LoadReport } from '../harness/dnsperf.ts';
import { cpuTime, stolenTime, waitingTime } from '../harness/proc.ts';
import type { Figures } from '../report/figures.ts';
import type { RunningServer } from '../servers/running.ts';

/** Of the answers, from 0 to 1, by rcode. */
export type ExpectedCodes = Readonly<Record<string, number>>;

export const ALL_FOUND: ExpectedCodes = { NOERROR: 1 };
export const NONE_FOUND: ExpectedCodes = { NXDOMAIN: 1 };

/** How far the shares may be off: an uneven end of a run, and queries that were lost. */
const TOLERANCE = 0.02;

/** CPU time is counted in ticks of 10 ms: with less than this it is off by more than a twentieth. In seconds. */
const LEAST_CPU_TIME = 0.2;
/** A loaded server, too, answers all that it is asked as long as it runs. From 0 to 1. */
const MOST_LOST = 0.05;

/**
 * A measurement that says nothing, whoever was measured: the machine was busy with something else. It must be repeated, not
 * counted: a server that hardly ran looks like one that costs nothing.
 */
export class Disturbed extends Error {
  override readonly name = 'Disturbed';
}

/** Loads a server and says what that took. Rejects when it does not answer, or not what it should. */
export async function measureLoad(
  bench: Bench,
  { program }: RunningServer,
  load: Load,
  expected: ExpectedCodes,
): Promise<{ readonly figures: Figures; readonly report: LoadReport }> {
  const [waitedBefore, stolenBefore] = [waitingTime(program.id), stolenTime()];
  const before = cpuTime(program.id);
  const report = await bench.load(load);
  const after = cpuTime(program.id);
  const waited = waitingTime(program.id) - waitedBefore;
  const user = after.user - before.user;
  const system = after.system - before.system;
  const isTelling = user + system >= LEAST_CPU_TIME;
  // At a low rate little time is spent, as it should be.
  if (load.rate === undefined) checkDisturbance(report, user + system, waited);
  checkAnswers(report, expected);
  const figures: Figures = {
    ...(isTelling ? { user: (user / report.answered) * 1e6, total: ((user + system) / report.answered) * 1e6 } : {}),
    rate: report.rate,
    lost: (report.lost / report.sent) * 100,
    size: report.answerSize,
    mean: report.meanLatency,
    waited: (waited / report.seconds) * 100,
    stolen: ((stolenTime() - stolenBefore) / report.seconds) * 100,
  };
  return { figures, report };
}

/** Throws Disturbed when a server under full load hardly ran. `spent`, `waited`: seconds on its core, and ready but without it. */
export function checkDisturbance({ sent, lost, seconds }: LoadReport, spent: number, waited: number): void {
  const circumstances = `it waited ${((waited / seconds) * 100).toFixed(0)} % of the time for its core`;
  if (spent < LEAST_CPU_TIME)
    throw new Disturbed(`only ${spent.toFixed(2)} s of CPU time in ${seconds.toFixed(1)} s; ${circumstances}`);
  if (lost > sent * MOST_LOST) throw new Disturbed(`${lost} of ${sent} queries were lost; ${circumstances}`);
}

/** A server that fails fast must not look like a fast server. Throws when the answers are not what they should be. */
export function checkAnswers({ answered, sent, rcodes }: LoadReport, expected: ExpectedCodes): void {
  if (answered === 0) throw new Error(`none of ${sent} queries was answered`);
  for (const rcode of new Set([...Object.keys(expected), ...Object.keys(rcodes)])) {
    const [got = 0, wanted = 0] = [rcodes[rcode], expected[rcode]];
    if (Math.abs(got - wanted) > TOLERANCE) {
      const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
      throw new Error(`wrong answers: ${percent(got)} ${rcode} where ${percent(wanted)} were expected`);
    }
  }
}
