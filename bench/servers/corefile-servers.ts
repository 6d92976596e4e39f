import type { Bench } from '../harness/bench.ts';
import { ServerRefused, waitForAnswer } from '../harness/ask.ts';
import { freePort } from '../harness/ports.ts';
import { corefile, fullDirectives } from './corefile.ts';
import type { RunningServer } from './running.ts';

/** The two that read Corefiles. */
export type CorefileServer = 'ours' | 'CoreDNS';

export interface CorefileOptions {
  /** The directives; those of the full Corefile unless given. */
  readonly directives?: (full: readonly string[], bench: Bench) => readonly string[];
  /** Listen with TLS or HTTPS too, with this certificate and key. */
  readonly secure?: { readonly scheme: 'tls' | 'https'; readonly certificate: string; readonly key: string };
  readonly services?: number;
  /** A question that has an answer once the server is ready. */
  readonly ready: string;
}

/** Starts the server with the same Corefile as the other one would get. Rejects with ServerRefused. */
export async function startCorefileServer(
  bench: Bench,
  server: CorefileServer,
  options: CorefileOptions,
): Promise<RunningServer> {
  const command = commandOf(bench, server);
  const [port, metricsPort, securePort] = [await freePort(), await freePort(), await freePort()];
  const full = fullDirectives({
    apiServer: await bench.cluster(options.services),
    upstreamPort: await bench.outside(),
    metricsPort,
  });
  const { secure } = options;
  const directives = options.directives?.(full, bench) ?? full;
  const text = corefile({
    port,
    moreKeys: secure === undefined ? [] : [`${secure.scheme}://.:${securePort}`],
    directives: secure === undefined ? directives : [`tls ${secure.certificate} ${secure.key}`, ...directives],
  });
  const path = bench.file(`Corefile-${server}-${port}`, text);
  const program = bench.start(command[0], [...command.slice(1), '-conf', path], bench.cores.server);
  await waitForAnswer(program, port, options.ready);
  return { program, port, securePort, metricsPort };
}

function commandOf(bench: Bench, server: CorefileServer): readonly [string, ...string[]] {
  if (server === 'ours') return [process.execPath, bench.settings.program];
  const path = bench.settings.peers['coredns'];
  if (path === undefined) throw new ServerRefused('coredns is not installed; --install-coredns does that');
  return [path];
}
