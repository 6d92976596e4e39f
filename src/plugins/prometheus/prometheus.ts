import { RCODE } from '../../dns/codes.ts';
import { isInChain } from '../../plugin-api/chain-end.ts';
import type { DomainName } from '../../dns/name.ts';
import type { SetupContext, SharedKey } from '../../plugin-api/context.ts';
import { longestZone } from '../../plugin-api/fallthrough.ts';
import { type HostPort, hostPort, text } from '../../plugin-api/kinds.ts';
import { flag, one, optional } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
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
    const queryMetrics = new QueryMetrics(context.metrics);
    const enabled = context.shared(enabledPlugins, () => new Set());
    let route: HttpRoute | undefined;
    let stopRuntimeMetrics: (() => void) | undefined;
    let counts: BlockCounts | undefined;
    return {
      observe(query, reply) {
        counts ??= new BlockCounts(queryMetrics, lookAround(context));
        counts.of(query).count(query, counts.counted(query, reply), context.clock.monotonic() - query.arrival);
      },
      recorder(query, reply) {
        counts ??= new BlockCounts(queryMetrics, lookAround(context));
        return counts.of(query).recorder(query, counts.counted(query, reply));
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
    if (!isInChain(instance)) continue;
    for (const server of context.block.servers()) gauge.set(1, server, zone, view?.name ?? '', name);
  }
}

/** What metrics need to know of the block. */
interface Surroundings {
  readonly context: SetupContext;
  /** What the label `plugin` says of written replies: the plugin right after this one in the chain, as in CoreDNS. */
  readonly successor: string;
  readonly passingZones: readonly NonNullable<PluginInstance['passingZone']>[];
}

/** To be asked once all plugins are set up. */
function lookAround(context: SetupContext): Surroundings {
  const instances = context.block.instances();
  const chain = instances.filter(({ instance }) => isInChain(instance));
  return {
    context,
    successor: chain[chain.findIndex(({ name }) => name === 'prometheus') + 1]?.name ?? '',
    passingZones: instances.flatMap(({ instance }) => instance.passingZone ?? []),
  };
}

/** The series of the block's queries for one listener and zone, found without a look at their labels. */
class BlockCounts {
  readonly #metrics: QueryMetrics;
  readonly #surroundings: Surroundings;
  readonly #zones = new Map<string, BlockMetrics>();
  #server = '';
  #view = '';

  constructor(metrics: QueryMetrics, surroundings: Surroundings) {
    this.#metrics = metrics;
    this.#surroundings = surroundings;
  }

  of(query: Query): BlockMetrics {
    if (query.server !== this.#server || query.view !== this.#view) {
      this.#server = query.server;
      this.#view = query.view;
      this.#zones.clear();
    }
    const zone = zoneOf(query.question.name, this.#surroundings)?.canonical ?? '.';
    let metrics = this.#zones.get(zone);
    if (metrics === undefined) {
      metrics = this.#metrics.block(query.server, zone, query.view);
      this.#zones.set(zone, metrics);
    }
    return metrics;
  }

  counted(query: Query, reply: Reply | null): CountedAnswer {
    return {
      rcode: reply?.rcode ?? RCODE.NOERROR,
      plugin: reply === null || reply.unwritten ? '' : this.#surroundings.successor,
      responseSize: replyLength(query, reply),
    };
  }
}

/** The longest zone that the name is in, among those of the block and those that come and go. */
function zoneOf(name: DomainName, { context, passingZones }: Surroundings): DomainName | undefined {
  let zone = longestZone(context.block.zones, name);
  for (const passingZone of passingZones) {
    const other = passingZone(name);
    if (other !== undefined && other.wire.length > (zone?.wire.length ?? 0)) zone = other;
  }
  return zone;
}
