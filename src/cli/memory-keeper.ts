import { ProcessMemory } from '../transport/process-memory.ts';
import { limitHeapGrowth } from './heap-growth.ts';
import { fixYoungGeneration } from './young-generation.ts';

const CHECK_MILLISECONDS = 1000;
const MEGABYTE = 1e6;
// More than this in a second: something is going on that will want more memory, a first list for example.
const BUSY_GROWTH = MEGABYTE;
// Giving memory back takes one or two milliseconds: what there is to gain must be worth that.
const WORTHWHILE_GROWTH = 2 * MEGABYTE;
// What the heap's collector frees can be given back although the process has not grown.
const LONGEST_WAIT_CHECKS = 60;
// The program goes after the start, and again when the first queries have been compiled. What is in use then comes back
// every time, so each wait is longer: at least 20 seconds, 80, 320…
const FIRST_PROGRAM_CHECKS = 20;
const PROGRAM_FACTOR = 4;

export interface MemoryKeeperOptions {
  readonly memory: Pick<ProcessMemory, 'trim' | 'dropProgram'>;
  /** Resident memory in octets. */
  readonly resident: () => number;
}

/**
 * Gives back what the process has grown by, once it has stopped growing: after the start, after a list of the whole
 * cluster. What has been freed goes back once a minute besides.
 */
export class MemoryKeeper {
  readonly #options: MemoryKeeperOptions;
  #before = 0;
  /** The least since memory was given back last. */
  #settled = 0;
  #checks = 0;
  #lastChecks = 0;
  #programChecks = 0;
  #programWait = FIRST_PROGRAM_CHECKS;

  constructor(options: MemoryKeeperOptions) {
    this.#options = options;
  }

  /** To be called every second. */
  async check(): Promise<void> {
    this.#checks++;
    const now = this.#options.resident();
    const isBusy = now - this.#before > BUSY_GROWTH;
    this.#before = now;
    this.#settled = Math.min(this.#settled, now);
    if (isBusy) return;
    const hasWaited = this.#checks - this.#lastChecks >= LONGEST_WAIT_CHECKS;
    if (hasWaited || now - this.#settled >= WORTHWHILE_GROWTH) await this.#giveBack();
  }

  async #giveBack(): Promise<void> {
    const { memory, resident } = this.#options;
    this.#lastChecks = this.#checks;
    if (this.#checks >= this.#programChecks) {
      this.#programChecks = this.#checks + this.#programWait;
      this.#programWait *= PROGRAM_FACTOR;
      await memory.dropProgram();
    }
    memory.trim();
    this.#settled = resident();
    this.#before = this.#settled;
  }
}

/** Keeps the memory of this process small as long as it lives. */
export async function keepMemorySmall(): Promise<void> {
  limitHeapGrowth();
  const memory = await ProcessMemory.open();
  const keeper = memory && new MemoryKeeper({ memory, resident: () => process.memoryUsage.rss() });
  setInterval(() => {
    // V8 makes it smaller again when nothing happens for a while.
    fixYoungGeneration();
    void keeper?.check();
  }, CHECK_MILLISECONDS).unref();
}
