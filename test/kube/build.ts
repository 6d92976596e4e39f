import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Programs that this folder's tests start. */
export interface Programs {
  readonly etcd: string;
  readonly kubeApiserver: string;
}

const MODULE = join(import.meta.dirname, 'apiserver');
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/test-kube');
const VERSION = 'v1.36.3';

export const PROGRAMS: Programs = { etcd: join(CACHE, 'etcd'), kubeApiserver: join(CACHE, 'kube-apiserver') };

const VERSION_PACKAGE = 'k8s.io/component-base/version';
/** Without these the server says v0.0.0, which kubectl refuses. `-s -w` leaves out what only debuggers read. */
const LINKER_FLAGS = [
  '-s -w',
  `-X ${VERSION_PACKAGE}.gitVersion=${VERSION}`,
  `-X ${VERSION_PACKAGE}.gitMajor=1`,
  `-X ${VERSION_PACKAGE}.gitMinor=36`,
].join(' ');

const BUILDS: readonly (readonly [output: string, source: string])[] = [
  [PROGRAMS.etcd, 'go.etcd.io/etcd/server/v3'],
  [PROGRAMS.kubeApiserver, 'k8s.io/kubernetes/cmd/kube-apiserver'],
];

/** So often the reader is told that the compiler is still at work: some 1,500 packages take minutes. */
const PROGRESS_INTERVAL_MS = 20_000;
/** Four minutes on two cores; a machine that needs three times as long is too slow for the tests themselves. */
const BUILD_TIMEOUT_MS = 15 * 60_000;

/**
 * Builds what has changed since the last build. Needs Go and, the first time, access to its module proxy. `say` gets
 * lines about the progress. Rejects with one line that says what to do.
 */
export async function build(say: (line: string) => void): Promise<Programs> {
  const key = await sourceKey();
  const keyFile = join(CACHE, 'built-from');
  if ((await readFile(keyFile, 'utf8').catch(() => '')) === key) return PROGRAMS;
  await mkdir(CACHE, { recursive: true });
  for (const [output, source] of BUILDS) {
    const started = performance.now();
    const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`;
    say(`building ${source}, which takes minutes the first time`);
    const timer = setInterval(() => say(`still building ${source}: ${seconds()}`), PROGRESS_INTERVAL_MS);
    try {
      await compile(source, `${output}.new`, say);
    } finally {
      clearInterval(timer);
    }
    // A program that is running can be replaced, not written into.
    await rename(`${output}.new`, output);
    say(`built ${source} in ${seconds()}`);
  }
  await writeFile(keyFile, key);
  return PROGRAMS;
}

async function compile(source: string, output: string, say: (line: string) => void): Promise<void> {
  // Two packages at a time and with low priority: each takes hundreds of megabytes, and people work meanwhile.
  const words = ['-n', '10', 'go', 'build', '-p', '2', '-trimpath', '-ldflags', LINKER_FLAGS, '-o', output, source];
  const child = spawn('nice', words, {
    cwd: MODULE,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: BUILD_TIMEOUT_MS,
  });
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    // One line for each of hundreds of modules says less than the progress does.
    if (line.startsWith('go: downloading')) return;
    errors.push(line);
    say(line);
  });
  const [code] = await once(child, 'close');
  if (code === 0) return;
  if (errors.some((line) => line.includes('No such file or directory'))) {
    throw new Error('there is no Go to build kube-apiserver with; install Go 1.26 and have it in PATH');
  }
  throw new Error(`go build ${source} failed: ${errors.at(-1) ?? `ended with ${String(code)}`}`);
}

/** What the programs are made from. */
async function sourceKey(): Promise<string> {
  const hash = createHash('sha256').update(LINKER_FLAGS);
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(MODULE, file)));
  return hash.digest('hex');
}
