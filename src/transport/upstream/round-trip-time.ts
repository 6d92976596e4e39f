/** Before anything is known of an upstream: what Unbound assumes of a server that it does not know, in milliseconds. */
const UNKNOWN = 376;
/** The shortest wait: below it, a pause of this process or of the upstream would pass for a loss. Milliseconds. */
const LEAST_WAIT = 50;
/** How many times the usual time a reply may take. */
const PATIENCE = 3;
/** The weight of a new sample in the average (RFC 6298 §2.3). */
const GAIN = 1 / 8;

/** How long an upstream takes to answer, as an average that forgets (RFC 6298 §2). */
export class RoundTripTime {
  #smoothed: number | undefined;

  /** Counts an answer that took so many milliseconds. */
  sample(milliseconds: number): void {
    this.#smoothed =
      this.#smoothed === undefined ? milliseconds : this.#smoothed + GAIN * (milliseconds - this.#smoothed);
  }

  /** After how many milliseconds without an answer it is time to ask somebody else too. */
  get patience(): number {
    return this.#smoothed === undefined ? UNKNOWN : Math.max(LEAST_WAIT, PATIENCE * this.#smoothed);
  }
}
