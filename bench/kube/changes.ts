import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIG_CLUSTER } from './big-cluster.ts';
import type { ChangeRequest } from './change-prober.ts';
import type { MeasuredProcess } from './measured-process.ts';
import type { Subject } from './subject.ts';

/** Milliseconds from the watch event to the first right answer, and queries a second that were answered meanwhile. */
export interface ChangeFigures {
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
  readonly answersPerSecond: number;
}

const QUERIES_PER_SECOND = 20_000;
const CHANGES_PER_SECOND = 50;
const CHANGES = 500;
const WARM_UP_SECONDS = 3;
const LOAD_SECONDS = WARM_UP_SECONDS + CHANGES / CHANGES_PER_SECOND + 2;
const NAMES_ASKED = 1000;

/** Changes services while dnsperf asks for others. */
export async function measureChangesUnderLoad(
  api: MeasuredProcess,
  start: () => Promise<Subject>,
  directory: string,
): Promise<ChangeFigures> {
  const subject = await start();
  try {
    await subject.synced();
    const load = new Load(subject.port, directory);
    try {
      await sleep(WARM_UP_SECONDS * 1000);
      const request: ChangeRequest = { changes: CHANGES, perSecond: CHANGES_PER_SECOND, port: subject.port };
      api.child.send(request);
      const { median = Number.NaN, p99 = Number.NaN, longest = Number.NaN } = await api.message('p99');
      return { median, p99, longest, answersPerSecond: await load.answersPerSecond() };
    } finally {
      load.end();
    }
  } finally {
    await subject.process.end();
  }
}

/** dnsperf, which asks at a fixed rate and ends by itself. */
class Load {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #output = '';

  constructor(port: number, directory: string) {
    const names = join(directory, 'queries');
    const lines = Array.from({ length: NAMES_ASKED }, (_, i) => {
      const name = `backend-${i}.team-${i % BIG_CLUSTER.namespaces}.svc.cluster.local`;
      // One of a Pod's search list: most queries of a cluster are for names that do not exist.
      return `${name} A\n${name} AAAA\n${name}.team-1.svc.cluster.local A\n`;
    });
    writeFileSync(names, lines.join(''));
    const options = { p: port, d: names, l: LOAD_SECONDS, Q: QUERIES_PER_SECOND, c: 4, q: 400 };
    const args = Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)]);
    this.#child = spawn('dnsperf', ['-s', '127.0.0.1', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child.stdout?.on('data', (text) => (this.#output += String(text)));
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on('close', () => resolve());
      this.#child.on('error', () => reject(new Error('dnsperf does not start; Debian has it as package dnsperf')));
    });
    // Whoever asks for the result hears of the error.
    this.#ended.catch(() => {});
  }

  async answersPerSecond(): Promise<number> {
    await this.#ended;
    const [, completed] = /Queries completed:\s+(\d+)/.exec(this.#output) ?? [];
    if (completed === undefined) throw new Error(`dnsperf has no result:\n${this.#output}`);
    return Number(completed) / LOAD_SECONDS;
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
