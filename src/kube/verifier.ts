import { firstPage, nextPage } from './api-queries.ts';
import type { ReflectorLog } from './reflector-log.ts';
import type { ReflectorMetrics } from './reflector-metrics.ts';
import type { ReflectorTiming } from './reflector-timing.ts';
import type { ResourceRequests } from './resource-requests.ts';
import type { ResourceKind } from './resources.ts';
import type { ClusterStore } from './store.ts';
import { Verification } from './verification.ts';

export interface VerifierOptions {
  readonly kind: ResourceKind;
  readonly store: ClusterStore;
  readonly requests: ResourceRequests;
  readonly timing: ReflectorTiming;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly log: ReflectorLog;
  readonly metrics: ReflectorMetrics;
  readonly signal: AbortSignal;
}

// Each wait is up to a fifth shorter or longer, so that the replicas of a cluster do not ask together.
const JITTER = 0.2;

/** Compares a resource with the API from time to time, while its watch goes on; see Verification. */
export class Verifier {
  readonly #options: VerifierOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Where the watch stands; undefined: a list is under way. */
  #version: string | undefined;
  #verification: Verification | undefined;

  constructor(options: VerifierOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  /** A list is in the store as a whole: the next comparison is a whole interval away. */
  listed(version: string): void {
    this.#version = version;
    this.#schedule();
  }

  /** The store is about to be brought up to date by a list. */
  drop(): void {
    this.#version = undefined;
    this.#verification = undefined;
  }

  /** The watch is about to say something about an object. */
  touch(namespace: string, name: string): void {
    this.#verification?.touch(namespace, name);
  }

  /** The watch has said everything up to `version`. */
  advance(version: string): void {
    this.#version = version;
    this.#settle();
  }

  /** Resolves when a comparison under way has ended. */
  async finished(): Promise<void> {
    await this.#running;
  }

  #schedule(): void {
    const { timing, random, signal } = this.#options;
    clearTimeout(this.#timer);
    if (signal.aborted) return;
    const wait = timing.relistInterval * (1 + JITTER * (2 * random() - 1));
    this.#timer = setTimeout(() => {
      this.#running = this.#verify();
    }, wait).unref();
  }

  async #verify(): Promise<void> {
    const { kind, store, requests, timing, log, metrics, signal } = this.#options;
    const from = this.#version;
    if (from !== undefined) {
      const verification = new Verification(store, kind, from);
      this.#verification = verification;
      try {
        let page = firstPage(from);
        for (;;) {
          const meta = await requests.list(page, timing.listSilence, (item) => verification.compare(item));
          page = nextPage(meta.continueToken);
          if (meta.continueToken !== '') continue;
          verification.endList(meta.resourceVersion);
          break;
        }
        metrics.countRelist('periodic');
        this.#settle();
      } catch (error) {
        if (this.#verification === verification) this.#verification = undefined;
        if (!signal.aborted) log.notVerified(error);
      }
    }
    this.#schedule();
  }

  #settle(): void {
    if (this.#version === undefined) return;
    const repairs = this.#verification?.settle(this.#version);
    if (repairs === undefined) return;
    this.#verification = undefined;
    if (repairs === 0) return;
    this.#options.metrics.countRepairs(repairs);
    this.#options.log.repaired(repairs);
  }
}
