import { RCODE } from '../../dns/codes.ts';
import type { SetupContext, SharedKey } from '../../plugin-api/context.ts';
import { longestZone } from '../../plugin-api/fallthrough.ts';
import { type HostPort, hostPort, text } from '../../plugin-api/kinds.ts';
import { flag, one, optional } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { type BlockMetrics, type CountedAnswer, QueryMetrics } from '../../plugin-api/query-metrics.ts';
import { type Reply, replyLength } from '../../plugin-api/reply.ts';
import type { HttpHandler, HttpRoute, HttpTls } from '../../transport/http-endpoints.ts';
import { registerProcessMetrics, registerRuntimeMetrics } from './process-metrics.ts';

const DEFAULT_ADDRESS = { host: 'localhost', port: 9153 };

export const prometheus: Plugin = definePlugin({
  name: 'prometheus',
  summary: 'Exposes metrics at /metrics, and counts the queries of the block.',
  reads: 'question',
  repeatable: false,
  parameters: optional(hostPort, {
    bare: DEFAULT_ADDRESS,
    initial: DEFAULT_ADDRESS,
    summary: 'Where to listen; localhost:9153 unless given.',
  }),
  options: {
    runtime_metrics: flag({ summary: 'Adds metrics of the JavaScript runtime.' }),
    tls: one(text('FILE'), {
      initial: undefined,
      repeat: 'once',
      summary: "Serves HTTPS as FILE says, a web configuration file of Prometheus' exporters.",
    }),
  },
  setup([{ argument: address, options }], context) {
    const counts = new BlockCounts(new QueryMetrics(context.metrics), context);
    const enabled = context.shared(enabledPlugins, () => new Set());
    let route: HttpRoute | undefined;
    let stopRuntimeMetrics: (() => void) | undefined;
    let plugin: string | undefined;
    return {
      observe(query, reply) {
        plugin ??= successor(context);
        counts.of(query).count(query, counted(query, reply, plugin), context.clock.monotonic() - query.arrival);
      },
      recorder(query, reply) {
        plugin ??= successor(context);
        return counts.of(query).recorder(query, counted(query, reply, plugin));
      },
      async start() {
        registerProcessMetrics(context.metrics, context.host.version);
        if (options.runtime_metrics) stopRuntimeMetrics = registerRuntimeMetrics(context.metrics);
        // Answering queries matters more than telling how many: without the endpoint the server runs all the same.
        try {
          const tls = options.tls === undefined ? undefined : await readTls(context.resolvePath(options.tls));
          route = await openEndpoint(context, address, tls);
        } catch (error) {
          context.plainLogger.error(
            `Failed to start metrics handler: ${error instanceof Error ? error.message : String(error)}`,
          );
        }
      },
      serving() {
        showEnabledPlugins(context, enabled);
      },
      async stop() {
        stopRuntimeMetrics?.();
        await route?.close();
      },
    };
  },
});

async function readTls(path: string): Promise<HttpTls> {
  // Few use it, and what reads YAML is not small.
  const { readWebConfiguration } = await import('./web-configuration.ts');
  try {
    return await readWebConfiguration(path);
  } catch (error) {
    throw new Error(`Invalid TLS config ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

async function openEndpoint(context: SetupContext, address: HostPort, tls: HttpTls | undefined): Promise<HttpRoute> {
  const { http, metrics } = context;
  const answer: HttpHandler = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metrics.expose());
  };
  return http.open(address.host, address.port, '/metrics', answer, tls);
}

/** Blocks of this configuration whose plugins are shown already. */
const enabledPlugins: SharedKey<Set<SetupContext['block']>> = { name: 'prometheus/enabled' };

/** The first block of a configuration takes away what the one before showed. */
function showEnabledPlugins(context: SetupContext, shown: Set<SetupContext['block']>): void {
  const gauge = context.metrics.gauge({
    name: 'coredns_plugin_enabled',
    help: 'A metric that indicates whether a plugin is enabled on per server and zone basis.',
    labels: ['server', 'zone', 'view', 'name'],
  });
  if (shown.size === 0) gauge.clear();
  shown.add(context.block);
  const zone = context.block.zones[0]?.canonical ?? '.';
  const instances = context.block.instances();
  const view = instances.find(({ instance }) => instance.settings?.view !== undefined)?.instance.settings?.view;
  for (const { name, instance } of instances) {
    if (instance.handle === undefined && instance.observe === undefined) continue;
    for (const server of context.block.servers()) gauge.set(1, server, zone, view?.name ?? '', name);
  }
}

/** What the label `plugin` says of written replies: the plugin right after this one in the chain, as in CoreDNS. */
function successor(context: SetupContext): string {
  const chain = context.block
    .instances()
    .filter(({ instance }) => instance.handle !== undefined || instance.observe !== undefined);
  return chain[chain.findIndex(({ name }) => name === 'prometheus') + 1]?.name ?? '';
}

/** The series of the block's queries for one listener and zone, found without a look at their labels. */
class BlockCounts {
  readonly #metrics: QueryMetrics;
  readonly #context: SetupContext;
  readonly #zones = new Map<string, BlockMetrics>();
  #server = '';
  #view = '';

  constructor(metrics: QueryMetrics, context: SetupContext) {
    this.#metrics = metrics;
    this.#context = context;
  }

  of(query: Query): BlockMetrics {
    if (query.server !== this.#server || query.view !== this.#view) {
      this.#server = query.server;
      this.#view = query.view;
      this.#zones.clear();
    }
    const zone = longestZone(this.#context.block.zones, query.question.name)?.canonical ?? '.';
    let metrics = this.#zones.get(zone);
    if (metrics === undefined) {
      metrics = this.#metrics.block(query.server, zone, query.view);
      this.#zones.set(zone, metrics);
    }
    return metrics;
  }
}

function counted(query: Query, reply: Reply | null, plugin: string): CountedAnswer {
  return {
    rcode: reply?.rcode ?? RCODE.NOERROR,
    plugin: reply === null || reply.unwritten ? '' : plugin,
    responseSize: replyLength(query, reply),
  };
}
