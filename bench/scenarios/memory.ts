import { ndotsQuestions } from '../cluster/names.ts';
import { cpuTime, memoryOf } from '../harness/proc.ts';
import { bothServers } from './cluster.ts';
import { checkAnswers } from './load.ts';
import type { Scenario } from './scenario.ts';

const PORTIONS = 10;
/** What the bars ask for: 10 M queries, but for what the last portion is rounded to. */
const requires = [{ figure: 'queries', atLeast: 9_900_000 }] as const;
/** The slowest server that is waited for. */
const SLOWEST_RATE = 5000;

/** What a server holds after many queries, and how much more that was in the second half of them than ever in the first one. */
export const memory: Scenario = {
  name: 'memory',
  title: 'resident memory, 1,000 services, after many queries',
  subjects: bothServers(),
  shown: ['queries', 'memory', 'own', 'peak', 'growth'],
  bars: [
    { figure: 'memory', limit: 75, requires },
    // Flat: the second half of the queries takes no more than the first has taken, but for what a collector's habits vary by.
    { figure: 'growth', limit: 2, requires },
  ],
  once: true,
  measure: async (bench, { program, port }) => {
    const questions = ndotsQuestions(bench.shape);
    const queries = bench.questions('memory', questions);
    const portion = bench.settings.memoryQueries / PORTIONS;
    const runs = Math.max(1, Math.round(portion / questions.length));
    const residents: number[] = [];
    const before = cpuTime(program.id);
    let answered = 0;
    for (let i = 1; i <= PORTIONS; i++) {
      bench.settings.progress.step(`memory: ${answered.toLocaleString('en')} queries`);
      const seconds = Math.ceil((runs * questions.length) / SLOWEST_RATE);
      const report = await bench.load({ port, queries, seconds, runs });
      checkAnswers(report, { NOERROR: 1 / 3, NXDOMAIN: 2 / 3 });
      answered += report.answered;
      residents.push(memoryOf(program.id).resident);
    }
    const [first, second] = [residents.slice(0, PORTIONS / 2), residents.slice(PORTIONS / 2)];
    const { user, system } = cpuTime(program.id);
    const { resident, own, peak } = memoryOf(program.id);
    return {
      user: ((user - before.user) / answered) * 1e6,
      total: ((user + system - before.user - before.system) / answered) * 1e6,
      queries: answered,
      memory: resident,
      own,
      peak,
      growth: Math.max(...second) - Math.max(...first),
    };
  },
};
