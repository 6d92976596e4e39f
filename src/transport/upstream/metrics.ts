import type { Counter, CounterSeries } from '../../metrics/metric.ts';
import type { Registry } from '../../metrics/registry.ts';
import { rcodeName } from '../../dns/codes.ts';

/** Seconds: sixteen bounds, each twice the one before, as in all of CoreDNS's time metrics. */
const TIME_BUCKETS: readonly number[] = Array.from({ length: 16 }, (_, i) => 0.000_25 * 2 ** i);

export type PoolProtocol = 'udp' | 'tcp' | 'tcp-tls';

/** What is counted about one upstream. */
export interface UpstreamCounters {
  answered(rcode: number, seconds: number): void;
  healthCheckFailed(): void;
  /** A query got a connection that was open already, or a new one. */
  tookConnection(protocol: PoolProtocol, used: boolean): void;
}

/** Counters of the upstream `to` of the plugin `proxyName`, under CoreDNS's names. */
export function upstreamCounters(registry: Registry, proxyName: string, to: string): UpstreamCounters {
  const durations = registry.histogram({
    name: 'coredns_proxy_request_duration_seconds',
    help: 'Histogram of the time each request took.',
    labels: ['proxy_name', 'to', 'rcode'],
    buckets: TIME_BUCKETS,
  });
  const failures = registry.counter({
    name: 'coredns_proxy_healthcheck_failures_total',
    help: 'Counter of the number of failed healthchecks.',
    labels: ['proxy_name', 'to'],
  });
  const connections = { labels: ['proxy_name', 'to', 'proto'] };
  const hits = registry.counter({
    name: 'coredns_proxy_conn_cache_hits_total',
    help: 'Counter of connection cache hits per upstream and protocol.',
    ...connections,
  });
  const misses = registry.counter({
    name: 'coredns_proxy_conn_cache_misses_total',
    help: 'Counter of connection cache misses per upstream and protocol.',
    ...connections,
  });
  const byRcode: ReturnType<typeof durations.series>[] = [];
  const used = seriesOf(hits, proxyName, to);
  const opened = seriesOf(misses, proxyName, to);
  return {
    answered(rcode, seconds) {
      durations.record((byRcode[rcode] ??= durations.series(proxyName, to, rcodeName(rcode))), seconds);
    },
    healthCheckFailed: () => failures.increment(proxyName, to),
    tookConnection(protocol, wasUsed) {
      (wasUsed ? used : opened)(protocol).value++;
    },
  };
}

/** The series of each protocol, looked up once. */
function seriesOf(counter: Counter, proxyName: string, to: string): (protocol: PoolProtocol) => CounterSeries {
  const known: Partial<Record<PoolProtocol, CounterSeries>> = {};
  return (protocol) => (known[protocol] ??= counter.series(proxyName, to, protocol));
}
