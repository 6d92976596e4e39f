import { className } from '../../dns/codes.ts';
import type { DomainName } from '../../dns/name.ts';
import { typeName } from '../../dns/types.ts';
import type { Counter } from '../../metrics/metric.ts';
import type { Registry } from '../../metrics/registry.ts';
import type { Query } from '../../plugin-api/query.ts';

/** Counts matches and failures of templates. */
export class TemplateMetrics {
  readonly #matches: Counter;
  readonly #templateFailures: Counter;
  readonly #recordFailures: Counter;

  constructor(registry: Registry) {
    const labels = ['server', 'zone', 'view', 'class', 'type'];
    this.#matches = registry.counter({
      name: 'coredns_template_matches_total',
      help: 'Counter of template regex matches.',
      labels,
    });
    this.#templateFailures = registry.counter({
      name: 'coredns_template_template_failures_total',
      help: 'Counter of go template failures.',
      labels: [...labels, 'section', 'template'],
    });
    this.#recordFailures = registry.counter({
      name: 'coredns_template_rr_failures_total',
      help: 'Counter of mis-templated RRs.',
      labels: [...labels, 'section', 'template'],
    });
  }

  countMatch(query: Query, zone: DomainName): void {
    this.#matches.increment(...labelValues(query, zone));
  }

  countTemplateFailure(query: Query, zone: DomainName, section: string, template: string): void {
    this.#templateFailures.increment(...labelValues(query, zone), section, template);
  }

  countRecordFailure(query: Query, zone: DomainName, section: string, template: string): void {
    this.#recordFailures.increment(...labelValues(query, zone), section, template);
  }
}

function labelValues(query: Query, zone: DomainName): string[] {
  const { question, server, view } = query;
  return [server, zone.text, view, className(question.class), typeName(question.type)];
}
