import { rcodeName } from '../dns/codes.ts';
import { typeName } from '../dns/types.ts';
import type { Counter, CounterSeries, Histogram, HistogramSeries } from '../metrics/metric.ts';
import type { Registry } from '../metrics/registry.ts';
import { addressFamily, protocolLabel, type Query } from './query.ts';
import type { Recorder } from './validity.ts';

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

interface Families {
  readonly requests: Counter;
  readonly dnssecOk: Counter;
  readonly durations: Histogram;
  readonly requestSizes: Histogram;
  readonly responseSizes: Histogram;
  readonly responses: Counter;
}

/**
 * The series about queries. Plugin `prometheus` counts the queries of its block into them, the server those that it
 * refuses by itself; hence they are here.
 */
export class QueryMetrics {
  readonly #families: Families;
  readonly #blocks = new Map<string, BlockMetrics>();

  constructor(registry: Registry) {
    const block = ['server', 'zone', 'view'];
    const requests = registry.counter({
      name: 'coredns_dns_requests_total',
      help: 'Counter of DNS requests made per zone, protocol and family.',
      labels: [...block, 'proto', 'family', 'type'],
    });
    const dnssecOk = registry.counter({
      name: 'coredns_dns_do_requests_total',
      help: 'Counter of DNS requests with DO bit set per zone.',
      labels: block,
    });
    const durations = registry.histogram({
      name: 'coredns_dns_request_duration_seconds',
      help: 'Histogram of the time (in seconds) each request took per zone.',
      labels: block,
      buckets: DURATION_BUCKETS,
    });
    const requestSizes = registry.histogram({
      name: 'coredns_dns_request_size_bytes',
      help: 'Size of the EDNS0 UDP buffer in bytes (64K for TCP) per zone and protocol.',
      labels: [...block, 'proto'],
      buckets: SIZE_BUCKETS,
    });
    const responseSizes = registry.histogram({
      name: 'coredns_dns_response_size_bytes',
      help: 'Size of the returned response in bytes.',
      labels: [...block, 'proto'],
      buckets: SIZE_BUCKETS,
    });
    const responses = registry.counter({
      name: 'coredns_dns_responses_total',
      help: 'Counter of response status codes.',
      labels: [...block, 'rcode', 'plugin'],
    });
    this.#families = { requests, dnssecOk, durations, requestSizes, responseSizes, responses };
  }

  /** The series of the queries of one block on one listener. `zone` is `dropped` for queries that the server refused by itself. */
  block(server: string, zone: string, view: string): BlockMetrics {
    const key = `${server} ${zone} ${view}`;
    let block = this.#blocks.get(key);
    if (block === undefined) {
      block = new BlockMetrics(this.#families, [server, zone, view]);
      this.#blocks.set(key, block);
    }
    return block;
  }
}

/** What is counted of an answer. */
export interface CountedAnswer {
  readonly rcode: number;
  /** Empty where no plugin wrote the answer. */
  readonly plugin: string;
  /** Octets. */
  readonly responseSize: number;
}

/** Counts the queries of one block. Series are looked up once, then found by numbers. */
export class BlockMetrics {
  readonly #families: Families;
  readonly #labels: readonly [server: string, zone: string, view: string];
  readonly #recorders = new Map<number, Map<string, Map<number, QueryRecorder>>>();

  constructor(families: Families, labels: readonly [server: string, zone: string, view: string]) {
    this.#families = families;
    this.#labels = labels;
  }

  /** Counts one query, `milliseconds` after it arrived. */
  count(query: Query, answer: CountedAnswer, milliseconds: number): void {
    this.recorder(query, answer).record(query.size, milliseconds);
  }

  /** What counts queries that are like this one and get an answer like this one. The same for the same labels and size. */
  recorder(query: Query, { rcode, plugin, responseSize }: CountedAnswer): QueryRecorder {
    const kind = kindOf(query) + rcode * KINDS;
    let byPlugin = this.#recorders.get(kind);
    if (byPlugin === undefined) this.#recorders.set(kind, (byPlugin = new Map<string, Map<number, QueryRecorder>>()));
    let bySize = byPlugin.get(plugin);
    if (bySize === undefined) byPlugin.set(plugin, (bySize = new Map<number, QueryRecorder>()));
    let recorder = bySize.get(responseSize);
    if (recorder === undefined) {
      recorder = this.#makeRecorder(query, rcode, plugin, responseSize);
      bySize.set(responseSize, recorder);
    }
    return recorder;
  }

  #makeRecorder(query: Query, rcode: number, plugin: string, responseSize: number): QueryRecorder {
    const families = this.#families;
    const labels = this.#labels;
    const proto = protocolLabel(query.transport);
    const type = typeName(query.question.type);
    const isDnssecOk = query.message.edns?.dnssecOk === true;
    return new QueryRecorder({
      families,
      responseSize,
      requests: families.requests.series(
        ...labels,
        proto,
        addressFamily(query.client) === 1 ? '1' : '2',
        LABELLED_TYPES.has(type) ? type : 'other',
      ),
      dnssecOk: isDnssecOk ? families.dnssecOk.series(...labels) : undefined,
      durations: families.durations.series(...labels),
      requestSizes: families.requestSizes.series(...labels, proto),
      responseSizes: families.responseSizes.series(...labels, proto),
      responses: families.responses.series(...labels, rcodeName(rcode), plugin),
    });
  }
}

/** Types have 16 bits; protocol, family and DO one each. */
const KINDS = 1 << 19;

/** All that the labels of requests depend on, as a number. */
function kindOf(query: Query): number {
  const { type } = query.question;
  return (
    type * 8 +
    (protocolLabel(query.transport) === 'udp' ? 0 : 4) +
    (addressFamily(query.client) === 1 ? 0 : 2) +
    (query.message.edns?.dnssecOk === true ? 1 : 0)
  );
}

interface QuerySeries {
  readonly families: Families;
  readonly responseSize: number;
  readonly requests: CounterSeries;
  readonly dnssecOk: CounterSeries | undefined;
  readonly durations: HistogramSeries;
  readonly requestSizes: HistogramSeries;
  readonly responseSizes: HistogramSeries;
  readonly responses: CounterSeries;
}

/** The series that one kind of query and answer counts into. */
class QueryRecorder implements Recorder {
  readonly #series: QuerySeries;

  constructor(series: QuerySeries) {
    this.#series = series;
  }

  record(size: number, milliseconds: number): void {
    const { families, responseSize, requests, dnssecOk, durations, requestSizes, responseSizes, responses } =
      this.#series;
    requests.value++;
    if (dnssecOk !== undefined) dnssecOk.value++;
    families.durations.record(durations, milliseconds / 1000);
    families.requestSizes.record(requestSizes, size);
    families.responseSizes.record(responseSizes, responseSize);
    responses.value++;
  }
}
