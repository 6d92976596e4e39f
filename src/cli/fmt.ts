import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseCorefile } from '../corefile/parse.ts';
import { printCorefile } from '../corefile/print.ts';
import { parseArguments } from './arguments.ts';
import { readText } from './check.ts';
import { type Command, EXIT } from './command.ts';
import { fileImports, reasonOf } from './files.ts';
import { formatProblems } from './problems.ts';
import { UsageError, UserError } from './user-error.ts';

const HELP = `usage: clusterfirst fmt [--write | --check] [FILE]

Prints a Corefile in one style: four spaces, one directive a line, comments kept. What it means stays the same.
FILE is "Corefile" unless given; "-" reads standard input.

  --write    change the file
  --check    print nothing; exit code 1 if the file is not in this style

examples:
  clusterfirst fmt Corefile
  clusterfirst fmt --write /etc/coredns/Corefile`;

export const fmt: Command = {
  name: 'fmt',
  summary: 'print a Corefile in one style',
  help: HELP,
  async run(args, terminal) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: { write: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const path = positionals[0] ?? 'Corefile';
    if (values.write && path === '-') throw new UsageError('standard input cannot be written to: leave --write out');
    const source = await readText(path, terminal.workingDirectory);
    const { problems } = parseCorefile(source.text, {
      file: source.file,
      environment: terminal.environment,
      imports: fileImports(terminal.workingDirectory),
    });
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) {
      // A text that cannot be read has no form to be kept.
      for (const text of formatProblems(errors, source, terminal)) terminal.error(text);
      return EXIT.failed;
    }
    const printed = printCorefile(source.text);
    if (values.check) {
      if (printed === source.text) return EXIT.ok;
      terminal.out(`${source.file} is not in the one style: clusterfirst fmt --write ${path}`);
      return EXIT.failed;
    }
    if (!values.write) terminal.out(printed.replace(/\n$/, ''));
    else if (printed !== source.text) await write(path, resolve(terminal.workingDirectory, path), printed);
    return EXIT.ok;
  },
};

async function write(name: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new UserError(`cannot write ${name}: ${reasonOf(error)}`, { cause: error });
  }
}
