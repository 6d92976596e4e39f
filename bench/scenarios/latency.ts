import { addressQuestions } from '../cluster/names.ts';
import { latencyFigures } from '../harness/dnsperf.ts';
import type { Bar } from '../report/bars.ts';
import { startDgram } from '../servers/dgram.ts';
import { bothServers } from './cluster.ts';
import { ALL_FOUND, measureLoad } from './load.ts';
import type { Scenario } from './scenario.ts';

/** Queries a second: a server that is mostly idle. */
const RATE = 2000;

/** A server that has to wait for its core shows how busy the machine is, and not how fast it answers. */
const requires = [{ figure: 'waited', atMost: 5 }] as const;

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
  measure: async (bench, server) => {
    const queries = bench.questions('latency', addressQuestions(bench.shape.services, 'A'));
    const { seconds } = bench.settings;
    const load = { port: server.port, queries, seconds, rate: RATE, eachLatency: true };
    const { figures, report } = await measureLoad(bench, server, load, ALL_FOUND);
    return { ...figures, ...latencyFigures(report) };
  },
};
