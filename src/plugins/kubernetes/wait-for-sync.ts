import type { Logger } from '../../log/logger.ts';

// The start says what it waits for as often as CoreDNS does.
const NOTICE_INTERVAL = 500;

/** Something that has all its first lists at some time: a ClusterWatch. */
export interface Syncing {
  readonly waitForSync: (milliseconds: number, signal?: AbortSignal) => Promise<boolean>;
}

/** Waits until `watch` has synced, at most `timeout` milliseconds, and says so in the log. Ends early when `signal` aborts. */
export async function waitForSync(watch: Syncing, timeout: number, logger: Logger, signal: AbortSignal): Promise<void> {
  let left = timeout;
  while (left > 0) {
    const pause = Math.min(left, NOTICE_INTERVAL);
    if ((await watch.waitForSync(pause, signal)) || signal.aborted) return;
    left -= pause;
    if (left > 0) logger.info('waiting for Kubernetes API before starting server');
  }
  if (!(await watch.waitForSync(0, signal))) logger.warning('starting server with unsynced Kubernetes API');
}
