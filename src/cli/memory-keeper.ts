import { ProcessMemory } from '../transport/process-memory.ts';
import { fixYoungGeneration } from './young-generation.ts';

const CHECK_MILLISECONDS = 1000;
const MEGABYTE = 1e6;
// More than this in a second: something is going on that will want more memory, a first list for example.
const BUSY_GROWTH = MEGABYTE;
// Giving memory back takes one or two milliseconds: what there is to gain must be worth that.
const WORTHWHILE_GROWTH = 4 * MEGABYTE;

export interface MemoryKeeperOptions {
  readonly memory: Pick<ProcessMemory, 'trim' | 'dropProgram'>;
  /** Resident memory in octets. */
  readonly resident: () => number;
}

/**
 * Gives back what the process has grown by, once it has stopped growing: after the start, after a list of the whole
 * cluster. A process that stays as it is gets nothing done to it.
 */
export class MemoryKeeper {
  readonly #options: MemoryKeeperOptions;
  #before = 0;
  /** The least since memory was given back last. */
  #settled = 0;
  #hasStarted = false;

  constructor(options: MemoryKeeperOptions) {
    this.#options = options;
  }

  /** To be called every second. */
  async check(): Promise<void> {
    const { memory, resident } = this.#options;
    const now = resident();
    const isBusy = now - this.#before > BUSY_GROWTH;
    this.#before = now;
    this.#settled = Math.min(this.#settled, now);
    if (isBusy || now - this.#settled < WORTHWHILE_GROWTH) return;
    // Only once: what is in use afterwards would come back every time.
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      await memory.dropProgram();
    }
    memory.trim();
    this.#settled = resident();
  }
}

/** Keeps the memory of this process small as long as it lives. */
export async function keepMemorySmall(): Promise<void> {
  const memory = await ProcessMemory.open();
  const keeper = memory && new MemoryKeeper({ memory, resident: () => process.memoryUsage.rss() });
  setInterval(() => {
    // V8 makes it smaller again when nothing happens for a while.
    fixYoungGeneration();
    void keeper?.check();
  }, CHECK_MILLISECONDS).unref();
}
