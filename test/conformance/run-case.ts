import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Case, ConfigVector, NamedCase } from './case.ts';
import type { BorrowedCluster, ClusterPool } from './cluster.ts';
import { expectedPorts } from './listening.ts';
import { type Placeholders, fill, fillAll, placeholdersIn } from './placeholders.ts';
import { claimPorts } from './ports.ts';
import { ServerRefused, type ServerUnderTest, type StartServer } from './server-under-test.ts';
import { describeStep } from './step-label.ts';
import { type CaseRun, runStep } from './steps.ts';
import { Upstream } from './upstream.ts';

/** What a run of cases shares. */
export interface Bench {
  /** How the server of a case is started. */
  readonly serverFor: (vector: Case) => StartServer;
  readonly clusters: ClusterPool;
}

/** A server that starts has to stay for so long to count as started. */
const STANDING_MS = 100;
/** A server that refuses its configuration has to end within this time. */
const REFUSAL_TIMEOUT_MS = 5_000;
/** So many failed steps are reported; what follows is mostly their consequence. */
const MAXIMUM_FAILURES = 8;

/**
 * Runs a case; the result is a text for each step that was not as recorded, and empty when the case passes. After
 * `maximumFailures` steps it gives up.
 */
export async function runCase(
  { id, vector }: NamedCase,
  bench: Bench,
  maximumFailures: number = MAXIMUM_FAILURES,
): Promise<string[]> {
  await using resources = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), `conformance-${id.replace('/', '-')}-`));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const ports = resources.use(await claimPorts());
  const values = new Map([['dir', directory]]);
  for (const name of new Set(['port', ...placeholdersIn(JSON.stringify(vector))])) {
    if (/^(?:port|http)\d*$/.test(name)) values.set(name, String(await ports.next()));
    if (name === 'localip') values.set(name, ownAddress());
  }
  const upstreams = new Map<string, Upstream>();
  for (const [name, rules] of Object.entries(vector.upstreams ?? {})) {
    const upstream = resources.use(new Upstream(await ports.next(), fillAll(rules, values)));
    await upstream.up();
    upstreams.set(name, upstream);
    values.set(`up.${name}`, upstream.address);
  }
  const borrowed = await borrowCluster(vector, bench.clusters);
  if (borrowed !== undefined) {
    resources.use(borrowed);
    for (const [name, value] of borrowed.cluster.placeholders) values.set(name, value);
    if (vector.api !== undefined) await borrowed.cluster.become(vector.api);
  }
  await prepareFolder(vector, directory, values);
  const start = (corefile: string): Promise<ServerUnderTest> =>
    startServer(bench.serverFor(vector), vector, corefile, directory, values);
  if (vector.configs !== undefined) return await runConfigs(vector.configs, start);
  const corefile = vector.corefile ?? '';
  if (vector.start === 'fails') return await refuses(() => start(corefile));
  const server = await start(corefile);
  resources.defer(() => server.stop());
  return await runSteps(vector, values, maximumFailures, {
    directory,
    port: Number(values.get('port')),
    server,
    upstreams,
    cluster: borrowed?.cluster,
    ttlSlack: vector.ttl_slack ?? 0,
    settlesBy: 0,
    signalledAt: 0,
  });
}

async function runSteps(vector: Case, values: Placeholders, maximumFailures: number, run: CaseRun): Promise<string[]> {
  const failures: string[] = [];
  for (const [i, recorded] of (vector.steps ?? []).entries()) {
    const step = fillAll(recorded, values);
    let differences: string[];
    try {
      differences = await runStep(step, run);
    } catch (error) {
      differences = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    }
    if (differences.length === 0) continue;
    failures.push(`step ${i + 1}, ${describeStep(step)}:\n${indent(differences)}`);
    if (failures.length >= maximumFailures) break;
  }
  for (const [name, { problems }] of run.upstreams) {
    if (problems.size > 0) failures.push(`upstream ${name}:\n${indent([...problems])}`);
  }
  return failures;
}

async function runConfigs(
  configs: readonly ConfigVector[],
  start: (corefile: string) => Promise<ServerUnderTest>,
): Promise<string[]> {
  const failures: string[] = [];
  for (const [i, config] of configs.entries()) {
    const problems = await (config.start === 'ok' ? starts : refuses)(() => start(config.corefile));
    if (problems.length > 0) failures.push(`config ${i + 1}:\n${indent([config.corefile, ...problems])}`);
  }
  return failures;
}

async function starts(start: () => Promise<ServerUnderTest>): Promise<string[]> {
  try {
    const server = await start();
    const code = await Promise.race([server.exitCode, sleep(STANDING_MS)]);
    await server.stop();
    return code === undefined ? [] : [`started, and ended with code ${code}: ${server.lines.join('\n')}`];
  } catch (error) {
    if (error instanceof ServerRefused) return [`should start, but: ${error.message}`];
    throw error;
  }
}

async function refuses(start: () => Promise<ServerUnderTest>): Promise<string[]> {
  try {
    const server = await start();
    const abort = new AbortController();
    const late = sleep(REFUSAL_TIMEOUT_MS, undefined, { signal: abort.signal }).catch(() => undefined);
    const code = await Promise.race([server.exitCode, late]);
    abort.abort();
    await server.stop();
    return code === undefined || code === 0 ? ['should refuse to start, but started'] : [];
  } catch (error) {
    if (error instanceof ServerRefused) return [];
    throw error;
  }
}

async function startServer(
  start: StartServer,
  vector: Case,
  corefile: string,
  directory: string,
  values: Placeholders,
): Promise<ServerUnderTest> {
  const path = join(directory, 'Corefile');
  await writeFile(path, fill(corefile, values));
  return await start({
    corefile: path,
    workingDirectory: directory,
    environment: fillAll(vector.env ?? {}, values),
    ports: expectedPorts(corefile, values),
  });
}

async function prepareFolder(vector: Case, directory: string, values: Placeholders): Promise<void> {
  for (const name of vector.dirs ?? []) await mkdir(join(directory, name), { recursive: true });
  for (const [name, content] of Object.entries(vector.files ?? {})) {
    const path = join(directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, fill(content, values));
  }
}

async function borrowCluster(vector: Case, clusters: ClusterPool): Promise<BorrowedCluster | undefined> {
  if (vector.cluster === undefined) return undefined;
  const changes = vector.steps?.some((step) => 'apply' in step || 'delete' in step || 'api' in step) ?? false;
  return await clusters.borrow(vector.cluster, changes || vector.api !== undefined ? 'change' : 'look');
}

/** An IPv4 address of this machine that is no loopback one. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const address = addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  if (address === undefined) throw new Error('this machine has no IPv4 address but loopback ones');
  return address;
}

function indent(texts: readonly string[]): string {
  return texts.join('\n').replaceAll(/^/gm, '    ');
}
