import { join } from 'node:path';
import { addressQuestions } from '../cluster/names.ts';
import type { Bench } from '../harness/bench.ts';
import { latencyFigures } from '../harness/dnsperf.ts';
import { stolenTime, waitingTime } from '../harness/proc.ts';
import type { Bar } from '../report/bars.ts';
import type { Figures } from '../report/figures.ts';
import { startDgram } from '../servers/dgram.ts';
import type { RunningServer } from '../servers/running.ts';
import { bothServers } from './cluster.ts';
import { Disturbed } from './load.ts';
import type { Scenario } from './scenario.ts';

/** Queries a second: a server that is mostly idle. */
const RATE = 2000;
/** What the generator may take beside the queries: start and end. */
const SPARE_SECONDS = 10;
/** From 0 to 1. */
const MOST_LOST = 0.01;

/** A server that has to wait for its core shows how busy the machine is, and not how fast it answers; the threads of CoreDNS wait for one another. */
const requires = [{ figure: 'waited', atMost: 15 }] as const;

const DGRAM = 'node:dgram';

const bars = ['CoreDNS', DGRAM].flatMap((subject) =>
  (['mean', 'p99'] as const).map((figure): Bar => ({ figure, limit: 1, against: { subject, by: 'ratio' }, requires })),
);

export const latency: Scenario = {
  name: 'latency',
  title: 'latency at 2,000 queries a second',
  subjects: [...bothServers(), { name: DGRAM, start: startDgram }],
  shown: ['mean', 'p50', 'p99'],
  bars,
  // One query in a hundred meets whatever else the machine does, and that is not the same from second to second.
  turnsARound: 5,
  measure: async (bench, { program, port }) => {
    const queries = bench.questions('latency', addressQuestions(bench.shape.services, 'A'));
    const [waitedBefore, stolenBefore] = [waitingTime(program.id), stolenTime()];
    const times = await askOneByOne(bench, port, queries);
    const { seconds } = bench.settings;
    return {
      ...figuresOf(times),
      waited: ((waitingTime(program.id) - waitedBefore) / seconds) * 100,
      stolen: ((stolenTime() - stolenBefore) / seconds) * 100,
    };
  },
};

/** Microseconds of each query, -1 for what was not answered. */
async function askOneByOne(bench: Bench, port: RunningServer['port'], queries: string): Promise<readonly number[]> {
  const { seconds } = bench.settings;
  const args = [join(import.meta.dirname, 'asking-process.ts'), String(port), queries, String(RATE), String(seconds)];
  const asking = bench.start(process.execPath, args, bench.cores.load, { keepOutput: true });
  if ((await asking.within((seconds + SPARE_SECONDS) * 1000)) !== 0) throw new Error(`no latency: ${asking.lastWords}`);
  return parseTimes(asking.output);
}

export function parseTimes(text: string): readonly number[] {
  return text.split('\n').map(Number);
}

/** Throws Disturbed where more than a few answers are missing. */
export function figuresOf(times: readonly number[]): Figures {
  const answered = times.filter((time) => time >= 0);
  if (answered.length < times.length * (1 - MOST_LOST))
    throw new Disturbed(`${times.length - answered.length} of ${times.length} queries were not answered`);
  const meanLatency = answered.reduce((sum, time) => sum + time, 0) / answered.length;
  return latencyFigures({ latencies: answered, meanLatency });
}
