import { setTimeout as sleep } from 'node:timers/promises';

/** How much the API server is asked at most; undefined: without a limit. */
export interface RequestLimits {
  /** Requests a second on average, more than 0. */
  readonly rate: number | undefined;
  /** How many may come at once where `rate` allows fewer, at least 1. */
  readonly burst: number;
  /** Requests whose answer is not complete, at least 1. */
  readonly inFlight: number | undefined;
}

export const UNLIMITED: RequestLimits = { rate: undefined, burst: 1, inFlight: undefined };

/** Leave to send a request. */
export interface Permit {
  /** Milliseconds that the rate held the request back. */
  readonly waited: number;
  /** The request is done; more than one call counts once. */
  readonly release: () => void;
}

/** Holds requests back: a token bucket for their rate, places for those in flight. First come, first served. */
export class RequestLimiter {
  readonly #limits: RequestLimits;
  readonly #now: () => number;
  /** What the bucket holds; below zero, how many requests wait for it to fill. */
  #tokens: number;
  #filled: number;
  #inFlight = 0;
  readonly #queue: (() => void)[] = [];

  /** `now`: milliseconds since 1970. */
  constructor(limits: RequestLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#tokens = limits.burst;
    this.#filled = now();
  }

  /** Resolves when a request may be sent; rejects with the reason of `signal` when that aborts before. */
  async enter(signal: AbortSignal): Promise<Permit> {
    const waited = await this.#takeToken(signal);
    await this.#takePlace(signal);
    let isHeld = true;
    const release = (): void => {
      if (!isHeld) return;
      isHeld = false;
      this.#leavePlace();
    };
    return { waited, release };
  }

  async #takeToken(signal: AbortSignal): Promise<number> {
    const { rate, burst } = this.#limits;
    if (rate === undefined) return 0;
    const now = this.#now();
    const gained = (Math.max(0, now - this.#filled) / 1000) * rate;
    this.#tokens = Math.min(burst, this.#tokens + gained) - 1;
    this.#filled = now;
    if (this.#tokens >= 0) return 0;
    const wait = (-this.#tokens / rate) * 1000;
    try {
      await sleep(wait, undefined, { signal });
      return wait;
    } catch {
      this.#tokens++;
      throw signal.reason;
    }
  }

  async #takePlace(signal: AbortSignal): Promise<void> {
    const { inFlight = Infinity } = this.#limits;
    if (this.#inFlight < inFlight) {
      this.#inFlight++;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => {
      const index = this.#queue.indexOf(resolve);
      if (index >= 0) this.#queue.splice(index, 1);
      reject(signal.reason);
    };
    if (signal.aborted) throw signal.reason;
    signal.addEventListener('abort', onAbort);
    this.#queue.push(resolve);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The place goes to whoever waits longest. */
  #leavePlace(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#inFlight--;
    else next();
  }
}
