import { type Collector, Counter, Gauge, Histogram } from './metric.ts';

/** What a metric is called and says. `labels` are label names in the order in which values are handed to the metric. */
export interface MetricDescription {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/**
 * The metrics of one process or of one embedded server; handed in by the context, never global.
 *
 * Asking for a metric that is there already returns the same one, so that two blocks with the same plugin, or the
 * configuration before and after a reload, count into one series. Asking with other labels or as another kind throws.
 */
export class Registry {
  readonly #metrics = new Map<string, Collector>();
  readonly #beforeExposition = new Map<string, () => void>();

  counter(description: MetricDescription): Counter {
    return this.#get(description, Counter, () => new Counter(description));
  }

  gauge(description: MetricDescription): Gauge {
    return this.#get(description, Gauge, () => new Gauge(description));
  }

  /** `buckets`: upper bounds in ascending order, without the infinite one. */
  histogram(description: MetricDescription & { readonly buckets: readonly number[] }): Histogram {
    return this.#get(description, Histogram, () => new Histogram(description));
  }

  /**
   * Runs `update` before every exposition, for metrics that are cheaper to read when somebody asks. `name` says what is updated: a second
   * update of that name takes the place of the first.
   */
  beforeExposition(name: string, update: () => void): void {
    this.#beforeExposition.set(name, update);
  }

  /** All metrics in the text format of Prometheus, version 0.0.4, sorted by name. */
  expose(): string {
    for (const update of this.#beforeExposition.values()) update();
    const names = [...this.#metrics.keys()].toSorted();
    return names.map((name) => this.#metrics.get(name)?.expose() ?? '').join('');
  }

  #get<M extends Collector>(description: MetricDescription, kind: new (...args: never[]) => M, make: () => M): M {
    const labels = (description.labels ?? []).join();
    const known = this.#metrics.get(description.name);
    if (known === undefined) {
      const metric = make();
      this.#metrics.set(description.name, metric);
      return metric;
    }
    if (!(known instanceof kind) || known.labels.join() !== labels) {
      throw new TypeError(`metric ${description.name} is registered already as another kind or with other labels`);
    }
    return known;
  }
}
