import type { Bench } from '../harness/bench.ts';
import { ROOT } from '../harness/package.ts';
import type { Figures } from '../report/figures.ts';
import type { ScenarioResult } from '../report/result.ts';
import type { RunningServer } from '../servers/running.ts';
import { Disturbed } from './load.ts';
import type { Scenario } from './scenario.ts';

interface Participant {
  readonly name: string;
  readonly server: RunningServer | undefined;
  readonly rounds: Figures[];
  problem?: string;
  /** Measurements that were thrown away and repeated. */
  repeated: number;
}

/** A machine that is still busy then will not be quiet soon. */
const ATTEMPTS = 3;

/** Starts all servers of the scenario and measures them in turn, round by round: A B A B. Ends what it started. */
export async function runScenario(bench: Bench, scenario: Scenario): Promise<ScenarioResult> {
  const { name, title, shown, bars } = scenario;
  const participants: Participant[] = [];
  try {
    for (const subject of scenario.subjects) participants.push(await start(bench, scenario, subject));
    const [first, last] = scenario.once === true ? [1, 1] : [0, turnsOf(bench, scenario)];
    for (let round = first; round <= last; round++) {
      for (const participant of participants) await measure(bench, scenario, participant, round);
    }
  } finally {
    for (const { server } of participants) await server?.program.stop();
  }
  const subjects = participants.map(({ name, rounds, repeated, problem }) => ({
    name,
    rounds,
    repeated,
    ...(problem === undefined ? {} : { problem }),
  }));
  return { name, title, shown, bars, subjects };

  async function start(bench: Bench, { name }: Scenario, subject: Scenario['subjects'][number]): Promise<Participant> {
    const ours = participants[0];
    if (ours !== undefined && ours.server === undefined)
      return { name: subject.name, server: undefined, rounds: [], repeated: 0, problem: 'ours does not take part' };
    bench.settings.progress.step(`${name}: starting ${subject.name}`);
    try {
      return { name: subject.name, server: await subject.start(bench), rounds: [], repeated: 0 };
    } catch (error) {
      const problem = withoutPaths(bench, messageOf(error));
      bench.settings.progress.note(`! ${name}: ${subject.name} is left out: ${problem}`);
      return { name: subject.name, server: undefined, rounds: [], repeated: 0, problem };
    }
  }
}

function turnsOf(bench: Bench, { turnsARound = 1 }: Scenario): number {
  return bench.settings.rounds * turnsARound;
}

/** What goes wrong with one server is reported in its row; the others go on. */
async function measure(bench: Bench, scenario: Scenario, participant: Participant, round: number): Promise<void> {
  const { server, rounds } = participant;
  if (server === undefined || participant.problem !== undefined) return;
  const { progress } = bench.settings;
  const what =
    round === 0 ? 'warm-up' : scenario.once === true ? 'measuring' : `round ${round} of ${turnsOf(bench, scenario)}`;
  progress.step(`${scenario.name}: ${what}, ${participant.name}`);
  try {
    const figures = await undisturbed(bench, scenario, participant, async () => scenario.measure(bench, server, round));
    if (round > 0) rounds.push(figures);
  } catch (error) {
    participant.problem = withoutPaths(
      bench,
      server.program.hasEnded ? `it ended: ${server.program.lastWords}` : messageOf(error),
    );
    progress.note(`! ${scenario.name}: ${participant.name} failed: ${participant.problem}`);
  }
}

/** Repeats a measurement that says nothing. Which one that is does not depend on the figures, nor on whose they are. */
async function undisturbed(
  bench: Bench,
  { name }: Scenario,
  participant: Participant,
  attempt: () => Promise<Figures>,
): Promise<Figures> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Disturbed) || attempts === ATTEMPTS || participant.server?.program.hasEnded === true)
        throw error;
      participant.repeated++;
      bench.settings.progress.note(`! ${name}: ${participant.name} is measured again: ${error.message}`);
    }
  }
}

/** Results are for others too: where this machine keeps its files is left out. */
function withoutPaths(bench: Bench, text: string): string {
  return text.replaceAll(`${bench.settings.lifetime.directory}/`, '').replaceAll(ROOT, '');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
