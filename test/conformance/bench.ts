import type { Case } from './case.ts';
import { ClusterPool } from './cluster.ts';
import { startDevCluster } from './dev-cluster.ts';
import { processServer } from './process-server.ts';
import type { Bench } from './run-case.ts';
import type { StartServer } from './server-under-test.ts';

/** Our own server as a process of its own. */
const OWN_COMMAND = ['node_modules/.bin/node', 'bin/clusterfirst.js'] as const;

/** Our own server inside this process; loaded only when a case wants it, not when another server is looked at. */
function inProcess(): StartServer {
  let start: Promise<StartServer> | undefined;
  return async (options) => {
    start ??= import('./in-process-server.ts').then(({ inProcessServers }) => inProcessServers());
    return await (
      await start
    )(options);
  };
}

/**
 * `command` is a server to run the cases against in place of ours, as words with spaces between: then every case gets a
 * process, and nothing is pending or different. `clusters` are the embedded API server's unless others are given.
 */
export function createBench(
  command: string | undefined,
  clusters: ClusterPool = new ClusterPool(startDevCluster),
): Bench {
  const [program, ...words] = (command ?? '').split(' ').filter((word) => word !== '');
  if (program !== undefined) {
    const start = processServer([program, ...words]);
    return { clusters, serverFor: () => start };
  }
  const process = processServer([absolute(OWN_COMMAND[0]), absolute(OWN_COMMAND[1])]);
  const inside = inProcess();
  return { clusters, serverFor: (vector): StartServer => (needsProcess(vector) ? process : inside) };
}

/** Signals that end a server, and exit codes, need a process; all else runs in this one, which is cheaper. */
function needsProcess(vector: Case): boolean {
  return vector.steps?.some((step) => 'exit' in step || ('signal' in step && step.signal !== 'SIGUSR1')) ?? false;
}

function absolute(path: string): string {
  return new URL(`../../${path}`, import.meta.url).pathname;
}
