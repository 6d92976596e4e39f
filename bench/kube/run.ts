// Measures what a big cluster costs: memory, first sync, event-loop stalls.
//
//   node bench/kube/run.ts [--rounds=N] [--subject=watch|server] [--form=protobuf|json] [--lists=streams|pages]
//        [--touched] [--tls] [--flags='--semi-space-growth-factor=1 …'] [--node-options='…']
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { makeTestCertificates } from '../../src/kube/testing/test-certificates.ts';
import { makeBundles } from './bundle.ts';
import { HERE, MeasuredProcess } from './measured-process.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    subject: { type: 'string', default: 'watch' },
    form: { type: 'string', default: 'protobuf' },
    lists: { type: 'string', default: 'streams' },
    touched: { type: 'boolean', default: false },
    tls: { type: 'boolean', default: false },
    flags: { type: 'string', default: '' },
    'node-options': { type: 'string', default: '' },
  },
});
// Services, EndpointSlices and Namespaces.
const WATCHES = 3;
// Forced re-lists after which memory is measured again.
const RELISTS = 4;

const directory = mkdtempSync(join(tmpdir(), 'bench-kube-'));
const bundles = await makeBundles();
const certificates = values.tls ? makeTestCertificates(directory) : undefined;

interface Figures {
  readonly firstSync: number;
  readonly firstPeak: number;
  readonly idle: number;
  readonly afterRelists: number;
  readonly peak: number;
  readonly stall: number;
  readonly turn: number;
  readonly heapUsed: number;
}

interface Subject {
  readonly process: MeasuredProcess;
  readonly synced: () => Promise<void>;
}

async function startSubject(url: string): Promise<Subject> {
  const environment = { PROBE_V8_FLAGS: values.flags, NODE_OPTIONS: values['node-options'] };
  const probe = ['--import', bundles.probe];
  if (values.subject === 'watch') {
    const child = new MeasuredProcess([...probe, bundles.watch, url, certificates?.ca ?? ''], environment);
    return { process: child, synced: async () => void (await child.message('syncedAfter')) };
  }
  const [dns, ready] = [await freePort(), await freePort()];
  const tls =
    certificates === undefined ? '' : `tls ${certificates.clientCert} ${certificates.clientKey} ${certificates.ca}`;
  const corefile = join(directory, 'Corefile');
  writeFileSync(
    corefile,
    `.:${dns} {\n bind 127.0.0.1\n ready 127.0.0.1:${ready}\n cache 30\n` +
      ` kubernetes cluster.local in-addr.arpa {\n  endpoint ${url}\n  ${tls}\n }\n}\n`,
  );
  const child = new MeasuredProcess([...probe, bundles.server, corefile], environment);
  const synced = async (): Promise<void> => {
    for (;;) {
      if (child.hasEnded) throw new Error('the server ended; BENCH_VERBOSE=1 shows what it said');
      const response = await fetch(`http://127.0.0.1:${ready}/ready`).catch(() => undefined);
      if (response?.status === 200) return;
      await sleep(10);
    }
  };
  return { process: child, synced };
}

async function measure(api: MeasuredProcess, url: string): Promise<Figures> {
  const started = performance.now();
  const { process: subject, synced } = await startSubject(url);
  try {
    await synced();
    const firstSync = performance.now() - started;
    await sleep(200);
    const firstPeak = subject.takePeak();
    await sleep(3000);
    const idle = subject.resident;
    let peak = 0;
    let stall = 0;
    let turn = 0;
    subject.takePeak();
    for (let i = 0; i < RELISTS; i++) {
      await relist(api);
      peak = Math.max(peak, subject.takePeak());
    }
    await sleep(3000);
    const afterRelists = subject.resident;
    const { heapUsed = 0 } = await subject.ask('report', 'heapUsed');
    // Once more with an eye on the event loop, which takes time and memory of its own.
    for (let i = 0; i < RELISTS; i++) {
      subject.child.send('reset');
      await relist(api);
      const report = await subject.ask('report', 'longestStall');
      stall = Math.max(stall, report['longestStall'] ?? 0);
      turn = Math.max(turn, report['longestTurn'] ?? 0);
    }
    return { firstSync, firstPeak, idle, afterRelists, peak, stall, turn, heapUsed };
  } finally {
    await subject.end();
  }
}

/** Makes the API forget what it said, and waits until every resource has been listed anew and is watched again. */
async function relist(api: MeasuredProcess): Promise<void> {
  await api.ask(values.touched ? 'expire touched' : 'expire', 'watches');
  for (;;) {
    await sleep(20);
    const { watches } = await api.ask('state', 'watches');
    if (watches === WATCHES) break;
  }
  await sleep(1000);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const api = new MeasuredProcess([
  join(HERE, 'fake-api.ts'),
  values.form,
  values.lists,
  certificates?.serverCert ?? '',
  certificates?.serverKey ?? '',
]);
try {
  const { port = 0 } = await api.message('port');
  const url = `http${values.tls ? 's' : ''}://127.0.0.1:${port}`;
  const rounds: Figures[] = [];
  for (let i = 0; i < Number(values.rounds); i++) rounds.push(await measure(api, url));
  const of = (key: keyof Figures): number => median(rounds.map((round) => round[key]));
  const steady = Math.max(of('idle'), of('afterRelists'));
  const line = {
    ...values,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? ''}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.versions.node}`,
    'first sync, s': round2(of('firstSync') / 1000),
    'peak of the first sync, MB': Math.round(of('firstPeak')),
    'idle, MB': Math.round(of('idle')),
    'after re-lists, MB': Math.round(of('afterRelists')),
    'peak of a re-list, MB': Math.round(of('peak')),
    'peak / steady': round2(of('peak') / steady),
    'longest stall, ms': round2(of('stall')),
    'longest turn of the loop, ms of CPU': round2(of('turn')),
    'heap used, MB': Math.round(of('heapUsed')),
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
} finally {
  await api.end();
  rmSync(directory, { recursive: true });
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
