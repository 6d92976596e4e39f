import type { Logger } from '../../log/logger.ts';
import type { Host } from '../../plugin-api/context.ts';

export interface CorefileWatchOptions {
  /** Milliseconds between two looks. */
  readonly period: number;
  readonly host: Host;
  readonly logger: Logger;
  /** A change was seen, whether or not it could be taken over. */
  readonly changed: (fingerprint: string) => void;
  readonly failed: () => void;
}

/** Looks at the configuration again and again and has it taken over when it has changed. */
export class CorefileWatch {
  readonly #options: CorefileWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #busy = false;
  /** What was refused: it is not tried again until it changes. */
  #refused = '';

  constructor(options: CorefileWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), options.period);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#compare();
    } finally {
      this.#busy = false;
    }
  }

  async #compare(): Promise<void> {
    const { host, logger, changed, failed } = this.#options;
    const seen = await host.readFingerprint();
    if (seen === undefined) return;
    if ('problem' in seen) {
      logger.warning(`Corefile parse failed: ${seen.problem}`);
      return;
    }
    if (seen.fingerprint === this.#refused) return;
    this.#refused = '';
    if (seen.fingerprint === host.fingerprint) return;
    changed(seen.fingerprint);
    try {
      await host.reload();
    } catch (error) {
      this.#refused = seen.fingerprint;
      failed();
      logger.error(`Corefile changed but reload failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
