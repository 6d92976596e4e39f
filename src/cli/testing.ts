import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';

/** How a command ended, and its lines. */
export interface Ended {
  readonly code: number;
  readonly out: readonly string[];
  readonly error: readonly string[];
}

/** A new folder with `files`, name → text. It goes away with its `using`. */
export function temporaryFolder(files: Readonly<Record<string, string>> = {}): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'clusterfirst-test-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs a command in this process. Rejects with the UserError that it throws. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  settings: { readonly folder?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  const out: string[] = [];
  const error: string[] = [];
  const code = await command.run(args, {
    out: (text) => void out.push(...text.split('\n')),
    error: (text) => void error.push(...text.split('\n')),
    colour: false,
    environment: settings.environment ?? {},
    workingDirectory: settings.folder ?? '/',
  });
  return { code, out, error };
}

/** Longer than anything here takes on a busy machine. */
const PATIENCE = 15_000;

/** `clusterfirst` as a child process; killed, if it still runs, at the end of its `using`. */
export class TestProcess implements AsyncDisposable {
  readonly out: string[] = [];
  readonly error: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number>;
  #look: () => void = () => {};

  constructor(
    args: readonly string[],
    settings: {
      readonly folder?: string;
      readonly environment?: Readonly<Record<string, string>>;
      /** Standard input; nothing unless given. */
      readonly input?: string;
      /** What runs it: `ip netns exec NAME`. */
      readonly through?: readonly string[];
    } = {},
  ) {
    const program = fileURLToPath(new URL('../../bin/clusterfirst.js', import.meta.url));
    const [first = '', ...rest] = [...(settings.through ?? []), process.execPath, program, ...args];
    this.#child = spawn(first, rest, {
      cwd: settings.folder ?? '/',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...settings.environment },
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stdin.end(settings.input ?? '');
    for (const [stream, lines] of [
      [this.#child.stdout, this.out],
      [this.#child.stderr, this.error],
    ] as const) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        this.#look();
      });
    }
    // `close` comes when all output has been read. A signal that ended it is told as the shell does.
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        resolve(code ?? (signal === 'SIGTERM' ? 143 : 137));
        this.#look();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get lines(): string {
    return [...this.out, ...this.error].join('\n');
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** The first line of the output, from line `from` on, that fits. Rejects when the process ends without it. */
  async line(expected: RegExp, from = 0): Promise<string> {
    const signal = AbortSignal.timeout(PATIENCE);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (): void => {
      const found = this.out.slice(from).find((line) => expected.test(line));
      if (found !== undefined) resolve(found);
      else if (this.#child.exitCode !== null || this.#child.signalCode !== null || signal.aborted)
        reject(new Error(`no line ${String(expected)} in:\n${this.lines}`));
    };
    this.#look = look;
    signal.addEventListener('abort', look);
    look();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', look);
      this.#look = () => {};
    }
  }

  async ended(): Promise<Ended> {
    return { code: await this.#ended, out: this.out, error: this.error };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** Runs `clusterfirst` as a child process to its end. */
export async function runProcess(...given: ConstructorParameters<typeof TestProcess>): Promise<Ended> {
  await using child = new TestProcess(...given);
  return await child.ended();
}

/** A port on which nobody listens at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
