import { expect, test } from 'vitest';
import { Logger } from '../../log/logger.ts';
import { waitForSync } from './wait-for-sync.ts';

const WAITING = '[INFO] waiting for Kubernetes API before starting server';
const UNSYNCED = '[WARNING] starting server with unsynced Kubernetes API';

/** The log of a start that waits up to `timeout` milliseconds for a sync after `syncAfter`, or that is stopped after `stopAfter`. */
async function logOf(timeout: number, syncAfter: number, stopAfter = Infinity): Promise<string[]> {
  const log: string[] = [];
  const stopping = new AbortController();
  let passed = 0;
  const watch = {
    waitForSync: async (milliseconds: number): Promise<boolean> => {
      passed = Math.min(passed + milliseconds, syncAfter, stopAfter);
      if (passed >= stopAfter) stopping.abort();
      return passed >= syncAfter;
    },
  };
  await waitForSync(
    watch,
    timeout,
    Logger.create((line) => log.push(line)),
    stopping.signal,
  );
  return log;
}

test.each<readonly [number, number, readonly string[]]>([
  [5000, 0, []],
  [5000, 400, []],
  [5000, 1200, [WAITING, WAITING]],
  [1000, Infinity, [WAITING, UNSYNCED]],
  [1200, Infinity, [WAITING, WAITING, UNSYNCED]],
  [300, Infinity, [UNSYNCED]],
  [0, Infinity, [UNSYNCED]],
  [0, 0, []],
])('up to %i ms for a sync after %i ms', async (timeout, syncAfter, log) => {
  expect(await logOf(timeout, syncAfter)).toEqual(log);
});

test('a stop ends it without a word', async () => {
  expect(await logOf(5000, Infinity, 300)).toEqual([]);
});
