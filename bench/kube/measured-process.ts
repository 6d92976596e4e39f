import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const HERE: string = fileURLToPath(new URL('.', import.meta.url));

/** Pages of 4 KiB, as /proc counts. */
const PAGE_MEGABYTES = 4096 / 1e6;

/** A child process whose messages can be waited for and whose resident memory is watched. */
export class MeasuredProcess {
  readonly child: ChildProcess;
  readonly #messages: unknown[] = [];
  #wake: () => void = () => {};
  #peak = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const stdio: ('ignore' | 'inherit' | 'ipc')[] = [
      'ignore',
      process.env['BENCH_VERBOSE'] ? 'inherit' : 'ignore',
      'inherit',
      'ipc',
    ];
    this.child = spawn(process.execPath, args, { env: { ...process.env, ...environment }, stdio });
    this.child.on('message', (message) => {
      this.#messages.push(message);
      this.#wake();
    });
    this.child.on('exit', () => this.#wake());
    this.#timer = setInterval(() => (this.#peak = Math.max(this.#peak, this.resident)), 2);
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Resident memory in megabytes. */
  get resident(): number {
    try {
      const [, pages = '0'] = readFileSync(`/proc/${this.child.pid ?? 0}/statm`, 'utf8').split(' ');
      return Number(pages) * PAGE_MEGABYTES;
    } catch {
      return 0;
    }
  }

  /** The most since the last call. */
  takePeak(): number {
    const peak = Math.max(this.#peak, this.resident);
    this.#peak = 0;
    return peak;
  }

  /** The numbers in the next message that has `key`. */
  async message(key: string): Promise<Readonly<Record<string, number>>> {
    for (;;) {
      const message = this.#messages.shift();
      if (typeof message === 'object' && message !== null && key in message) return { ...message };
      if (message === undefined && this.hasEnded) throw new Error('a measured process ended; see BENCH_VERBOSE=1');
      if (message === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async ask(request: string, key: string): Promise<Readonly<Record<string, number>>> {
    this.child.send(request);
    return this.message(key);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    if (this.hasEnded) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}
