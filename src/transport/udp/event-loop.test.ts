import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { loadLibc } from '../libc.ts';

const run = promisify(execFile);
const libc = await loadLibc();

/** A program that has an event loop, a pipe that can be read (`readable`), and nothing else. */
async function program(
  text: string,
): Promise<{ readonly stdout: string; readonly stderr: string; readonly code: number }> {
  const modules = ['../libc.ts', 'event-loop.ts'].map((path) => JSON.stringify(join(import.meta.dirname, path)));
  const source = `
    import { loadLibc } from ${modules[0]};
    import { EventLoop } from ${modules[1]};
    const libc = await loadLibc();
    const loop = new EventLoop(libc);
    const readable = libc.eventfd(1, 0x800);
    ${text}`;
  try {
    return { ...(await run(process.execPath, ['--input-type=module', '--eval', source])), code: 0 };
  } catch (error) {
    if (!(error instanceof Error) || !('stderr' in error) || !('code' in error)) throw error;
    return { stdout: '', stderr: String(error.stderr), code: Number(error.code) };
  }
}

it.skipIf(libc === undefined)(
  'tells in every turn, until the descriptor is removed; then nothing keeps the process',
  async () => {
    const { stdout } = await program(`
    let turns = 0;
    loop.add(readable, () => {
      if (++turns < 3) return;
      loop.remove(readable);
      loop.remove(readable);
      console.log(turns);
    });`);
    expect(stdout).toBe('3\n');
  },
);

it.skipIf(libc === undefined)('lets promises have their turn before it waits again', async () => {
  const { stdout } = await program(`
    let turns = 0;
    loop.add(readable, () => {
      turns++;
      void Promise.resolve().then(() => loop.remove(readable));
    });
    process.once('exit', () => console.log(turns));`);
  expect(stdout).toBe('1\n');
});

it.skipIf(libc === undefined)('lets promises have their turn before what is to be done soon', async () => {
  const { stdout } = await program(`
    loop.add(readable, () => {
      loop.remove(readable);
      void Promise.resolve().then(() => console.log('promise'));
      loop.soon(() => console.log('soon'));
    });`);
  expect(stdout).toBe('promise\nsoon\n');
});

it.skipIf(libc === undefined)('does not hide an error', async () => {
  const { code, stderr } = await program(`
    loop.add(readable, () => {
      loop.remove(readable);
      throw new Error('a mistake');
    });`);
  expect(code).toBe(1);
  expect(stderr).toContain('Error: a mistake');
});
