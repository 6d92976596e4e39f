import { printDuration } from '../../corefile/duration.ts';
import type { Place } from '../../corefile/place.ts';
import type { Logger } from '../../log/logger.ts';
import { ConfigurationError } from '../../plugin-api/context.ts';
import { parseWeights, readWeightFile, WeightFileError, type Weights } from './weights.ts';

interface WeightFileOptions {
  readonly path: string;
  /** Where the Corefile names it. */
  readonly place: Place;
  /** Milliseconds between two looks at it; 0 for none. */
  readonly reload: number;
  readonly logger: Logger;
}

/** A weight file that is read again when it has changed; while it is faulty the old weights count. */
export class WeightFile {
  weights: Weights = new Map();
  readonly #options: WeightFileOptions;
  #text: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WeightFileOptions) {
    this.#options = options;
  }

  /** Reads the file for the first time. Rejects with a ConfigurationError unless a later try may mend it. */
  async start(): Promise<void> {
    const { reload, logger, place } = this.#options;
    try {
      await this.#read();
    } catch (error) {
      if (!(error instanceof WeightFileError)) throw error;
      if (error.isContent || reload === 0) throw new ConfigurationError(error.message, place);
      logger.warning(`Failed to open weight file:${error.message}. Will try again in ${printDuration(reload)}`);
    }
    if (reload > 0) this.#timer = setInterval(() => void this.#reread(), reload);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #reread(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      this.#options.logger.error(error instanceof Error ? error.message : String(error));
    }
  }

  async #read(): Promise<void> {
    const { path, logger } = this.#options;
    const text = await readWeightFile(path);
    if (text === this.#text) return;
    this.#text = text;
    this.weights = parseWeights(text, path);
    logger.info(`Successfully reloaded weight file ${path}`);
  }
}
