/** Before anything is known of an upstream: what Unbound assumes of a server that it does not know, in milliseconds. */
const UNKNOWN = 376;
/** The shortest wait: below it, a pause of this process or of the upstream would pass for a loss. Milliseconds. */
const LEAST_WAIT = 50;
/** The weights of a new sample in the average and in the deviation from it, and how many deviations a reply may be late (RFC 6298 §2). */
const GAIN = 1 / 8;
const DEVIATION_GAIN = 1 / 4;
const DEVIATIONS = 4;

/**
 * How long an upstream takes to answer, as an average that forgets, and how much that varies (RFC 6298 §2): a resolver that has half of the answers in its cache
 * is not silent whenever it has to ask others.
 */
export class RoundTripTime {
  #smoothed: number | undefined;
  #deviation = 0;

  /** Counts an answer that took so many milliseconds. */
  sample(milliseconds: number): void {
    if (this.#smoothed === undefined) {
      this.#smoothed = milliseconds;
      this.#deviation = milliseconds / 2;
      return;
    }
    const difference = milliseconds - this.#smoothed;
    this.#deviation += DEVIATION_GAIN * (Math.abs(difference) - this.#deviation);
    this.#smoothed += GAIN * difference;
  }

  /** After how many milliseconds without an answer it is time to ask somebody else too. */
  get patience(): number {
    return this.#smoothed === undefined ? UNKNOWN : Math.max(LEAST_WAIT, this.#smoothed + DEVIATIONS * this.#deviation);
  }
}
