import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { listening } from './listening.ts';
import { ServerRefused, START_TIMEOUT_MS, type ServerUnderTest, type StartServer } from './server-under-test.ts';

/** Starts `command -conf Corefile` as a child in the case's folder. */
export function processServer(command: readonly [string, ...string[]]): StartServer {
  return async ({ corefile, workingDirectory, environment, ports }) => {
    const [program, ...words] = command;
    const child = spawn(program, [...words, '-conf', corefile], {
      cwd: workingDirectory,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines: string[] = [];
    collect(child.stdout, lines);
    collect(child.stderr, lines);
    const exitCode = new Promise<number>((resolve) => {
      child.once('error', (error) => {
        lines.push(error.message);
        resolve(127);
      });
      // After `close`, unlike after `exit`, all output has been read. A signal's code is the shell's: 128 and its number.
      child.once('close', (code) => resolve(code ?? 128));
    });
    const server: ServerUnderTest = {
      lines,
      exitCode,
      async signal(name) {
        child.kill(name);
        await Promise.resolve();
      },
      async stop() {
        // How a server ends well is what `exit` steps look at; here it only has to be gone.
        child.kill('SIGKILL');
        await exitCode;
      },
    };
    await started(server, listening(ports, AbortSignal.timeout(START_TIMEOUT_MS)));
    return server;
  };
}

async function started(server: ServerUnderTest, opened: Promise<void>): Promise<void> {
  const ended = server.exitCode.then((code) => {
    throw new ServerRefused(`exit code ${code}: ${server.lines.join('\n')}`);
  });
  try {
    await Promise.race([opened, ended]);
  } catch (error) {
    ended.catch(() => {});
    opened.catch(() => {});
    await server.stop();
    if (error instanceof ServerRefused) throw error;
    throw new Error(`${String(error)}; the server says:\n${server.lines.join('\n')}`, { cause: error });
  }
  ended.catch(() => {});
}

function collect(stream: Readable, lines: string[]): void {
  createInterface({ input: stream }).on('line', (line) => lines.push(line));
}
