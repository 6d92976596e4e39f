import type { Logger } from '../log/logger.ts';
import type { Registry } from '../metrics/registry.ts';
import type { EndpointSlice } from './resources.ts';
import type { ClusterStore } from './store.ts';

/** The label `service_kind` of the metric. */
export type ServiceKind = 'cluster_ip' | 'headless_with_selector';

/** Gets the seconds from the moment that made endpoints change until the change is in the store. */
export type ObserveProgrammingLatency = (kind: ServiceKind, seconds: number) => void;

export interface ProgrammingLatencyOptions {
  readonly store: ClusterStore;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly observe: ObserveProgrammingLatency;
}

/**
 * Measures the DNS programming latency of each EndpointSlice that comes, changes or goes, from the annotation in which
 * the endpoint controller wrote when the change began. Slices without the annotation or without a service are not
 * measured. The result ends it.
 */
export function measureProgrammingLatency(options: ProgrammingLatencyOptions): () => void {
  const { store, logger, now, observe } = options;
  return store.onChange((change) => {
    const slice = change.after ?? change.before;
    if (slice?.kind !== 'EndpointSlice' || slice.lastChangeTriggerTime === '') return;
    const triggered = triggerTime(slice);
    if (Number.isNaN(triggered)) {
      logger.warning(
        `DnsProgrammingLatency cannot be calculated for Endpoints '${slice.namespace}/${slice.name}'; ` +
          'invalid "endpoints.kubernetes.io/last-change-trigger-time" annotation RFC3339 value of ' +
          JSON.stringify(slice.lastChangeTriggerTime),
      );
      return;
    }
    const service = store.service(slice.namespace, slice.service);
    if (service === undefined) return;
    observe(service.headless ? 'headless_with_selector' : 'cluster_ip', (now() - triggered) / 1000);
  });
}

/** Milliseconds since 1970, NaN when the text is no RFC 3339 time. */
function triggerTime(slice: EndpointSlice): number {
  const text = slice.lastChangeTriggerTime;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
}

// 1 ms doubled 19 times, as in CoreDNS: up to almost nine minutes.
const BUCKETS = Array.from({ length: 20 }, (_, i) => 0.001 * 2 ** i);

/** Puts latencies into the histogram that CoreDNS has for them. */
export function programmingLatencyHistogram(registry: Registry): ObserveProgrammingLatency {
  const histogram = registry.histogram({
    name: 'coredns_kubernetes_dns_programming_duration_seconds',
    help: 'Histogram of the time (in seconds) it took to program a dns instance.',
    labels: ['service_kind'],
    buckets: BUCKETS,
  });
  return (kind, seconds) => histogram.observe(seconds, kind);
}
