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
  // The series of the listener that asked last: most blocks have but one. Each appears with the first that it counts.
  #server = '';
  #view = '';
  #known: KnownSeries = { success: {}, denial: {} };
  /** By outcome, listener and view; never more than there are of these. */
  readonly #recorders = new Map<string, Recorder>();

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
    this.#requestSeries(query).value++;
  }

  hit(query: Query, part: Part): void {
    this.#hitSeries(query, part).value++;
  }

  miss(query: Query): void {
    this.#missSeries(query).value++;
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

  /** So many entries of the part had to go. */
  evictions(query: Query, part: Part, count: number): void {
    // A series appears with the first of them.
    if (count > 0) (this.#of(query)[part].evictions ??= this.#ofPart(query, part, this.#evictions)).value += count;
  }

  /** Counts hits that are answered before they come here. The same for one listener, view and part. */
  hitRecorder(query: Query, part: Part): Recorder {
    return this.#recorder(query, part, () => this.#hitSeries(query, part));
  }

  /** As `hitRecorder`, for queries that pass the cache. */
  missRecorder(query: Query): Recorder {
    return this.#recorder(query, 'miss', () => this.#missSeries(query));
  }

  #recorder(query: Query, outcome: string, series: () => CounterSeries): Recorder {
    const key = `${outcome} ${query.server} ${query.view}`;
    let recorder = this.#recorders.get(key);
    if (recorder === undefined) {
      const requests = this.#requestSeries(query);
      const outcomes = series();
      recorder = {
        record() {
          requests.value++;
          outcomes.value++;
        },
      };
      this.#recorders.set(key, recorder);
    }
    return recorder;
  }

  size(query: Query, part: Part, entries: number): void {
    (this.#of(query)[part].entries ??= this.#ofPart(query, part, this.#entries)).value = entries;
  }

  #hitSeries(query: Query, part: Part): CounterSeries {
    return (this.#of(query)[part].hits ??= this.#ofPart(query, part, this.#hits));
  }

  #requestSeries(query: Query): CounterSeries {
    return (this.#of(query).requests ??= this.#requests.series(query.server, this.#zones, query.view));
  }

  #missSeries(query: Query): CounterSeries {
    return (this.#of(query).misses ??= this.#misses.series(query.server, this.#zones, query.view));
  }

  #ofPart(query: Query, part: Part, family: Counter | Gauge): CounterSeries {
    return family.series(query.server, part, this.#zones, query.view);
  }

  #of(query: Query): KnownSeries {
    if (query.server !== this.#server || query.view !== this.#view) {
      this.#server = query.server;
      this.#view = query.view;
      this.#known = { success: {}, denial: {} };
    }
    return this.#known;
  }
}

/** The series of one listener and view that most queries count into. */
interface KnownSeries {
  requests?: CounterSeries;
  misses?: CounterSeries;
  readonly success: PartSeries;
  readonly denial: PartSeries;
}

interface PartSeries {
  hits?: CounterSeries;
  evictions?: CounterSeries;
  entries?: CounterSeries;
}
