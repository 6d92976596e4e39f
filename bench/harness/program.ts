import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lifetime } from './lifetime.ts';

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The only core that the program may use. */
  readonly core: number;
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * Keep all that it prints to standard output, in a file: reading it meanwhile would take time of the measured server's
   * core. Otherwise only the end is kept, for errors.
   */
  readonly keepOutput?: boolean;
}

/** How long a program may take to end by itself before it is killed. */
const GRACE_MILLISECONDS = 5000;
/** What is kept of a program's words to explain its end. */
const KEPT_CHARACTERS = 4000;

/** A program on one core. The kernel kills it should the bench be killed, see setpriv(1). */
export class Program {
  readonly child: ChildProcess;
  /** Resolves with the exit code, -1 after a signal. */
  readonly ended: Promise<number>;
  readonly #outputFile: string | undefined;
  #output = '';
  #errors = '';

  constructor(lifetime: Lifetime, options: ProgramOptions) {
    const { command, args, core, environment = {}, keepOutput = false } = options;
    this.#outputFile = keepOutput ? join(mkdtempSync(join(lifetime.directory, 'output-')), 'stdout') : undefined;
    const output = this.#outputFile === undefined ? 'pipe' : openSync(this.#outputFile, 'w');
    const words = ['--pdeathsig', 'KILL', 'taskset', '-c', String(core), command, ...args];
    // Another folder than ours, so that a program finds nothing of this repository by chance.
    const child = spawn('setpriv', words, {
      cwd: lifetime.directory,
      env: { ...process.env, ...environment },
      stdio: ['ignore', output, 'pipe'],
    });
    if (typeof output === 'number') closeSync(output);
    this.child = child;
    lifetime.adopt(child);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-KEPT_CHARACTERS);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-KEPT_CHARACTERS);
    });
    this.ended = new Promise((resolve) => {
      child.on('close', (code) => resolve(code ?? -1));
      child.on('error', (error) => {
        this.#errors += error.message;
        resolve(-1);
      });
    });
  }

  /** Its process id, which taskset and setpriv hand on to it. */
  get id(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined;
  }

  get output(): string {
    return this.#outputFile === undefined ? this.#output : readFileSync(this.#outputFile, 'utf8');
  }

  /** Its last words, on one line. */
  get lastWords(): string {
    const words = `${this.#errors}\n${this.output}`.split('\n').filter((line) => line.trim() !== '');
    const telling = words.find((line) => /error|fatal|invalid|unknown|cannot/i.test(line)) ?? words.at(-1) ?? '';
    return telling.trim() || 'it said nothing';
  }

  /** Resolves when it has ended: by itself within `milliseconds`, else killed. */
  async within(milliseconds: number): Promise<number> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), milliseconds);
    const code = await this.ended;
    clearTimeout(timer);
    return code;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.child.kill('SIGTERM');
    await this.within(GRACE_MILLISECONDS);
  }

  /** The first line that it prints to standard output. Rejects when it ends before. */
  async firstLine(): Promise<string> {
    while (!this.#output.includes('\n')) {
      if (this.hasEnded) throw new Error(`a program ended early: ${this.lastWords}`);
      await sleep(10);
    }
    return this.#output.slice(0, this.#output.indexOf('\n'));
  }
}
