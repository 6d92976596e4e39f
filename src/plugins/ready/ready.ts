import type { SharedKey } from '../../plugin-api/context.ts';
import { hostPort, oneOf } from '../../plugin-api/kinds.ts';
import { one, optional } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { HttpRoute } from '../../transport/http-endpoints.ts';
import { Readiness } from './readiness.ts';

const DEFAULT_ADDRESS = { host: '', port: 8181 };

export const ready: Plugin = definePlugin({
  name: 'ready',
  summary: 'Answers /ready once every plugin that has to load something has done so.',
  reads: 'question',
  repeatable: false,
  parameters: optional(hostPort, {
    bare: DEFAULT_ADDRESS,
    initial: DEFAULT_ADDRESS,
    summary: 'Where to listen; :8181 unless given.',
  }),
  options: {
    monitor: one(oneOf(['until-ready', 'continuously']), {
      initial: 'until-ready',
      summary: 'Whether a plugin that was ready once is asked again.',
    }),
  },
  setup([{ argument: address, options }], context) {
    const readiness = context.shared(readinessKey, () => new Readiness());
    readiness.continuously = options.monitor === 'continuously';
    let route: HttpRoute | undefined;
    return {
      async start() {
        for (const { name, instance } of context.block.instances()) {
          if (instance.ready !== undefined) readiness.add(name, instance.ready);
        }
        try {
          route = await context.http.open(address.host, address.port, '/ready', (_request, response) => {
            const waiting = readiness.waitingFor();
            if (waiting.length > 0) context.logger.info(`Plugins not ready: "${waiting.join(',')}"`);
            response.writeHead(waiting.length === 0 ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8' });
            response.end(waiting.length === 0 ? 'OK' : waiting.join(','));
          });
        } catch (error) {
          // As in CoreDNS the server runs without the endpoint; unlike there, somebody hears of it.
          context.logger.error(`no readiness endpoint: ${error instanceof Error ? error.message : String(error)}`);
        }
      },
      // Whoever stops gets no more queries: the endpoint goes before the lameduck time of plugin health.
      async drain() {
        await route?.close();
        route = undefined;
      },
      async stop() {
        await route?.close();
      },
    };
  },
});

const readinessKey: SharedKey<Readiness> = { name: 'ready' };
