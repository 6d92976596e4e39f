import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline, TimingWheel } from './timing-wheel.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
});

class Note extends Deadline {
  readonly #expired: string[];
  readonly #name: string;

  constructor(name: string, expired: string[]) {
    super();
    this.#name = name;
    this.#expired = expired;
  }

  expire(): void {
    this.#expired.push(this.#name);
  }
}

test('deadlines end in their order, never early, at most a tick late', async () => {
  const wheel = new TimingWheel(() => performance.now());
  const expired: string[] = [];
  for (const [name, milliseconds] of [
    ['c', 250],
    ['a', 0],
    ['d', 5000],
    ['b', 101],
  ] as const) {
    wheel.add(new Note(name, expired), milliseconds);
  }
  await vi.advanceTimersByTimeAsync(20);
  expect(expired).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(80);
  expect(expired).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(21);
  expect(expired).toEqual(['a', 'b']);
  await vi.advanceTimersByTimeAsync(5000);
  expect(expired).toEqual(['a', 'b', 'c', 'd']);
  expect(vi.getTimerCount()).toBe(0);
});

test('what is removed or moved does not end at its old time', async () => {
  const wheel = new TimingWheel(() => performance.now());
  const expired: string[] = [];
  const [gone, moved] = [new Note('gone', expired), new Note('moved', expired)];
  wheel.add(gone, 50);
  wheel.add(moved, 50);
  wheel.remove(gone);
  wheel.remove(gone);
  wheel.add(moved, 200);
  expect([gone.waiting, moved.waiting]).toEqual([false, true]);
  await vi.advanceTimersByTimeAsync(190);
  expect(expired).toEqual([]);
  await vi.advanceTimersByTimeAsync(30);
  expect(expired).toEqual(['moved']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a deadline may add another as it ends, and a long pause loses none', async () => {
  let now = 0;
  const wheel = new TimingWheel(() => now);
  const expired: string[] = [];
  class Chain extends Deadline {
    expire(): void {
      expired.push('chain');
      wheel.add(new Note('after', expired), 0);
    }
  }
  wheel.add(new Note('late', expired), 40);
  wheel.add(new Chain(), 10);
  now = 60_000;
  await vi.advanceTimersByTimeAsync(11);
  expect(expired).toEqual(['chain', 'late']);
  now += 20;
  await vi.advanceTimersByTimeAsync(11);
  expect(expired).toEqual(['chain', 'late', 'after']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a wheel without deadlines keeps no process alive', () => {
  const program = `
    import { Deadline, TimingWheel } from '${new URL('timing-wheel.ts', import.meta.url).href}';
    class Nothing extends Deadline { expire() {} }
    const wheel = new TimingWheel(() => performance.now());
    const [one, two] = [new Nothing(), new Nothing()];
    wheel.add(one, 60_000);
    wheel.add(two, 60_000);
    wheel.remove(one);
    wheel.remove(two);`;
  const { status, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 10_000 });
  expect([status, signal]).toEqual([0, null]);
});

test('what came while the process paused is seen before a deadline that passed meanwhile', async () => {
  vi.useRealTimers();
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const events: string[] = [];
  socket.on('message', () => events.push('answer'));
  const wheel = new TimingWheel(() => performance.now());
  const note = new Note('deadline', events);
  // After the phase of the event loop in which sockets are read, and before the next one, which begins with the timers.
  await new Promise(setImmediate);
  wheel.add(note, 20);
  socket.send('answer', socket.address().port, '127.0.0.1');
  const until = performance.now() + 60;
  while (performance.now() < until);
  while (note.waiting) await new Promise(setImmediate);
  socket.close();
  expect(events).toEqual(['answer', 'deadline']);
});
