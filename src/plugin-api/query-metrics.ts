import { rcodeName } from '../dns/codes.ts';
import { typeName } from '../dns/types.ts';
import type { Counter, Histogram } from '../metrics/metric.ts';
import type { Registry } from '../metrics/registry.ts';
import { addressFamily, protocolLabel, type Query } from './query.ts';

/** Seconds: 0.25 ms doubled 15 times. */
const DURATION_BUCKETS: readonly number[] = Array.from({ length: 16 }, (_, i) => 0.00025 * 2 ** i);
/** Octets; CoreDNS's. */
const SIZE_BUCKETS: readonly number[] = [
  0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16_000, 32_000, 48_000, 64_000,
];

/** Types that have a value of the label `type` of their own; CoreDNS counts the others as `other`. */
const LABELLED_TYPES: ReadonlySet<string> = new Set(
  'A AAAA CNAME DNSKEY DS MX NSEC NSEC3 NS PTR RRSIG SOA SRV TXT HTTPS SVCB IXFR AXFR ANY'.split(' '),
);

/**
 * The series about queries. Plugin `prometheus` counts the queries of its block into them, the server those that it
 * refuses by itself; hence they are here.
 */
export class QueryMetrics {
  readonly #requests: Counter;
  readonly #dnssecOk: Counter;
  readonly #durations: Histogram;
  readonly #requestSizes: Histogram;
  readonly #responseSizes: Histogram;
  readonly #responses: Counter;

  constructor(registry: Registry) {
    const block = ['server', 'zone', 'view'];
    this.#requests = registry.counter({
      name: 'coredns_dns_requests_total',
      help: 'Counter of DNS requests made per zone, protocol and family.',
      labels: [...block, 'proto', 'family', 'type'],
    });
    this.#dnssecOk = registry.counter({
      name: 'coredns_dns_do_requests_total',
      help: 'Counter of DNS requests with DO bit set per zone.',
      labels: block,
    });
    this.#durations = registry.histogram({
      name: 'coredns_dns_request_duration_seconds',
      help: 'Histogram of the time (in seconds) each request took per zone.',
      labels: block,
      buckets: DURATION_BUCKETS,
    });
    this.#requestSizes = registry.histogram({
      name: 'coredns_dns_request_size_bytes',
      help: 'Size of the EDNS0 UDP buffer in bytes (64K for TCP) per zone and protocol.',
      labels: [...block, 'proto'],
      buckets: SIZE_BUCKETS,
    });
    this.#responseSizes = registry.histogram({
      name: 'coredns_dns_response_size_bytes',
      help: 'Size of the returned response in bytes.',
      labels: [...block, 'proto'],
      buckets: SIZE_BUCKETS,
    });
    this.#responses = registry.counter({
      name: 'coredns_dns_responses_total',
      help: 'Counter of response status codes.',
      labels: [...block, 'rcode', 'plugin'],
    });
  }

  /**
   * Counts one query. `zone` is `dropped` for queries that the server refused by itself, `plugin` is then empty.
   * `responseSize` in octets, `duration` in seconds.
   */
  count(
    query: Query,
    zone: string,
    answer: {
      readonly rcode: number;
      readonly plugin: string;
      readonly responseSize: number;
      readonly duration: number;
    },
  ): void {
    const { server, view } = query;
    const proto = protocolLabel(query.transport);
    const type = typeName(query.question.type);
    this.#requests.increment(
      server,
      zone,
      view,
      proto,
      addressFamily(query.client) === 1 ? '1' : '2',
      LABELLED_TYPES.has(type) ? type : 'other',
    );
    if (query.message.edns?.dnssecOk === true) this.#dnssecOk.increment(server, zone, view);
    this.#durations.observe(answer.duration, server, zone, view);
    this.#requestSizes.observe(query.size, server, zone, view, proto);
    this.#responseSizes.observe(answer.responseSize, server, zone, view, proto);
    this.#responses.increment(server, zone, view, rcodeName(answer.rcode), answer.plugin);
  }
}
