import type { Counter, CounterSeries, Gauge } from '../../metrics/metric.ts';
import type { Registry } from '../../metrics/registry.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Recorder } from '../../plugin-api/validity.ts';
import type { Part } from './lifetime.ts';

/** Counts what the cache of one server block does. */
export class CacheMetrics {
  readonly #zones: string;
  readonly #requests: Counter;
  readonly #hits: Counter;
  readonly #misses: Counter;
  readonly #prefetches: Counter;
  readonly #drops: Counter;
  readonly #stale: Counter;
  readonly #evictions: Counter;
  readonly #entries: Gauge;
  /** By listener and view; never more than there are of these. */
  readonly #recorders = new Map<string, Map<string, Recorder>>();
  #lastRecorders: Map<string, Recorder> | undefined;
  // The series of the listener that asked last: most blocks have but one.
  #server = '';
  #view = '';
  #lastRequests: CounterSeries | undefined;
  #lastHits: Partial<Record<Part, CounterSeries>> = {};
  #lastMisses: CounterSeries | undefined;

  /** `zones`: those that are cached, as the label shows them. */
  constructor(registry: Registry, zones: string) {
    const labels = ['server', 'zones', 'view'];
    const counter = (name: string, help: string, own: readonly string[] = labels): Counter =>
      registry.counter({ name: `coredns_cache_${name}`, help, labels: own });
    const typed = ['server', 'type', 'zones', 'view'];
    this.#zones = zones;
    this.#requests = counter('requests_total', 'The count of cache requests.');
    this.#hits = counter('hits_total', 'The count of cache hits.', typed);
    this.#misses = counter(
      'misses_total',
      'The count of cache misses. Deprecated, derive misses from cache hits/requests counters.',
    );
    this.#prefetches = counter('prefetch_total', 'The number of times the cache has prefetched a cached item.');
    this.#drops = counter('drops_total', 'The number responses that are not cached, because the reply is malformed.');
    this.#stale = counter('served_stale_total', 'The number of requests served from stale cache entries.');
    this.#evictions = counter('evictions_total', 'The count of cache evictions.', typed);
    this.#entries = registry.gauge({
      name: 'coredns_cache_entries',
      help: 'The number of elements in the cache.',
      labels: typed,
    });
  }

  request(query: Query): void {
    if (this.#lastRequests === undefined || query.server !== this.#server || query.view !== this.#view) {
      this.#server = query.server;
      this.#view = query.view;
      this.#lastHits = {};
      this.#lastMisses = undefined;
      this.#lastRecorders = undefined;
      this.#lastRequests = this.#requests.series(query.server, this.#zones, query.view);
    }
    this.#lastRequests.value++;
  }

  /** Follows `request`. */
  hit(query: Query, part: Part): void {
    const series = (this.#lastHits[part] ??= this.#hits.series(query.server, part, this.#zones, query.view));
    series.value++;
  }

  /** Follows `request`. */
  miss(query: Query): void {
    this.#lastMisses ??= this.#misses.series(query.server, this.#zones, query.view);
    this.#lastMisses.value++;
  }

  /** Counts hits that are answered before they come here; follows `request`. The same for one listener, view and part. */
  hitRecorder(query: Query, part: Part): Recorder {
    return this.#recorder(query, part, () => this.#hits.series(query.server, part, this.#zones, query.view));
  }

  /** As `hitRecorder`, for queries that pass the cache. */
  missRecorder(query: Query): Recorder {
    return this.#recorder(query, 'miss', () => this.#misses.series(query.server, this.#zones, query.view));
  }

  prefetch(query: Query): void {
    this.#prefetches.increment(query.server, this.#zones, query.view);
  }

  drop(query: Query): void {
    this.#drops.increment(query.server, this.#zones, query.view);
  }

  servedStale(query: Query): void {
    this.#stale.increment(query.server, this.#zones, query.view);
  }

  eviction(query: Query, part: Part): void {
    this.#evictions.increment(query.server, part, this.#zones, query.view);
  }

  #recorder(query: Query, outcome: string, series: () => CounterSeries): Recorder {
    const recorders = this.#recordersOf(query);
    let recorder = recorders.get(outcome);
    if (recorder === undefined) {
      const requests = this.#requests.series(query.server, this.#zones, query.view);
      const outcomes = series();
      recorder = {
        record() {
          requests.value++;
          outcomes.value++;
        },
      };
      recorders.set(outcome, recorder);
    }
    return recorder;
  }

  /** Follows `request`. */
  #recordersOf(query: Query): Map<string, Recorder> {
    if (this.#lastRecorders !== undefined) return this.#lastRecorders;
    const key = `${query.server} ${query.view}`;
    const recorders = this.#recorders.get(key) ?? new Map<string, Recorder>();
    this.#recorders.set(key, recorders);
    this.#lastRecorders = recorders;
    return recorders;
  }

  size(query: Query, part: Part, entries: number): void {
    this.#entries.set(entries, query.server, part, this.#zones, query.view);
  }
}
