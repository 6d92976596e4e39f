import type { Plugin } from '../plugin-api/plugin.ts';
import { suggest } from '../corefile/suggest.ts';
import { order } from '../plugins/order.ts';
import { parseArguments } from './arguments.ts';
import { type Command, EXIT } from './command.ts';
import { UserError } from './user-error.ts';

const HELP = `usage: clusterfirst plugins [--json] [NAME]

Lists all plugins in the order of the chain: the first sees a query first and its reply last. With a NAME it shows what
can be written in that plugin's directive.

examples:
  clusterfirst plugins
  clusterfirst plugins kubernetes
  clusterfirst plugins --json`;

export const plugins: Command = {
  name: 'plugins',
  summary: 'list plugins in the order of the chain, and their options',
  help: HELP,
  async run(args, terminal) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [name] = positionals;
    const chosen = name === undefined ? order : [find(name)];
    if (values.json) {
      terminal.out(JSON.stringify(chosen.map(describe), undefined, 2));
    } else if (name === undefined) {
      const width = Math.max(...order.map((plugin) => plugin.name.length));
      for (const plugin of order) terminal.out(`${plugin.name.padEnd(width)}  ${plugin.summary}`);
    } else {
      for (const plugin of chosen) terminal.out(manual(plugin));
    }
    return EXIT.ok;
  },
};

function find(name: string): Plugin {
  const plugin = order.find((candidate) => candidate.name === name);
  if (plugin !== undefined) return plugin;
  const near = suggest(
    name,
    order.map((candidate) => candidate.name),
  );
  throw new UserError(
    `there is no plugin "${name}"; ${near === undefined ? '`clusterfirst plugins` lists all of them' : `did you mean "${near}"?`}`,
  );
}

function describe(plugin: Plugin): object {
  const { name, summary, reads, repeatable, retired, parameters, options } = plugin;
  return {
    name,
    summary,
    reads,
    repeatable,
    ...(retired === undefined ? {} : { retired }),
    arguments: { usage: parameters.usage, summary: parameters.summary },
    options: Object.entries(options).map(([option, { usage, summary: text, repeat }]) => ({
      name: option,
      usage,
      summary: text,
      repeat,
    })),
  };
}

/** The manual page of the tables. */
function manual(plugin: Plugin): string {
  const { name, summary, parameters, options, repeatable } = plugin;
  const lines = [summary, '', [name, parameters.usage].join(' ').trimEnd()];
  if (parameters.summary !== '') lines.push(`    ${parameters.summary}`);
  const entries = Object.entries(options).map(([option, { usage, summary: text }]) => ({
    written: [option, usage].join(' ').trimEnd(),
    text,
  }));
  if (entries.length > 0) lines.push('', 'options:');
  for (const { written, text } of entries) lines.push(`  ${written}`, `      ${text}`);
  lines.push('', repeatable ? 'May stand several times in a server block.' : 'May stand once in a server block.');
  return lines.join('\n');
}
