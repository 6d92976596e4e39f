import type { Bench } from '../harness/bench.ts';
import type { Load, LoadReport } from '../harness/dnsperf.ts';
import { cpuTime } from '../harness/proc.ts';
import type { Figures } from '../report/figures.ts';
import type { RunningServer } from '../servers/running.ts';

/** Of the answers, from 0 to 1, by rcode. */
export type ExpectedCodes = Readonly<Record<string, number>>;

export const ALL_FOUND: ExpectedCodes = { NOERROR: 1 };
export const NONE_FOUND: ExpectedCodes = { NXDOMAIN: 1 };

/** How far the shares may be off: an uneven end of a run, and queries that were lost. */
const TOLERANCE = 0.02;

/** Loads a server and says what that took. Rejects when it does not answer, or not what it should. */
export async function measureLoad(
  bench: Bench,
  { program }: RunningServer,
  load: Load,
  expected: ExpectedCodes,
): Promise<{ readonly figures: Figures; readonly report: LoadReport }> {
  const before = cpuTime(program.id);
  const report = await bench.load(load);
  const after = cpuTime(program.id);
  checkAnswers(report, expected);
  const user = after.user - before.user;
  const system = after.system - before.system;
  const figures: Figures = {
    user: (user / report.answered) * 1e6,
    total: ((user + system) / report.answered) * 1e6,
    rate: report.rate,
    lost: (report.lost / report.sent) * 100,
    size: report.answerSize,
  };
  return { figures, report };
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
