import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ClusterPool, type ClusterServer } from './cluster.ts';

/** Counts what is done with the API servers of a pool. */
function startCounting(): { readonly done: string[]; readonly start: () => Promise<ClusterServer> } {
  const done: string[] = [];
  let started = 0;
  const note = async (what: string): Promise<void> => {
    await sleep(1);
    done.push(what);
  };
  const start = (): Promise<ClusterServer> => {
    const name = String(++started);
    return Promise.resolve({
      placeholders: new Map(),
      load: () => note(`load ${name}`),
      apply: () => note('apply'),
      delete: () => note('delete'),
      become: () => note('become'),
      reset: () => note(`reset ${name}`),
      stop: () => note(`stop ${name}`),
    });
  };
  return { done, start };
}

test('cases that look share a cluster, cases that change have one each, and it is used again', async () => {
  const { done, start } = startCounting();
  await using pool = new ClusterPool(start);
  const [first, second] = await Promise.all([pool.borrow('shop', 'look'), pool.borrow('shop', 'look')]);
  expect(first.cluster).toBe(second.cluster);
  const changing = await pool.borrow('shop', 'change');
  expect(changing.cluster).not.toBe(first.cluster);
  await changing[Symbol.asyncDispose]();
  const next = await pool.borrow('shop', 'change');
  expect(next.cluster).toBe(changing.cluster);
  expect(done).toEqual(['load 1', 'load 2', 'reset 2', 'load 2']);
});

test('no more cases than are allowed change a cluster at a time', async () => {
  const { done, start } = startCounting();
  await using pool = new ClusterPool(start, 1);
  const first = await pool.borrow('shop', 'change');
  const second = pool.borrow('shop', 'change');
  expect(await Promise.race([second, sleep(20, 'waiting')])).toBe('waiting');
  await first[Symbol.asyncDispose]();
  expect((await second).cluster).toBe(first.cluster);
  expect(done).toEqual(['load 1', 'reset 1', 'load 1']);
});
