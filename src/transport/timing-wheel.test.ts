import { spawnSync } from 'node:child_process';
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
  await vi.advanceTimersByTimeAsync(10);
  expect(expired).toEqual(['chain', 'late']);
  now += 20;
  await vi.advanceTimersByTimeAsync(10);
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
