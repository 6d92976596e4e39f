import { printDuration } from '../../corefile/duration.ts';
import { ConfigurationError } from '../../plugin-api/context.ts';
import { duration, hostPort } from '../../plugin-api/kinds.ts';
import { one, optional } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { endpointText } from '../../transport/endpoint.ts';
import type { HttpRoute } from '../../transport/http-endpoints.ts';
import { healthMetrics, SelfCheck } from './self-check.ts';

const DEFAULT_ADDRESS = { host: '', port: 8080 };
const WILDCARD_HOSTS: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

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
    // CoreDNS takes negative durations too: no lameduck time.
    lameduck: one(duration({ minimum: -Infinity }), {
      initial: 0,
      summary: 'How long queries are still answered after the process was told to stop.',
    }),
  },
  registerMetrics(metrics) {
    healthMetrics(metrics);
  },
  setup(stanzas, context) {
    const { argument: address, options, line } = stanzas.at(-1) ?? stanzas[0];
    const metrics = healthMetrics(context.metrics);
    let route: HttpRoute | undefined;
    let selfCheck: SelfCheck | undefined;
    return {
      async start() {
        try {
          route = await context.http.open(address.host, address.port, '/health', (_request, response) => {
            response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('OK');
          });
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          throw new ConfigurationError(`health: ${reason}`, line.arguments[0]?.place ?? line.name.place);
        }
        const host = WILDCARD_HOSTS.has(address.host) ? 'localhost' : address.host;
        const url = `http://${endpointText(host, route.port)}/health`;
        selfCheck = new SelfCheck(url, metrics, context.logger, context.clock);
      },
      async drain() {
        if (options.lameduck <= 0) return;
        context.logger.info(`Going into lameduck mode for ${printDuration(options.lameduck)}`);
        await new Promise((resolve) => setTimeout(resolve, options.lameduck));
      },
      async stop() {
        selfCheck?.stop();
        await route?.close();
      },
    };
  },
});
