import type { DomainName } from '../../dns/name.ts';
import type { Counter, CounterSeries } from '../../metrics/metric.ts';
import type { Registry } from '../../metrics/registry.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Action } from './policies.ts';

/** Counts what becomes of queries. */
export class AclMetrics {
  readonly #counters: Readonly<Record<Exclude<Action, 'allow'>, Counter>>;
  readonly #allowed: Counter;
  // The series of the listener that asked last: most blocks have but one.
  #last: { readonly server: string; readonly view: string; readonly series: CounterSeries } | undefined;

  constructor(registry: Registry) {
    const counter = (what: string, labels: readonly string[]): Counter =>
      registry.counter({
        name: `coredns_acl_${what}_requests_total`,
        help: `Counter of DNS requests being ${what}.`,
        labels,
      });
    const labels = ['server', 'zone', 'view'];
    this.#counters = {
      block: counter('blocked', labels),
      filter: counter('filtered', labels),
      drop: counter('dropped', labels),
    };
    this.#allowed = counter('allowed', ['server', 'view']);
  }

  /** `zone`: the one of the rule that said so. */
  count(action: Exclude<Action, 'allow'>, { server, view }: Query, zone: DomainName): void {
    this.#counters[action].increment(server, zone.canonical, view);
  }

  countAllowed({ server, view }: Query): void {
    if (this.#last?.server !== server || this.#last.view !== view) {
      this.#last = { server, view, series: this.#allowed.series(server, view) };
    }
    this.#last.series.value++;
  }
}
