import { inClusterAccess } from '../kube/in-cluster.ts';
import type { ApiAccess } from '../kube/access.ts';
import { Logger } from '../log/logger.ts';
import { Registry } from '../metrics/registry.ts';
import { UdpSockets } from '../transport/udp/udp-sockets.ts';
import { Generations } from '../plugin-api/generations.ts';
import { systemClock } from '../plugin-api/clock.ts';
import { order } from '../plugins/order.ts';
import type { ConfigurationText } from '../server/configuration.ts';
import { Server, type ServerOptions } from '../server/server.ts';
import { HttpEndpoints } from '../transport/http-endpoints.ts';
import { corefileSource, fileImports } from './files.ts';
import { platformLine, productLine, productVersion } from './product.ts';
import { unsupportedDirectives } from './unsupported.ts';

export interface ServingOptions {
  /** Path of the Corefile, or what gives its text. */
  readonly corefile: string | (() => Promise<ConfigurationText>);
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Gets every line of the log and of the start message. */
  readonly output: (line: string) => void;
  /** Port of server blocks that name none; 53 unless given. */
  readonly port?: number;
  readonly mapPort?: (port: number) => number;
  /** Neither zones nor version at the start. */
  readonly quiet?: boolean;
  /** Refuse a port on which another process listens. */
  readonly exclusive?: boolean;
  /** The API server that `kubernetes` without `endpoint` and `kubeconfig` watches; the cluster of this pod unless given. */
  readonly clusterAccess?: () => ApiAccess;
  /** Shared by servers of one process: sockets that wait take a thread of Node's pool for each of these. */
  readonly udp?: UdpSockets;
}

/** A server that runs in this process. */
export interface RunningServer {
  readonly server: Server;
  /** The exit code that the process should end with, once the server has stopped or failed. */
  readonly exitCode: Promise<number>;
  /** What the signal means to CoreDNS: TERM and INT stop, USR1 reloads. */
  readonly signal: (name: 'SIGTERM' | 'SIGINT' | 'SIGUSR1') => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Exit codes of CoreDNS: a stop that went wrong in a plugin. */
const STOPPED_BADLY = 4;

/** Starts a server with all plugins. Rejects when the configuration is refused or something cannot be opened. */
export async function startServing(options: ServingOptions): Promise<RunningServer> {
  const logger = Logger.create(options.output);
  const { promise: exitCode, resolve: exit } = Promise.withResolvers<number>();
  let server: Server | undefined;
  let stopped: Promise<void> | undefined;

  async function stop(code: number): Promise<void> {
    const failures = (await server?.stop()) ?? [];
    for (const failure of failures)
      logger.error(`stopping: ${failure instanceof Error ? failure.message : String(failure)}`);
    exit(code === 0 && failures.length > 0 ? STOPPED_BADLY : code);
  }

  server = await Server.start(
    serverOptions(options, logger, (text) => {
      logger.fatal(text);
      stopped ??= stop(1);
    }),
  );
  if (options.quiet !== true) announce(server, options.output);
  return {
    server,
    exitCode,
    async signal(name) {
      if (name === 'SIGUSR1') {
        logger.info('SIGUSR1: Reloading');
        await reload(server, logger);
        return;
      }
      logger.info(name === 'SIGTERM' ? 'SIGTERM: Shutting down servers then terminating' : 'SIGINT: Shutting down');
      await (stopped ??= stop(0));
    },
    stop: async () => (stopped ??= stop(0)),
  };
}

/** Takes the configuration over anew; a refusal is logged and the old one goes on. */
async function reload(server: Server, logger: Logger): Promise<void> {
  try {
    await server.reload();
  } catch (error) {
    logger.error(`Restart failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What a server is made of in this process: all plugins, this machine's files, the system's clock. */
export function serverOptions(options: ServingOptions, logger: Logger, fail: (text: string) => void): ServerOptions {
  const { corefile, workingDirectory, environment } = options;
  return {
    source: typeof corefile === 'string' ? corefileSource(corefile, workingDirectory) : corefile,
    plugins: order,
    unsupported: unsupportedDirectives,
    environment,
    imports: fileImports(workingDirectory),
    services: {
      logger,
      metrics: new Registry(),
      generations: new Generations(),
      clock: systemClock,
      random: Math.random,
      http: new HttpEndpoints({ exclusive: options.exclusive ?? false }),
      udp: options.udp ?? new UdpSockets(),
      clusterAccess: options.clusterAccess ?? ((): ApiAccess => inClusterAccess(environment)),
      workingDirectory,
    },
    version: productVersion(),
    exclusive: options.exclusive ?? false,
    fail,
    defaultPort: options.port ?? 53,
    ...(options.mapPort === undefined ? {} : { mapPort: options.mapPort }),
  };
}

/** The lines that CoreDNS prints at the start: for each listener its zones, then who we are. */
function announce(server: Server, output: (line: string) => void): void {
  for (const { plan, port } of server.listeners) {
    const { transport, address } = plan.where;
    const scheme = transport === 'dns' ? '' : `${transport}://`;
    const on = address === undefined ? '' : ` on ${address}`;
    for (const zone of plan.routes.map((route) => route.zone.canonical).toSorted())
      output(`${scheme}${zone}:${port}${on}`);
  }
  output(productLine());
  output(platformLine());
}
