import { Worker } from 'node:worker_threads';
import { offerCollection } from './garbage.ts';
import { check, type Libc, LINUX } from '../libc.ts';

/** Megabytes of heap: what a thread needs is a fraction; one that wants more is broken. */
const OLD_GENERATION = 64;
/** Little is made anew where answers come from memory. */
const YOUNG_GENERATION = 1;
const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

/** What a thread is started with. */
export interface ThreadData<Data> {
  /** The descriptor of an eventfd that is written to after each message. */
  readonly wakeup: number;
  readonly data: Data;
}

export interface ThreadEvents<FromThread> {
  readonly message: (message: FromThread) => void;
  /** Once; `error` is undefined if it just ended. */
  readonly ended: (error: Error | undefined) => void;
}

/** A thread that runs a ThreadLoop, as the one that started it sees it. */
export class Thread<ToThread, FromThread> {
  readonly #libc: Libc;
  readonly #wakeup: number;
  readonly #worker: Worker;
  #hasEnded = false;

  /** `module`: what the thread runs. Throws a SystemError. */
  constructor(module: URL, data: unknown, libc: Libc, { message, ended }: ThreadEvents<FromThread>) {
    this.#libc = libc;
    this.#wakeup = check(libc, 'eventfd', libc.eventfd(0, LINUX.EFD_NONBLOCK | LINUX.EFD_CLOEXEC));
    const workerData: ThreadData<unknown> = { wakeup: this.#wakeup, data };
    offerCollection();
    this.#worker = new Worker(module, {
      workerData,
      // Nothing of this process's command line or environment is the thread's business.
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: OLD_GENERATION, maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    let failure: Error | undefined;
    this.#worker.on('message', message);
    this.#worker.once('error', (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    this.#worker.once('exit', (code) => {
      this.#hasEnded = true;
      libc.close(this.#wakeup);
      ended(failure ?? (code === 0 ? undefined : new Error(`the thread ended with code ${code}`)));
    });
  }

  post(message: ToThread, transfer: readonly ArrayBuffer[] = []): void {
    if (this.#hasEnded) return;
    this.#worker.postMessage(message, transfer);
    this.#libc.write(this.#wakeup, ONE, ONE.length);
  }

  /** Ends it, whatever it is doing; `ended` is called. */
  terminate(): void {
    void this.#worker.terminate();
  }
}
