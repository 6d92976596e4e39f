import type { MetricDescription } from './registry.ts';

/** A metric that can print itself in the text format of Prometheus. */
export interface Collector {
  readonly labels: readonly string[];
  /** HELP, TYPE and all series, each line ended; empty when a metric with labels has no series yet. */
  expose(): string;
}

/** One series of a counter: hold it where labels do not change, so that counting is one addition. */
export interface CounterSeries {
  value: number;
}

export interface HistogramSeries {
  readonly counts: Float64Array;
  sum: number;
  count: number;
}

/** Separates label values in a series' key; it cannot stand in a name that came from DNS presentation format. */
const SEPARATOR = '\u0000';

abstract class Family<Series> implements Collector {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly #series = new Map<string, { readonly values: readonly string[]; readonly series: Series }>();

  constructor(description: MetricDescription) {
    this.name = description.name;
    this.help = description.help;
    this.labels = description.labels ?? [];
  }

  protected abstract readonly type: string;
  protected abstract create(): Series;
  protected abstract print(series: Series, values: readonly string[]): string;

  /** The series with these label values, in the order of `labels`; made when it is not there. */
  series(...values: readonly string[]): Series {
    const key = values.length === 1 ? (values[0] ?? '') : values.join(SEPARATOR);
    const known = this.#series.get(key);
    if (known !== undefined) return known.series;
    if (values.length !== this.labels.length) {
      throw new TypeError(
        `metric ${this.name} has the labels (${this.labels.join(', ')}), not ${values.length} values`,
      );
    }
    const series = this.create();
    this.#series.set(key, { values, series });
    return series;
  }

  /** Takes a series out of the exposition. */
  remove(...values: readonly string[]): void {
    this.#series.delete(values.join(SEPARATOR));
  }

  /** Takes every series out of the exposition. */
  clear(): void {
    this.#series.clear();
  }

  expose(): string {
    // A metric without labels has its one series from the start: a plain counter shows 0.
    if (this.labels.length === 0) this.series();
    if (this.#series.size === 0) return '';
    let text = `# HELP ${this.name} ${escapeHelp(this.help)}\n# TYPE ${this.name} ${this.type}\n`;
    for (const key of [...this.#series.keys()].toSorted()) {
      const entry = this.#series.get(key);
      if (entry !== undefined) text += this.print(entry.series, entry.values);
    }
    return text;
  }

  /** `name{label="value",…}`, with `extra` as a last label that is given already escaped. */
  protected sample(suffix: string, values: readonly string[], extra = ''): string {
    const pairs = this.labels.map((label, i) => `${label}="${escapeValue(values[i] ?? '')}"`);
    if (extra !== '') pairs.push(extra);
    return `${this.name}${suffix}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`}`;
  }
}

/** A number that only grows. */
export class Counter extends Family<CounterSeries> {
  protected readonly type = 'counter';

  increment(...values: readonly string[]): void {
    this.series(...values).value += 1;
  }

  protected create(): CounterSeries {
    return { value: 0 };
  }

  protected print(series: CounterSeries, values: readonly string[]): string {
    return `${this.sample('', values)} ${formatNumber(series.value)}\n`;
  }
}

/** A number that goes up and down. */
export class Gauge extends Family<CounterSeries> {
  protected readonly type = 'gauge';

  set(value: number, ...labels: readonly string[]): void {
    this.series(...labels).value = value;
  }

  protected create(): CounterSeries {
    return { value: 0 };
  }

  protected print(series: CounterSeries, values: readonly string[]): string {
    return `${this.sample('', values)} ${formatNumber(series.value)}\n`;
  }
}

/** How often values fell into buckets, their sum and their number. */
export class Histogram extends Family<HistogramSeries> {
  protected readonly type = 'histogram';
  readonly buckets: readonly number[];

  constructor(description: MetricDescription & { readonly buckets: readonly number[] }) {
    super(description);
    this.buckets = description.buckets;
  }

  observe(value: number, ...values: readonly string[]): void {
    this.record(this.series(...values), value);
  }

  /** Counts `value` into a series that the caller holds. */
  record(series: HistogramSeries, value: number): void {
    let i = 0;
    const { buckets } = this;
    while (i < buckets.length && value > (buckets[i] ?? Infinity)) i++;
    series.counts[i] = (series.counts[i] ?? 0) + 1;
    series.sum += value;
    series.count += 1;
  }

  protected create(): HistogramSeries {
    return { counts: new Float64Array(this.buckets.length + 1), sum: 0, count: 0 };
  }

  protected print(series: HistogramSeries, values: readonly string[]): string {
    let text = '';
    let cumulative = 0;
    for (const [i, bound] of this.buckets.entries()) {
      cumulative += series.counts[i] ?? 0;
      text += `${this.sample('_bucket', values, `le="${formatNumber(bound)}"`)} ${formatNumber(cumulative)}\n`;
    }
    const count = formatNumber(series.count);
    text += `${this.sample('_bucket', values, 'le="+Inf"')} ${count}\n`;
    text += `${this.sample('_sum', values)} ${formatNumber(series.sum)}\n`;
    text += `${this.sample('_count', values)} ${count}\n`;
    return text;
  }
}

/**
 * A number as Go's libraries print it, since queries compare `le` as text: the shortest digits, with an exponent of at least two digits
 * below 1e-04 and from 1e+06 on.
 */
function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return String(value);
  const [digits, exponent = ''] = value.toExponential().split('e');
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeValue(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
