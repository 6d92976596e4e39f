export interface BackOffOptions {
  /** Milliseconds before the first repetition. */
  readonly initial: number;
  /** Milliseconds that no wait exceeds. */
  readonly maximum: number;
  /** Milliseconds without a failure after which waits start small again. */
  readonly resetAfter: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
}

const FACTOR = 2;

/**
 * Waits that double, with jitter: each is between half of its nominal length and the whole, so that a thousand
 * clients that lost the same server do not come back in step.
 */
export class BackOff {
  readonly #options: BackOffOptions;
  #nominal: number;
  #lastFailure = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
    this.#nominal = options.initial;
  }

  /** Milliseconds to wait after a failure that happened now. */
  next(): number {
    const { initial, maximum, resetAfter, now, random } = this.#options;
    if (now() - this.#lastFailure > resetAfter) this.#nominal = initial;
    this.#lastFailure = now();
    const wait = this.#nominal * (0.5 + random() / 2);
    this.#nominal = Math.min(this.#nominal * FACTOR, maximum);
    return wait;
  }
}
