import { addressQuestions } from '../cluster/names.ts';
import { memoryOf, threadTimes } from '../harness/proc.ts';
import { startCorefileServer } from '../servers/corefile-servers.ts';
import { READY } from './cluster.ts';
import { ALL_FOUND, measureLoad } from './load.ts';
import type { Scenario } from './scenario.ts';

/** Sockets of the load: the kernel shares them out by their ports, so a few would not come out even. */
const CLIENTS = 64;
const TWO = 'ours, multisocket 2';

/** Both mouths share core 0, so that CPU time can be compared; who does how much is told from their threads. */
export const mouths: Scenario = {
  name: 'mouths',
  title: 'two mouths',
  subjects: [
    { name: 'ours', start: (bench) => startCorefileServer(bench, 'ours', { ready: READY }) },
    {
      name: TWO,
      start: (bench) =>
        startCorefileServer(bench, 'ours', { directives: (full) => ['multisocket 2', ...full], ready: READY }),
    },
  ],
  shown: ['rate', 'share', 'memory', 'own'],
  bars: [
    { subject: TWO, figure: 'total', limit: 1.1, against: { subject: 'ours', by: 'ratio' } },
    // Not the resident memory: pages of Node's program come and go, up to 15 MB of them, and another thread shares them.
    { subject: TWO, figure: 'own', limit: 15, against: { subject: 'ours', by: 'difference' } },
    { subject: TWO, figure: 'share', limit: 40, sense: 'at least' },
  ],
  measure: async (bench, server) => {
    const queries = bench.questions('mouths', addressQuestions(bench.shape.services, 'A'));
    const { seconds } = bench.settings;
    const before = threadTimes(server.program.id);
    const load = { port: server.port, queries, seconds, clients: CLIENTS };
    const { figures } = await measureLoad(bench, server, load, ALL_FOUND);
    const { resident, own } = memoryOf(server.program.id);
    return { ...figures, share: smallerShare(before, threadTimes(server.program.id)), memory: resident, own };
  },
};

/** Of what the two busiest threads did, the part of the less busy one in percent. */
export function smallerShare(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  const spent = [...after].map(([thread, time]) => time - (before.get(thread) ?? 0)).toSorted((a, b) => b - a);
  const [most = 0, second = 0] = spent;
  return most === 0 ? 0 : (second / (most + second)) * 100;
}
