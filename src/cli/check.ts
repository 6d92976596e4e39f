import { readFileSync } from 'node:fs';
import type { Problem } from '../corefile/problem.ts';
import { silentLogger } from '../log/logger.ts';
import type { Host } from '../plugin-api/context.ts';
import { buildConfiguration, type ConfigurationText } from '../server/configuration.ts';
import { parseArguments } from './arguments.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { corefileSource, reasonOf } from './files.ts';
import { formatProblems } from './problems.ts';
import { productVersion } from './product.ts';
import { serverOptions } from './serving.ts';
import { UserError } from './user-error.ts';

const HELP = `usage: clusterfirst check [--json] [FILE]

Says everything that is wrong with a Corefile, each with line and column, without starting anything.
FILE is "Corefile" unless given; "-" reads standard input.

  --json    an array of problems: severity, code, message, place, hint

exit code: 0 when it can run (there may be warnings), 1 when it cannot

examples:
  clusterfirst check /etc/coredns/Corefile
  kubectl get configmap -n kube-system coredns -o jsonpath='{.data.Corefile}' | clusterfirst check -`;

export const check: Command = {
  name: 'check',
  summary: 'say everything that is wrong with a Corefile',
  help: HELP,
  async run(args, terminal) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const text = await readText(positionals[0] ?? 'Corefile', terminal.workingDirectory);
    const problems = problemsOf(text, terminal);
    if (values.json) terminal.out(JSON.stringify(problems, undefined, 2));
    else report(problems, text, terminal);
    return problems.some((problem) => problem.severity === 'error') ? EXIT.failed : EXIT.ok;
  },
};

/** The text of a file, or of standard input for `-`. */
export async function readText(path: string, workingDirectory: string): Promise<ConfigurationText> {
  if (path !== '-') return corefileSource(path, workingDirectory)();
  try {
    return { text: readFileSync(0, 'utf8'), file: '/dev/stdin' };
  } catch (error) {
    throw new UserError(`cannot read standard input: ${reasonOf(error)}`, { cause: error });
  }
}

/** All problems, in reading order. */
function problemsOf(text: ConfigurationText, terminal: Terminal): readonly Problem[] {
  const { workingDirectory, environment } = terminal;
  const options = serverOptions(
    { corefile: async () => text, workingDirectory, environment, output: () => {} },
    silentLogger(),
    () => {},
  );
  return buildConfiguration(text, { ...options, host: idleHost() }).problems;
}

/** Nothing runs, so nothing is reloaded. */
function idleHost(): Host {
  return {
    version: productVersion(),
    fingerprint: '',
    readFingerprint: async () => undefined,
    reload: async () => {},
    fail: () => {},
  };
}

function report(problems: readonly Problem[], source: ConfigurationText, terminal: Terminal): void {
  for (const text of formatProblems(problems, source, terminal)) terminal.out(text);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const warnings = problems.length - errors;
  if (errors > 0) terminal.out(`${source.file}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`);
  else terminal.out(`${source.file}: good${warnings > 0 ? `, with ${count(warnings, 'warning')}` : ''}`);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
