import type { Counter, Histogram } from '../metrics/metric.ts';
import type { Registry } from '../metrics/registry.ts';

// The bounds of CoreDNS's client library, in seconds: dashboards sum over them.
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The metrics of requests to the API server, named as in CoreDNS. */
export class ClientMetrics {
  readonly #requests: Counter;
  readonly #duration: Histogram;
  readonly #rateLimiter: Histogram;

  constructor(registry: Registry) {
    this.#requests = registry.counter({
      name: 'coredns_kubernetes_rest_client_requests_total',
      help: 'Number of HTTP requests, partitioned by status code, method, and host.',
      labels: ['code', 'method', 'host'],
    });
    this.#duration = registry.histogram({
      name: 'coredns_kubernetes_rest_client_request_duration_seconds',
      help: 'Request latency in seconds. Broken down by verb and host.',
      labels: ['verb', 'host'],
      buckets: BUCKETS,
    });
    this.#rateLimiter = registry.histogram({
      name: 'coredns_kubernetes_rest_client_rate_limiter_duration_seconds',
      help: 'Client side rate limiter latency in seconds. Broken down by verb and host.',
      labels: ['verb', 'host'],
      buckets: BUCKETS,
    });
  }

  /**
   * Counts a request that got an answer's header (`code` is its status) or failed before it (`<error>`), and the
   * seconds that it `waited` for RequestLimits.rate before.
   */
  record(request: {
    readonly code: string;
    readonly method: string;
    readonly host: string;
    readonly seconds: number;
    readonly waited: number;
  }): void {
    const { code, method, host, seconds, waited } = request;
    this.#requests.increment(code, method, host);
    this.#duration.observe(seconds, method, host);
    this.#rateLimiter.observe(waited, method, host);
  }
}
