import type { Place } from '../corefile/place.ts';
import { suggest } from '../corefile/suggest.ts';
import type { Line } from '../corefile/tree.ts';
import type { Option, OptionTable, OptionValues, Report } from './options.ts';

/** One occurrence of a directive, read by its plugin's tables. */
export interface Stanza<Argument = unknown, Table = OptionTable> {
  readonly line: Line;
  readonly argument: Argument;
  readonly options: OptionValues<Table>;
  /** The last line that gave each option: for problems that show only when options are seen together. */
  readonly given: ReadonlyMap<string, Line>;
  /** Lines of the block that the plugin takes besides its options, see `acceptsLine`. */
  readonly others: readonly Line[];
}

interface StanzaReader {
  readonly name: string;
  readonly parameters: Option<unknown>;
  readonly options: OptionTable;
  readonly acceptsLine?: (line: Line) => boolean;
  readonly optionsInAnyCase?: boolean;
}

/** Reads one occurrence of a directive by its plugin's tables. Problems are reported, and what they concern keeps its default. */
export function readStanza(plugin: StanzaReader, line: Line, report: Report): Stanza {
  const values: Record<string, unknown> = {};
  for (const [name, option] of Object.entries(plugin.options)) values[name] = option.initial;
  const given = new Map<string, Line>();
  const others: Line[] = [];
  for (const entry of line.block ?? []) {
    const name = plugin.optionsInAnyCase === true ? entry.name.text.toLowerCase() : entry.name.text;
    const option = Object.hasOwn(plugin.options, name) ? plugin.options[name] : undefined;
    if (option === undefined) {
      if (plugin.acceptsLine?.(entry) === true) others.push(entry);
      else report(unknownOption(plugin, entry));
      continue;
    }
    if (option.repeat === 'once' && given.has(name)) {
      report(repeatedOption(name, entry.name.place, given.get(name)?.name.place));
      continue;
    }
    if (entry.block !== undefined) {
      report({
        code: 'option/block',
        message: `option "${name}" takes no block`,
        place: entry.name.place,
        hint: 'remove the braces',
      });
    }
    values[name] = option.read(entry, values[name], report);
    given.set(name, entry);
  }
  const argument = plugin.parameters.read(line, plugin.parameters.initial, report);
  return { line, argument, options: values, given, others };
}

function unknownOption(plugin: StanzaReader, line: Line): Parameters<Report>[0] {
  const names = Object.keys(plugin.options);
  const near = suggest(line.name.text, names);
  const hint =
    near !== undefined
      ? `did you mean "${near}"?`
      : names.length === 0
        ? `${plugin.name} has no options: remove the line`
        : `${plugin.name} has: ${names.join(', ')}`;
  return {
    code: 'option/unknown',
    message: `plugin ${plugin.name} has no option "${line.name.text}"`,
    place: line.name.place,
    hint,
  };
}

function repeatedOption(name: string, place: Place, first: Place | undefined): Parameters<Report>[0] {
  return {
    code: 'option/repeated',
    message: `option "${name}" is given twice`,
    place,
    hint: first === undefined ? 'keep one of them' : `keep one of them; the first stands in line ${first.line}`,
  };
}

/** Warns of the occurrences that have no effect: for plugins of which CoreDNS reads only one. */
export function reportIgnored(ignored: readonly Stanza[], counts: Stanza, report: Report): void {
  for (const { line } of ignored) {
    report({
      severity: 'warning',
      code: 'option/ignored',
      message: `this "${line.name.text}" has no effect: the one in line ${counts.line.name.place.line} counts`,
      place: line.name.place,
      hint: 'remove one of them',
    });
  }
}
