/** Asks whether an upstream is alive. It begins after a query has failed and repeats until an answer comes, never before or after. */
export class HealthCheck {
  readonly #probe: () => Promise<void>;
  readonly #interval: number;
  readonly #onFailure: () => void;
  #failures = 0;
  #running = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  /** `probe` rejects when the upstream does not answer; `interval`: milliseconds between probes. */
  constructor(probe: () => Promise<void>, interval: number, onFailure: () => void) {
    this.#probe = probe;
    this.#interval = interval;
    this.#onFailure = onFailure;
  }

  /** Probes that have failed since the last one that succeeded. */
  get failures(): number {
    return this.#failures;
  }

  /** Begins to probe unless it does so already. */
  begin(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    try {
      await this.#probe();
      this.#failures = 0;
      this.#running = false;
    } catch {
      if (this.#stopped) return;
      this.#failures++;
      this.#onFailure();
      this.#timer = setTimeout(() => void this.#run(), this.#interval);
    }
  }
}
