import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that runs as a child for as long as the test does. */
export interface ChildServer {
  /** The last lines of its output. */
  readonly lines: readonly string[];
  /** Ends it at once, as a crash of the machine would, and resolves when it is gone. */
  kill(): Promise<void>;
}

// Far more than a failure needs; an API server writes some hundred lines while it starts.
const KEPT_LINES = 200;
// Between two questions whether a server is there.
const PAUSE_MS = 50;

/**
 * The shell ends the program when its own standard input ends: when we close it, or are gone ourselves, however that
 * came. No server is left behind by a run that was killed.
 */
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- & program=$!
(cat <&3 >/dev/null; kill -9 $program 2>/dev/null) & guard=$!
wait $program
exec 3<&-
kill $guard 2>/dev/null`;

/** Starts `command` and waits until `isReady`; rejects, with its last words, when it ends or `timeout` ms have passed. */
export async function startChild(
  command: readonly [program: string, ...words: string[]],
  isReady: () => Promise<boolean>,
  timeout: number,
): Promise<ChildServer> {
  const child = spawn('sh', ['-c', GUARD, 'sh', ...command], { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (lines.push(line) > KEPT_LINES) lines.shift();
    });
  }
  child.stdin.on('error', () => {});
  const ended = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  const deadline = performance.now() + timeout;
  while (!(await isReady())) {
    const hasEnded = child.exitCode !== null;
    if (!hasEnded && performance.now() < deadline) {
      await sleep(PAUSE_MS);
      continue;
    }
    await kill();
    const what = hasEnded ? 'ended' : `was not ready after ${timeout} ms`;
    throw new Error(`${command[0]} ${what}:\n${lines.slice(-20).join('\n')}`);
  }
  return { lines, kill };
}
