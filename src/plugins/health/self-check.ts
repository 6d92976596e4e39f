import type { ClientRequest } from 'node:http';
import { printDuration } from '../../corefile/duration.ts';
import type { Logger } from '../../log/logger.ts';
import type { Counter, Histogram } from '../../metrics/metric.ts';
import type { Registry } from '../../metrics/registry.ts';
import type { Clock } from '../../plugin-api/clock.ts';

// As an import node:http would evaluate all its exports, among them a WebSocket client that takes 14 MB.
const { get } = process.getBuiltinModule('node:http');

/** How often, and how long at most, the endpoint is asked whether it answers; in milliseconds, CoreDNS's. */
const INTERVAL = 1000;
const TIMEOUT = 3000;
/** An answer that took longer is worth a line. */
const SLOW = 1000;

export interface HealthMetrics {
  /** Seconds. */
  readonly durations: Histogram;
  readonly failures: Counter;
}

export function healthMetrics(metrics: Registry): HealthMetrics {
  return {
    durations: metrics.histogram({
      name: 'coredns_health_request_duration_seconds',
      help: 'Histogram of the time (in seconds) each request took.',
      buckets: [0.00025, 0.0025, 0.025, 0.25, 2.5],
    }),
    failures: metrics.counter({
      name: 'coredns_health_request_failures_total',
      help: 'The number of times the health check failed.',
    }),
  };
}

/** Asks the process for its health as the kubelet does: what takes long here takes long there. One request at a time. */
export class SelfCheck {
  readonly #url: string;
  readonly #metrics: HealthMetrics;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #timer: NodeJS.Timeout;
  #request: ClientRequest | undefined;
  #stopped = false;

  constructor(url: string, metrics: HealthMetrics, logger: Logger, clock: Clock) {
    this.#url = url;
    this.#metrics = metrics;
    this.#logger = logger;
    this.#clock = clock;
    this.#timer = setInterval(() => this.#ask(), INTERVAL);
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#request?.destroy();
  }

  #ask(): void {
    if (this.#request !== undefined) return;
    const began = this.#clock.monotonic();
    const request = get(this.#url, { timeout: TIMEOUT, agent: false }, (response) => {
      response.resume();
      this.#answered(this.#clock.monotonic() - began);
    });
    this.#request = request;
    request.on('timeout', () => request.destroy(new Error(`no answer within ${printDuration(TIMEOUT)}`)));
    request.on('error', (error) => this.#failed(error));
    request.on('close', () => (this.#request = undefined));
  }

  #answered(milliseconds: number): void {
    this.#metrics.durations.observe(milliseconds / 1000);
    if (milliseconds <= SLOW) return;
    this.#logger.warning(`Local health request to "${this.#url}" took more than 1s: ${printDuration(milliseconds)}`);
  }

  #failed(error: Error): void {
    if (this.#stopped) return;
    this.#metrics.failures.increment();
    this.#logger.warning(`Local health request to "${this.#url}" failed: ${error.message}`);
  }
}
