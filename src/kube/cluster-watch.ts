import type { Logger } from '../log/logger.ts';
import type { Registry } from '../metrics/registry.ts';
import type { ApiAccess } from './access.ts';
import { ApiClient } from './client.ts';
import { SharedValues } from './decoded-object.ts';
import { measureProgrammingLatency, type ObserveProgrammingLatency } from './programming-latency.ts';
import { programmingLatencyHistogram } from './programming-latency.ts';
import { Reflector } from './reflector.ts';
import { ReflectorMetrics } from './reflector-metrics.ts';
import { reportAges } from './resource-age.ts';
import type { ReflectorTiming } from './reflector-timing.ts';
import { type RequestLimits, UNLIMITED } from './request-limiter.ts';
import type { ResourceKind } from './resources.ts';
import { ClusterStore } from './store.ts';
import { resourceLabel, watchedResources, type WatchOptions } from './watched-resource.ts';

export interface ClusterWatchOptions extends WatchOptions {
  readonly access: ApiAccess;
  /** Of this program, for the User-Agent. */
  readonly version: string;
  /** With the prefix that the log lines should have, `plugin/kubernetes`. */
  readonly logger: Logger;
  readonly metrics: Registry;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  /** Where DNS programming latencies go; default: the histogram in `metrics`. */
  readonly observeProgrammingLatency?: ObserveProgrammingLatency;
  readonly timing?: Partial<ReflectorTiming>;
  /** Of requests to the API server; default: none. */
  readonly limits?: RequestLimits;
  /** Whether labels of pods are asked for; default: yes. */
  readonly keepsPodLabels?: boolean;
}

/** Watches one cluster: a reflector for each resource that the options ask for, and the store that they fill. */
export class ClusterWatch {
  readonly store: ClusterStore;
  readonly #client: ApiClient;
  readonly #reflectors: readonly Reflector[];
  readonly #endLatency: () => void;
  readonly #endAges: () => void;

  /** Does not connect yet, see `start`. */
  constructor(options: ClusterWatchOptions) {
    const {
      access,
      version,
      logger,
      metrics,
      now,
      random,
      timing = {},
      limits = UNLIMITED,
      keepsPodLabels = true,
    } = options;
    const resources = watchedResources(options);
    const store = new ClusterStore({ kinds: resources.map((resource) => resource.kind), now });
    const client = new ApiClient({ access, version, metrics, now, limits });
    const shared = new SharedValues({ keepsPodLabels });
    const common = { client, store, shared, logger, now, random, timing };
    const observe = options.observeProgrammingLatency ?? programmingLatencyHistogram(metrics);
    this.store = store;
    this.#client = client;
    this.#reflectors = resources.map(
      (resource) =>
        new Reflector({ resource, ...common, metrics: new ReflectorMetrics(metrics, resourceLabel(resource)) }),
    );
    this.#endAges = reportAges(metrics, this.#reflectors);
    this.#endLatency = measureProgrammingLatency({ store, logger, now, observe });
  }

  /** Begins to list and watch in the background; failures are logged and tried again for ever. */
  start(): void {
    for (const reflector of this.#reflectors) reflector.start();
  }

  /** Ends all watches; what the store has stays. Resolves when nothing more will change in it. */
  async stop(): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector.stop()));
    this.#client.close();
    this.#endLatency();
    this.#endAges();
  }

  /** Every resource has had its first list; never turns false again. */
  get hasSynced(): boolean {
    return this.store.hasSynced;
  }

  /**
   * Resolves with true when everything has synced, with false after `milliseconds` or when `signal` aborts.
   * Synced already: at once.
   */
  async waitForSync(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
    if (this.hasSynced || signal?.aborted === true) return this.hasSynced;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    const endListening = this.store.onSynced(() => {
      if (this.hasSynced) resolve();
    });
    const onAbort = (): void => resolve();
    signal?.addEventListener('abort', onAbort);
    await promise;
    clearTimeout(timer);
    endListening();
    signal?.removeEventListener('abort', onAbort);
    return this.hasSynced;
  }

  /** Seconds since the server last said something, for each watched kind; undefined before it did. */
  ages(): Map<ResourceKind, number | undefined> {
    return new Map(this.#reflectors.map((reflector) => [reflector.resource.kind, reflector.age]));
  }
}
