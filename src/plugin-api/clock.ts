// The global of that name is a getter, which costs as much as the time itself.
import { performance } from 'node:perf_hooks';

/** Time, handed in so that tests can say what it is. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Milliseconds that only grow, with fractions: for durations. */
  readonly monotonic: () => number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
