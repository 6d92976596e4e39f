/**
 * Watches whether a client makes progress: sends whole questions, takes its answers. A timer a connection, not one a question: progress
 * costs a look at the clock.
 */
export class Patience {
  readonly #limit: () => number;
  readonly #shortest: number;
  readonly #lost: () => void;
  #since: number;
  #timer: NodeJS.Timeout;

  /**
   * `limit` says how many milliseconds the client may be without progress as things are, Infinity while the next step is not the client's;
   * `shortest` is the least that it ever says. `lost` is called once when they have passed. `since` is on the clock of `performance.now`.
   */
  constructor(limit: () => number, shortest: number, lost: () => void, since: number) {
    this.#limit = limit;
    this.#shortest = shortest;
    this.#lost = lost;
    this.#since = since;
    this.#timer = this.#lookIn(shortest - (performance.now() - since));
  }

  progress(): void {
    this.#since = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const left = this.#since + this.#limit() - performance.now();
    if (left < 1) this.#lost();
    else this.#timer = this.#lookIn(Math.min(left, this.#shortest));
  }

  #lookIn(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => this.#look(), milliseconds);
  }
}
