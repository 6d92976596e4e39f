import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { order } from '../plugins/order.ts';
import type { ConfigurationText } from '../server/configuration.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { reasonOf } from './files.ts';
import { parseGoFlags } from './go-flags.ts';
import { keepMemorySmall } from './memory-keeper.ts';
import { platformLine, productLine } from './product.ts';
import { type RunningServer, startServing } from './serving.ts';
import { UsageError, UserError } from './user-error.ts';
import { fixYoungGeneration } from './young-generation.ts';

const HELP = `usage: clusterfirst serve [FLAG...]

Answers DNS queries as a Corefile says. The flags are CoreDNS's, so it can take its place as it is.

  -conf FILE       the Corefile; "Corefile" in the working directory unless given, "stdin" reads standard input
  -dns.port N, -p N  the port of server blocks that name none (53)
  -pidfile FILE    write the process id there once everything runs
  -quiet           neither zones nor version at the start
  -plugins         print the names of all plugins
  -version         print the version

signals: TERM and INT stop, USR1 reloads the Corefile

examples:
  clusterfirst serve -conf /etc/coredns/Corefile
  clusterfirst -conf Corefile -dns.port 1053
  printf '. {\\n whoami\\n}\\n' | clusterfirst serve -conf stdin -p 1053`;

export const serve: Command = {
  name: 'serve',
  summary: 'answer DNS queries as a Corefile says',
  help: HELP,
  async run(args, terminal) {
    const { values, rest } = parseGoFlags(args, {
      conf: 'value',
      'dns.port': 'value',
      p: 'value',
      pidfile: 'value',
      plugins: 'switch',
      quiet: 'switch',
      version: 'switch',
    });
    if (rest.length > 0)
      throw new UserError(`extra command line arguments: ${rest.join(' ')}; flags stand before them`);
    if (values.get('version') === 'true') {
      terminal.out(productLine());
      terminal.out(platformLine());
      return EXIT.ok;
    }
    if (values.get('plugins') === 'true') {
      for (const { name, retired } of order.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        if (retired === undefined) terminal.out(name);
      }
      return EXIT.ok;
    }
    fixYoungGeneration();
    let running: RunningServer | undefined;
    trapSignals(terminal, () => running);
    running = await startServing({
      corefile: corefileOf(values.get('conf'), terminal.workingDirectory),
      workingDirectory: terminal.workingDirectory,
      environment: terminal.environment,
      output: terminal.out,
      port: portOf(values.get('dns.port') ?? values.get('p')),
      quiet: values.get('quiet') === 'true',
    });
    await keepMemorySmall();
    return untilStopped(running, terminal, values.get('pidfile'));
  },
};

/** Where the Corefile comes from: a file, standard input (read once), or nothing, which means the built-in configuration. */
function corefileOf(given: string | undefined, workingDirectory: string): string | (() => Promise<ConfigurationText>) {
  if (given === 'stdin') {
    const text = readStandardInput();
    return async () => ({ text, file: '/dev/stdin' });
  }
  if (given !== undefined) return given;
  if (existsSync(resolve(workingDirectory, 'Corefile'))) return 'Corefile';
  return async () => ({ text: '', file: 'Corefile' });
}

function readStandardInput(): string {
  if (process.stdin.isTTY) return '';
  try {
    return readFileSync(0, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read the Corefile from standard input: ${reasonOf(error)}`, { cause: error });
  }
}

function portOf(given: string | undefined): number {
  if (given === undefined) return 53;
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535) throw new UsageError(`"${given}" is no port; ports go up to 65535`);
  return port;
}

/**
 * Signals mean what they mean to CoreDNS. They are heard from before the start on, which may take seconds: one that stops ends the process
 * at once while nothing is served yet.
 */
function trapSignals(terminal: Terminal, running: () => RunningServer | undefined): void {
  let interrupted = false;
  const stop = (name: 'SIGTERM' | 'SIGINT'): void => {
    const server = running();
    if (server !== undefined) {
      void server.signal(name);
      return;
    }
    terminal.out(`[INFO] ${name}: Quitting during the start`);
    process.exit(EXIT.ok);
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGUSR1', () => void running()?.signal('SIGUSR1'));
  process.on('SIGHUP', () => {});
  process.on('SIGQUIT', () => {
    terminal.out('[INFO] SIGQUIT: Quitting process immediately');
    process.exit(EXIT.ok);
  });
  process.on('SIGINT', () => {
    if (interrupted) {
      terminal.out('[INFO] SIGINT: Force quit');
      process.exit(EXIT.forced);
    }
    interrupted = true;
    stop('SIGINT');
  });
}

/** Lives until a signal or a fatal error ends the server. */
async function untilStopped(running: RunningServer, terminal: Terminal, pidfile: string | undefined): Promise<number> {
  if (pidfile !== undefined) await writePidfile(pidfile, terminal);
  const code = await running.exitCode;
  if (pidfile !== undefined) await rm(pidfile, { force: true });
  // Whatever a plugin left running must not keep the process.
  process.exit(code);
}

async function writePidfile(path: string, terminal: Terminal): Promise<void> {
  try {
    await writeFile(path, `${process.pid}\n`, { mode: 0o644 });
  } catch (error) {
    terminal.out(`[ERROR] Could not write pidfile: ${path}: ${reasonOf(error)}`);
  }
}
