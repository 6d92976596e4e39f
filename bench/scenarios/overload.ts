import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressQuestions, missingQuestions } from '../cluster/names.ts';
import { ask } from '../harness/ask.ts';
import type { Bench } from '../harness/bench.ts';
import { kernelDrops, memoryOf } from '../harness/proc.ts';
import { percentile } from '../report/statistics.ts';
import type { RunningServer } from '../servers/running.ts';
import { bothServers, questionsOfRound, READY } from './cluster.ts';
import { ALL_FOUND, Disturbed, measureLoad, NONE_FOUND } from './load.ts';
import type { Scenario } from './scenario.ts';

const FACTOR = 3;
/** What the bars ask for. A generator that does not reach it, or a shorter flood, shows nothing. */
const requires = [
  { figure: 'load', atLeast: 0.95 * FACTOR },
  { figure: 'floodSeconds', atLeast: 60 },
] as const;
/** What is normal, before the flood: at this rate. */
const CALM_RATE = 500;
const CALM_SECONDS = 2;
/** Latency is back when this many queries in a row take no longer than twice what 99 of 100 took before … */
const CALM_QUERIES = 10;
const CALM_FACTOR = 2;
/** … but a millisecond is granted: a single query through Node costs that on a busy machine. In microseconds. */
const CALM_LEAST = 1000;
/** If 99 of 100 calm queries take longer than this, they are not calm, and every latency would count as recovered. */
const CALM_MOST = 5000;
const RECOVERY_MILLISECONDS = 10_000;

/** Three times what the server can answer, of names that cost most, for a minute. */
export const overload: Scenario = {
  name: 'overload',
  title: 'overload, 3 × the capacity',
  subjects: bothServers(),
  shown: ['rate', 'load', 'floodSeconds', 'dropped', 'memory', 'peak', 'growth', 'p99'],
  bars: [
    // Bounded: the second half of the flood needs no more than the first one, but for what a collector's habits vary by.
    { figure: 'growth', limit: 2, requires },
    { figure: 'recovery', limit: 1000, requires },
    { figure: 'counted', limit: 95, sense: 'at least', requires },
  ],
  once: true,
  measure: async (bench, server) => {
    const { program, port } = server;
    const { seconds, progress } = bench.settings;
    progress.step('overload: the capacity');
    const missing = bench.questions('capacity', missingQuestions(questionsOfRound(bench), 'capacity'));
    const { figures } = await measureLoad(bench, server, { port, queries: missing, seconds }, NONE_FOUND);
    const calm = await calmLatency(bench, server);
    if (calm > CALM_MOST) throw new Disturbed(`calm queries took up to ${Math.round(calm)} µs`);
    const before = {
      memory: memoryOf(program.id).resident,
      drops: kernelDrops(port),
      counted: await countedDrops(server),
    };
    const { sent, answered, peak, growth } = await flood(bench, server, FACTOR * (figures.rate ?? 0));
    const recovery = await recoveryTime(port, Math.max(CALM_LEAST, CALM_FACTOR * calm));
    const drops = kernelDrops(port) - before.drops;
    const counted = (await countedDrops(server)) - before.counted;
    const unanswered = sent - answered;
    return {
      ...figures,
      load: sent / bench.settings.overloadSeconds / (figures.rate ?? Number.NaN),
      dropped: (unanswered / sent) * 100,
      floodSeconds: bench.settings.overloadSeconds,
      // Of what the kernel dropped; without a drop there is nothing to count.
      ...(drops === 0 ? {} : { counted: (counted / drops) * 100 }),
      memory: before.memory,
      peak,
      growth,
      p99: calm,
      recovery,
    };
  },
};

async function calmLatency(bench: Bench, server: RunningServer): Promise<number> {
  const queries = bench.questions('calm', addressQuestions(bench.shape.services, 'A'));
  const load = { port: server.port, queries, seconds: CALM_SECONDS, rate: CALM_RATE, eachLatency: true };
  const { report } = await measureLoad(bench, server, load, ALL_FOUND);
  return percentile(report.latencies, 0.99);
}

interface FloodReport {
  readonly sent: number;
  readonly answered: number;
  /** Resident memory at most, in megabytes. */
  readonly peak: number;
  /** By how much it was more in the second half than ever in the first one, in megabytes; below 0 where it was less. */
  readonly growth: number;
}

async function flood(bench: Bench, { program, port }: RunningServer, rate: number): Promise<FloodReport> {
  const { overloadSeconds, progress } = bench.settings;
  const script = join(import.meta.dirname, 'flood-process.ts');
  const args = [script, String(port), String(Math.round(rate)), String(overloadSeconds)];
  const source = bench.start(process.execPath, args, bench.cores.load);
  const started = performance.now();
  const peaks = [0, 0];
  while (!source.hasEnded) {
    if (program.hasEnded) throw new Error('it ended during the flood');
    const second = Math.floor((performance.now() - started) / 1000);
    if (second > overloadSeconds + 10) throw new Error('the flood does not end');
    const half = second * 2 < overloadSeconds ? 0 : 1;
    peaks[half] = Math.max(peaks[half] ?? 0, memoryOf(program.id).resident);
    progress.step(
      `overload: ${Math.round(rate).toLocaleString('en')} queries a second, ${second} of ${overloadSeconds} s`,
    );
    await Promise.race([sleep(1000), source.ended]);
  }
  if ((await source.ended) !== 0) throw new Error(`the flood failed: ${source.lastWords}`);
  const [first = 0, last = 0] = peaks;
  return { ...parseFlood(source.output), peak: Math.max(first, last), growth: last - first };
}

/** Milliseconds from now until answers come as they did before; the limit when they do not. */
async function recoveryTime(port: number, latency: number): Promise<number> {
  const started = performance.now();
  let calmSince = started;
  for (let calm = 0; calm < CALM_QUERIES;) {
    const asked = performance.now();
    if (asked - started > RECOVERY_MILLISECONDS) return RECOVERY_MILLISECONDS;
    const answer = await ask(port, READY);
    const isCalm = answer !== undefined && (performance.now() - asked) * 1000 <= latency;
    if (isCalm && calm === 0) calmSince = asked;
    calm = isCalm ? calm + 1 : 0;
  }
  return calmSince - started;
}

/** The last line that a flood printed. */
export function parseFlood(text: string): { readonly sent: number; readonly answered: number } {
  const report: unknown = JSON.parse(text.trim().split('\n').at(-1) ?? '');
  if (typeof report !== 'object' || report === null || !('sent' in report) || !('answered' in report))
    throw new Error(`the flood printed ${text}`);
  return { sent: Number(report.sent), answered: Number(report.answered) };
}

async function countedDrops({ metricsPort }: RunningServer): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${metricsPort ?? 0}/metrics`);
  return sumOfDrops(await response.text());
}

/** The sum of all counters of dropped queries in an exposition of metrics. */
export function sumOfDrops(exposition: string): number {
  const samples = exposition.matchAll(/^\w*(?:drop|shed|overflow)\w*_total(?:\{[^\n]*\})? (\S+)$/gm);
  return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
}
