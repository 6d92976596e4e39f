import { existsSync } from 'node:fs';
import { printPlace } from '../corefile/place.ts';
import { ConfigurationError } from '../plugin-api/context.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { ConfigurationRefused } from '../server/server.ts';
import { formatProblems } from './problems.ts';
import { UsageError, UserError } from './user-error.ts';

/** Commands by name. Each is loaded when it is asked for, so that a server does not carry the others. */
const COMMANDS: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>> = {
  serve: { summary: 'answer DNS queries as a Corefile says', load: async () => (await import('./serve.ts')).serve },
  dev: {
    summary: 'run an embedded cluster and its DNS, no Kubernetes needed',
    load: async () => (await import('./dev.ts')).dev,
  },
  ask: { summary: 'resolve a name as a pod would', load: async () => (await import('./ask.ts')).ask },
  check: {
    summary: 'say everything that is wrong with a Corefile',
    load: async () => (await import('./check.ts')).check,
  },
  resolvconf: {
    summary: 'print the resolv.conf that the kubelet gives a pod',
    load: async () => (await import('./resolvconf.ts')).resolvconf,
  },
  migrate: {
    summary: 'bring an old Corefile up to date, or make one from the ConfigMap of kube-dns',
    load: async () => (await import('./migrate.ts')).migrate,
  },
  fmt: { summary: 'print a Corefile in one style', load: async () => (await import('./fmt.ts')).fmt },
  plugins: {
    summary: 'list plugins in the order of the chain, and their options',
    load: async () => (await import('./plugins.ts')).plugins,
  },
};

/** Runs the command line; resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal: Terminal = {
    out: (line) => process.stdout.write(`${line}\n`),
    error: (line) => process.stderr.write(`${line}\n`),
    colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    environment: process.env,
    workingDirectory: process.cwd(),
  };
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error instanceof ConfigurationRefused) {
      for (const text of formatProblems(error.problems, error.source, terminal)) terminal.error(text);
    } else {
      terminal.error(`clusterfirst: ${messageOf(error)}`);
    }
    if (error instanceof UsageError) return EXIT.usage;
    return EXIT.failed;
  }
}

/** A reader that has seen enough (`| head`) is no failure, and a server goes on without anybody who reads its log. */
function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}

async function dispatch(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = args;
  if (first === 'help' || first === '--help' || first === '-h' || first === '-help') {
    const command = rest[0] === undefined ? undefined : COMMANDS[rest[0]];
    terminal.out(command === undefined ? overview() : (await command.load()).help);
    return EXIT.ok;
  }
  // CoreDNS has no commands: its flags, or a Corefile in the working directory, mean serve.
  if (first === undefined ? existsSync('Corefile') : first.startsWith('-')) return runCommand('serve', args, terminal);
  if (first === undefined) {
    terminal.out(overview());
    return EXIT.ok;
  }
  return runCommand(first, rest, terminal);
}

async function runCommand(name: string, args: readonly string[], terminal: Terminal): Promise<number> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    throw new UsageError(`there is no command "${name}"; \`clusterfirst help\` lists all of them`);
  }
  const command = await entry.load();
  if (args.some((arg) => arg === '--help' || arg === '-h' || arg === '-help')) {
    terminal.out(command.help);
    return EXIT.ok;
  }
  return command.run(args, terminal);
}

/** Names of errors that are the user's to mend: their message says what, where and what to do. */
const EXPECTED: ReadonlySet<string> = new Set([
  'ConfigurationError',
  'KubeConfigError',
  'ListenError',
  'ManifestError',
]);

/** One line for the user; what is no mistake of theirs keeps its stack, for it has to be reported. */
function messageOf(error: Error): string {
  if (error instanceof ConfigurationError && error.place !== undefined)
    return `${printPlace(error.place)}: ${error.message}`;
  if (error instanceof UserError || EXPECTED.has(error.name)) return error.message;
  return `internal error, please report it: ${error.stack ?? error.message}`;
}

function overview(): string {
  const names = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`);
  return [
    'clusterfirst: the DNS server of a Kubernetes cluster',
    '',
    'usage: clusterfirst COMMAND [ARGUMENT...]      clusterfirst help COMMAND',
    '       clusterfirst -conf Corefile             as CoreDNS is started',
    '',
    ...names,
    '',
    'examples:',
    '  clusterfirst dev                            a cluster to try things in',
    '  clusterfirst check /etc/coredns/Corefile    before it goes live',
    '  clusterfirst ask web-service --as default/test',
  ].join('\n');
}
