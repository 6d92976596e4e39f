import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { DevCluster } from '../devcluster/dev-cluster.ts';
import { endpointAccess } from '../kube/access.ts';
import { Logger, silentLogger } from '../log/logger.ts';
import { systemClock } from '../plugin-api/clock.ts';
import type { ConfigurationText } from '../server/configuration.ts';
import { ConfigurationRefused } from '../server/server.ts';
import { parseArguments } from './arguments.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { defaultCorefile } from './default-corefile.ts';
import { closeSession, type DevSession, openSession } from './dev-session.ts';
import { reasonOf } from './files.ts';
import { formatProblems } from './problems.ts';
import { productVersion } from './product.ts';
import { type RunningServer, startServing } from './serving.ts';
import { UsageError, UserError } from './user-error.ts';

const HELP = `usage: clusterfirst dev [--port N] [--api-port N] [--corefile FILE] [MANIFESTS...]

Runs an embedded cluster – an API server for kubectl, with services, pods and their addresses – and serves its DNS as the
Corefile in its ConfigMap kube-system/coredns says. No Kubernetes is needed.

  MANIFESTS        YAML files or folders to load; the example shop unless given
  --port N         where port 53 of the Corefile is served (1053)
  --api-port N     port of the API server (any free one)
  --corefile FILE  what to put into the ConfigMap at the start

examples:
  clusterfirst dev
  clusterfirst dev --port 5353 my-manifests/
  clusterfirst dev --corefile Corefile`;

const DNS_PORT = 53;
const DEFAULT_PORT = '1053';
/** The name that places in the Corefile of the ConfigMap get. */
const COREFILE_NAME = 'configmap/kube-system/coredns/Corefile';
/** How often the ConfigMap is looked at, in milliseconds; it is a look-up in memory. */
const LOOK_INTERVAL = 100;

export const dev: Command = {
  name: 'dev',
  summary: 'run an embedded cluster and its DNS, no Kubernetes needed',
  help: HELP,
  async run(args, terminal) {
    const began = performance.now();
    const { values, positionals } = parseArguments({
      args: [...args],
      options: {
        port: { type: 'string', default: DEFAULT_PORT },
        'api-port': { type: 'string', default: '0' },
        corefile: { type: 'string' },
      },
      allowPositionals: true,
    });
    const port = portOf('--port', values.port);
    const cluster = await startCluster(
      portOf('--api-port', values['api-port']),
      readCorefile(values.corefile, terminal),
    );
    try {
      await cluster.load(...manifestsOf(positionals, terminal));
      const running = await startServing({
        corefile: async () => corefileOf(cluster),
        workingDirectory: terminal.workingDirectory,
        environment: terminal.environment,
        output: terminal.out,
        mapPort: (wanted) => (wanted === DNS_PORT ? port : wanted),
        quiet: true,
        exclusive: true,
        clusterAccess: () => endpointAccess({ url: cluster.url }),
      });
      process.on('SIGTERM', () => void running.stop());
      onInterrupts(running);
      process.on('SIGUSR1', () => void running.signal('SIGUSR1'));
      const session = openSession({ port, apiServer: cluster.url }, cluster.kubeconfig);
      greet(session, terminal, performance.now() - began);
      return await live(cluster, running, session, terminal);
    } finally {
      await cluster.stop();
    }
  },
};

/** The first Ctrl-C lets the Corefile's lameduck time pass, the second one does not. */
function onInterrupts(running: RunningServer): void {
  process.once('SIGINT', () => {
    process.once('SIGINT', () => process.exit(EXIT.forced));
    void running.stop();
  });
}

async function startCluster(port: number, corefile: string): Promise<DevCluster> {
  try {
    return await DevCluster.start({ clock: systemClock, logger: silentLogger(), port, corefile });
  } catch (error) {
    throw new UserError(
      `the API server cannot listen on 127.0.0.1:${port}: ${reasonOf(error)}; choose another --api-port`,
      {
        cause: error,
      },
    );
  }
}

/** The folder of examples stands beside the sources, and beside what is built from them. */
function manifestsOf(given: readonly string[], terminal: Terminal): string[] {
  if (given.length === 0) return [fileURLToPath(new URL('../../examples/web-shop', import.meta.url))];
  return given.map((path) => {
    const found = resolve(terminal.workingDirectory, path);
    if (!existsSync(found))
      throw new UserError(`there are no manifests at ${path}: name a YAML file or a folder of them`);
    return found;
  });
}

function readCorefile(path: string | undefined, terminal: Terminal): string {
  if (path === undefined) return defaultCorefile;
  try {
    return readFileSync(resolve(terminal.workingDirectory, path), 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the Corefile ${path}: ${reasonOf(error)}; check the path and its permissions`, {
      cause: error,
    });
  }
}

function portOf(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`${flag} ${text} is no port; ports go up to 65535`);
  return port;
}

/** What the ConfigMap says now. */
function corefileOf(cluster: DevCluster): ConfigurationText {
  const data = cluster.get('v1', 'ConfigMap', 'kube-system', 'coredns')?.['data'];
  const text = typeof data === 'object' && data !== null && 'Corefile' in data ? data.Corefile : undefined;
  if (typeof text !== 'string') {
    throw new UserError('ConfigMap kube-system/coredns has no key Corefile: put it back, or restart');
  }
  return { text, file: COREFILE_NAME };
}

function greet({ port, apiServer, kubeconfig }: DevSession, { out }: Terminal, milliseconds: number): void {
  out(
    `clusterfirst ${productVersion()}: an embedded cluster and its DNS, ready in ${(milliseconds / 1000).toFixed(1)} s`,
  );
  out('');
  out(`  DNS         127.0.0.1 port ${port}, UDP and TCP; configured by ConfigMap kube-system/coredns`);
  out(`  API server  ${apiServer}`);
  out(`  kubeconfig  ${kubeconfig}`);
  out('');
  out('Try in another terminal:');
  out(`  dig +short @127.0.0.1 -p ${port} web-service.default.svc.cluster.local`);
  out('  npx clusterfirst ask web-service --as default/test');
  out(`  kubectl --kubeconfig ${kubeconfig} get svc,pods,endpointslices -A`);
  out('');
  out('Ctrl-C ends everything.');
}

/** Until somebody ends it: takes over what changes in the ConfigMap. */
async function live(
  cluster: DevCluster,
  running: RunningServer,
  session: DevSession,
  terminal: Terminal,
): Promise<number> {
  const logger = Logger.create(terminal.out);
  let known = corefileOf(cluster).text;
  const timer = setInterval(() => {
    const now = currentText(cluster);
    if (now === undefined || now === known) return;
    known = now;
    void takeOver(running, logger, terminal);
  }, LOOK_INTERVAL);
  const code = await running.exitCode;
  clearInterval(timer);
  closeSession(session);
  await cluster.stop();
  // Connections of others (kubectl get -w) must not keep the process.
  process.exit(code === 0 ? EXIT.ok : EXIT.failed);
}

function currentText(cluster: DevCluster): string | undefined {
  try {
    return corefileOf(cluster).text;
  } catch {
    // Deleted: what runs goes on, and a new one is taken over when it comes.
    return undefined;
  }
}

async function takeOver(running: RunningServer, logger: Logger, terminal: Terminal): Promise<void> {
  try {
    await running.server.reload();
  } catch (error) {
    if (error instanceof ConfigurationRefused) {
      for (const text of formatProblems(error.problems, error.source, terminal)) terminal.out(text);
    }
    const reason = error instanceof ConfigurationRefused || !(error instanceof Error) ? '' : `: ${error.message}`;
    logger.error(`the Corefile is refused${reason}; the old configuration keeps serving`);
  }
}
