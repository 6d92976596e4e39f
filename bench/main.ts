// Measures this server and others: `npm run bench -- --help`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { ArgumentError, type BenchArguments, HELP, parseCommandLine } from './command-line.ts';
import { Bench } from './harness/bench.ts';
import { Lifetime } from './harness/lifetime.ts';
import { describeMachine, type Machine, printMachine } from './harness/machine.ts';
import { commit, makePackage, ROOT } from './harness/package.ts';
import { findProgram, goFolder, installCoreDns, isProgram, TOOLS } from './harness/peers.ts';
import { Progress } from './harness/progress.ts';
import { drawPlots } from './plot/plots.ts';
import { printReport } from './report/report.ts';
import type { RunResult, ScenarioResult } from './report/result.ts';
import { disturbanceNote, printText, tableRows } from './report/table.ts';
import { runScenario } from './scenarios/run-scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';

const RESULTS = join(import.meta.dirname, 'results');
/** A load above which a figure says more about the others on the machine; in cores. */
const QUIET_LOAD = 0.3;
const EXIT_USAGE = 2;

try {
  const values = parseCommandLine(process.argv.slice(2));
  if (values.help) process.stdout.write(`${HELP}\n`);
  else if (values.list) for (const { name, title } of scenarios) process.stdout.write(`${name.padEnd(18)}${title}\n`);
  else await run(values);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`bench: ${message}\n`);
  process.exit(error instanceof ArgumentError ? EXIT_USAGE : 1);
}
// Servers of the bench itself may still run; whatever it started ends with it.
process.exit(0);

async function run(values: BenchArguments): Promise<void> {
  const wanted = scenarios.filter(({ name }) => values.scenario.test(name));
  if (wanted.length === 0) throw new ArgumentError(`no scenario matches ${String(values.scenario)}; see --list`);
  const peers = findPrograms(values);
  const lifetime = new Lifetime();
  const progress = new Progress(process.stderr);
  const machine = describeMachine(peers);
  progress.note(printMachine(machine));
  if (machine.load > QUIET_LOAD) progress.note('! the machine is busy: the figures are not worth much');
  progress.step('building the package');
  const program = makePackage(values.reuseBuild);
  const bench = new Bench({
    lifetime,
    progress,
    peers,
    program,
    rounds: values.rounds,
    seconds: values.seconds,
    memoryQueries: values.queries,
    overloadSeconds: values.overloadSeconds,
  });
  if (values.plot) {
    await drawPlots(bench, machine, RESULTS);
    return;
  }
  const results: ScenarioResult[] = [];
  const save = resultWriter(values, machine);
  for (const scenario of wanted) {
    results.push(await runScenario(bench, scenario));
    // A run that is stopped leaves what it has.
    save(results);
  }
  progress.end();
  const path = save(results);
  process.stdout.write(`${values.markdown ? printReport(path.result) : printText(tableRows(results))}\n`);
  const disturbance = disturbanceNote(results);
  if (disturbance !== '') progress.note(`! ${disturbance}`);
  progress.note(`written to ${relative(ROOT, path.path)}`);
}

/** Paths by name. Throws when something is missing that no measurement can do without. */
function findPrograms(values: BenchArguments): Record<string, string | undefined> {
  if (process.platform !== 'linux') throw new Error('this measures with /proc and taskset, so it needs Linux');
  if (availableParallelism() < 2) throw new Error('this needs two cores: one for the server, one for the load');
  for (const [name, debianPackage] of Object.entries(TOOLS)) {
    if (findProgram(name) === undefined)
      throw new Error(`${name} is not installed (Debian: apt-get install ${debianPackage})`);
  }
  // From where npm was called, not from the folder of its script; and servers start in another one.
  const coredns = values.coredns === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', values.coredns);
  if (coredns !== undefined && !isProgram(coredns)) throw new ArgumentError(`--coredns: ${coredns} is no program`);
  if (values.installCoredns) installCoreDns();
  return {
    dnsperf: findProgram('dnsperf'),
    coredns: coredns ?? findProgram('coredns', goFolder()),
    unbound: findProgram('unbound'),
    knotd: findProgram('knotd'),
    dnsmasq: findProgram('dnsmasq'),
  };
}

interface SavedResult {
  readonly path: string;
  readonly result: RunResult;
}

function resultWriter(values: BenchArguments, machine: Machine): (scenarios: readonly ScenarioResult[]) => SavedResult {
  const date = new Date().toISOString().replace(/\.\d+/, '');
  const path = join(RESULTS, `${date.replaceAll(':', '')}.json`);
  const { rounds, seconds } = values;
  const measured = commit();
  return (scenarios) => {
    const result: RunResult = { date, commit: measured, machine, rounds, seconds, scenarios };
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`);
    return { path, result };
  };
}
