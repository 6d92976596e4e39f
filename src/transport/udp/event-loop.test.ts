import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { LINUX, loadLibc } from '../libc.ts';
import { EventLoop } from './event-loop.ts';
import { MessageArea } from './message-area.ts';
import { toSocketAddress } from './socket-address.ts';

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

it.skipIf(libc === undefined)('goes on after an error of a socket', async () => {
  if (libc === undefined) return;
  const peer = createSocket('udp4').bind(0, '127.0.0.1');
  await once(peer, 'listening');
  const { port } = peer.address();
  peer.close();
  const socket = libc.socket(LINUX.AF_INET, LINUX.SOCK_DGRAM | LINUX.SOCK_NONBLOCK, 0);
  libc.connect(socket, toSocketAddress('127.0.0.1', port), 16);
  const area = new MessageArea(libc, 1, 512);
  const loop = new EventLoop(libc);
  const received: (string | number)[] = [];
  let happened = (): void => {};
  loop.add(socket, () => {
    area.reset(0, 0);
    const count = libc.recvmmsg(socket, area.headers, 1, LINUX.MSG_DONTWAIT, null);
    received.push(count === 1 ? 'datagram' : libc.errno());
    happened();
  });
  const next = async (): Promise<void> => new Promise((resolve) => (happened = resolve));
  // Nobody listens there: the answer is an ICMP message.
  libc.write(socket, Uint8Array.of(1), 1);
  await next();
  const later = createSocket('udp4').bind(port, '127.0.0.1');
  later.on('message', (octets, from) => later.send(octets, from.port, from.address));
  await once(later, 'listening');
  libc.write(socket, Uint8Array.of(2), 1);
  await next();
  loop.remove(socket);
  libc.close(socket);
  later.close();
  const ECONNREFUSED = 111;
  expect(received).toEqual([ECONNREFUSED, 'datagram']);
});
