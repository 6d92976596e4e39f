import { get } from 'node:http';
import type { Registry } from '../../metrics/registry.ts';
import { ConfigurationError } from '../../plugin-api/context.ts';
import { duration, hostPort } from '../../plugin-api/kinds.ts';
import { one, optional } from '../../plugin-api/options.ts';
import { printDuration } from '../../corefile/duration.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { endpointText } from '../../transport/endpoint.ts';

const DEFAULT_ADDRESS = { host: '', port: 8080 };
/** How often, and how long at most, the endpoint is asked whether it answers; in milliseconds, CoreDNS's. */
const SELF_CHECK_INTERVAL = 1000;
const SELF_CHECK_TIMEOUT = 3000;

export const health: Plugin = definePlugin({
  name: 'health',
  summary: 'Answers /health while the process lives, and lets it finish gently.',
  reads: 'question',
  repeatable: true,
  parameters: optional(hostPort, {
    bare: DEFAULT_ADDRESS,
    initial: DEFAULT_ADDRESS,
    summary: 'Where to listen; :8080 unless given.',
  }),
  options: {
    lameduck: one(duration(), {
      initial: 0,
      summary: 'How long queries are still answered after the process was told to stop.',
    }),
  },
  registerMetrics(metrics) {
    healthMetrics(metrics);
  },
  setup(stanzas, context) {
    const { argument: address, options, line } = stanzas.at(-1) ?? stanzas[0];
    const { durations, failures } = healthMetrics(context.metrics);
    let route: { readonly port: number; readonly close: () => Promise<void> } | undefined;
    let timer: NodeJS.Timeout | undefined;

    function checkSelf(port: number): void {
      const host =
        address.host === '' || address.host === '0.0.0.0' || address.host === '::' ? 'localhost' : address.host;
      const url = `http://${endpointText(host, port)}/health`;
      const began = context.clock.monotonic();
      const failed = (error: Error): void => {
        failures.increment();
        context.logger.warning(`Local health request to "${url}" failed: ${error.message}`);
      };
      const request = get(url, { timeout: SELF_CHECK_TIMEOUT, agent: false }, (response) => {
        response.resume();
        const took = context.clock.monotonic() - began;
        durations.observe(took / 1000);
        if (took > SELF_CHECK_INTERVAL) {
          context.logger.warning(`Local health request to "${url}" took more than 1s: ${printDuration(took)}`);
        }
      });
      request.on('timeout', () => request.destroy(new Error('timeout')));
      request.on('error', failed);
    }

    return {
      async start() {
        try {
          route = await context.http.open(address.host, address.port, '/health', (_request, response) => {
            response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('OK');
          });
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          throw new ConfigurationError(
            `health cannot listen: ${reason}; free the address or name another one`,
            line.name.place,
          );
        }
        const { port } = route;
        timer = setInterval(() => checkSelf(port), SELF_CHECK_INTERVAL);
      },
      async drain() {
        if (options.lameduck === 0) return;
        context.logger.info(`Going into lameduck mode for ${printDuration(options.lameduck)}`);
        await new Promise((resolve) => setTimeout(resolve, options.lameduck));
      },
      async stop() {
        clearInterval(timer);
        await route?.close();
      },
    };
  },
});

function healthMetrics(metrics: Registry): {
  readonly durations: ReturnType<Registry['histogram']>;
  readonly failures: ReturnType<Registry['counter']>;
} {
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
