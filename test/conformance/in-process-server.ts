import { type RunningServer, startServing } from '../../src/cli/serving.ts';
import { UdpSockets } from '../../src/transport/udp/udp-sockets.ts';
import { listening } from './listening.ts';
import { ServerRefused, START_TIMEOUT_MS, type StartServer } from './server-under-test.ts';

/** Our own server inside this process: no start-up cost, and many at a time. It takes no signals but SIGUSR1. */
export function inProcessServers(): StartServer {
  const udp = new UdpSockets();
  return async (options) => await start(options, udp);
}

async function start(
  { corefile, workingDirectory, environment, ports }: Parameters<StartServer>[0],
  udp: UdpSockets,
): ReturnType<StartServer> {
  const lines: string[] = [];
  let running: RunningServer;
  try {
    running = await startServing({ corefile, workingDirectory, environment, udp, output: (line) => lines.push(line) });
  } catch (error) {
    throw new ServerRefused([...lines, error instanceof Error ? error.message : String(error)].join('\n'));
  }
  try {
    await listening(ports, AbortSignal.timeout(START_TIMEOUT_MS));
  } catch (error) {
    await running.stop();
    throw new Error(`${String(error)}; the server says:\n${lines.join('\n')}`, { cause: error });
  }
  return {
    lines,
    exitCode: running.exitCode,
    async signal(name) {
      if (name === 'SIGQUIT') throw new Error('SIGQUIT needs a process');
      await running.signal(name);
    },
    stop: () => running.stop(),
  };
}
