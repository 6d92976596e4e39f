import type { Logger } from '../log/logger.ts';
import type { Counter } from '../metrics/metric.ts';
import type { Clock } from '../plugin-api/clock.ts';
import type { Generations } from '../plugin-api/generations.ts';
import type { QueryMetrics } from '../plugin-api/query-metrics.ts';

/** What all services of a server share. */
export interface ServiceEnvironment {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly queryMetrics: QueryMetrics;
  readonly generations: Generations;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** coredns_panics_total. */
  readonly panics: Counter;
  /** coredns_dns_https_responses_total. */
  readonly httpsResponses: Counter;
}
