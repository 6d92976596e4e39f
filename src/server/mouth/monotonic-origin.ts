/**
 * What the system's monotonic clock showed, in milliseconds, when this thread's `performance.now()` was 0: the two run alike, and all threads
 * share the system's.
 */
export function monotonicOrigin(): number {
  return Number(process.hrtime.bigint()) / 1e6 - performance.now();
}
