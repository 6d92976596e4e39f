/** While nothing is expected of the client, how often is asked whether that is still so, in milliseconds. */
const PAUSE = 1000;

/**
 * Watches whether a client makes progress: sends whole questions, takes its answers. A timer a connection, not one a question: progress
 * costs a look at the clock.
 */
export class Patience {
  readonly #limit: () => number;
  readonly #lost: () => void;
  #since: number;
  #timer: NodeJS.Timeout;

  /**
   * `limit` says how many milliseconds the client may be without progress as things are, Infinity while the next step is not the client's;
   * `lost` is called once when they have passed. `since` is on the clock of `performance.now`.
   */
  constructor(limit: () => number, lost: () => void, since: number) {
    this.#limit = limit;
    this.#lost = lost;
    this.#since = since;
    this.#timer = setTimeout(() => this.#look(), limit());
  }

  progress(): void {
    this.#since = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const limit = this.#limit();
    const left = this.#since + limit - performance.now();
    if (left < 1) this.#lost();
    else this.#timer = setTimeout(() => this.#look(), Math.min(left, limit === Infinity ? PAUSE : limit));
  }
}
