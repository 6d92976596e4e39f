import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { addressOfReverseName } from '../../dns/addresses.ts';
import { RCODE } from '../../dns/codes.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { PTR } from '../../dns/records/ptr.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { fallsThrough, fallthroughOption } from '../../plugin-api/fallthrough.ts';
import { duration, integer, zones } from '../../plugin-api/kinds.ts';
import { flag, grammar, one, type Option, readToken } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Outcome } from '../../plugin-api/reply.ts';
import { type Validity, validWhile } from '../../plugin-api/validity.ts';
import type { Line } from '../../corefile/tree.ts';
import type { Gauge } from '../../metrics/metric.ts';
import type { Registry } from '../../metrics/registry.ts';
import { type Family, type HostLine, HostTable, readHostLine } from './host-table.ts';
import { HostsFile } from './hosts-file.ts';

const DEFAULT_FILE = '/etc/hosts';

interface Source {
  readonly file: string;
  /** Empty for those of the server block. */
  readonly zones: readonly DomainName[];
}

const source: Option<Source> = grammar<Source>({
  usage: '[FILE [ZONE...]]',
  summary: `The file to read, ${DEFAULT_FILE} by default, and the zones to answer for, the server block's by default.`,
  initial: { file: DEFAULT_FILE, zones: [] },
  read: (line, previous, report) => ({
    file: line.arguments[0]?.text ?? previous.file,
    zones: line.arguments.slice(1).flatMap((token) => readToken(zones, token, report) ?? []),
  }),
});

const noReverse: Option<boolean> = grammar({
  usage: '',
  summary: 'Answers no PTR queries.',
  initial: false,
  read(line, _previous, report) {
    const surplus = line.arguments[0];
    if (surplus !== undefined) {
      report({
        severity: 'warning',
        code: 'option/arguments',
        message: `"no_reverse" takes no argument, "${surplus.text}" has no effect`,
        place: surplus.place,
        hint: 'remove it',
      });
    }
    return true;
  },
});

export const hosts: Plugin = definePlugin({
  name: 'hosts',
  summary: 'Answers from a file in the form of /etc/hosts and from lines of the Corefile.',
  reads: 'question',
  repeatable: false,
  parameters: source,
  options: {
    ttl: one(integer('SECONDS', { minimum: 1, maximum: 65_535 }), {
      initial: 3600,
      summary: 'The TTL of all answers.',
    }),
    no_reverse: noReverse,
    reload: one(duration(), { initial: 5000, summary: 'How often to look for a changed file; 0 never.' }),
    fallthrough: fallthroughOption,
    fallthrough_unsupported: flag({
      summary: 'Types other than A, AAAA and PTR go on to the next plugin, as far as `fallthrough` goes.',
    }),
  },
  acceptsLine: () => true,
  problems: {
    'hosts/file': 'The hosts file is not there, is a directory, or cannot be looked at.',
    'hosts/line': 'A line of the hosts block is neither an option nor an address with names.',
    'hosts/order': 'A line with an address stands after fallthrough, where CoreDNS takes only options.',
    'hosts/fallthrough': 'fallthrough_unsupported is given without fallthrough.',
  },
  registerMetrics(metrics) {
    reloadGauge(metrics);
  },
  setup(stanzas, context) {
    const [{ argument, options, given, others, line }] = stanzas;
    const path = context.resolvePath(argument.file);
    checkFile(path, line, context);
    const unsupported = given.get('fallthrough_unsupported');
    if (unsupported !== undefined && options.fallthrough === undefined) {
      context.report({
        code: 'hosts/fallthrough',
        message: '"fallthrough_unsupported" has no effect without "fallthrough"',
        place: unsupported.name.place,
        hint: 'add a line "fallthrough"',
      });
    }
    const origins = argument.zones.length > 0 ? argument.zones : context.block.zones;
    const makeTable = (lines: readonly HostLine[]): HostTable =>
      new HostTable(lines, { zones: origins, reverse: !options.no_reverse });
    const inline = makeTable(readInline(others, line, given.get('fallthrough'), context));
    const { generations } = context;
    const generation = generations.own();
    const validity = validWhile(generations, []);
    const file = new HostsFile({
      path,
      label: labelOf(argument.file, context.block.settings.root),
      reload: options.reload,
      makeTable,
      inlineSize: inline.size,
      logger: context.logger,
      entries: context.metrics.gauge({
        name: 'coredns_hosts_entries',
        help: 'The combined number of entries in hosts and Corefile.',
        labels: ['hostsfile'],
      }),
      readAt: reloadGauge(context.metrics),
      changed: () => generations.move(generation),
    });
    return {
      generation,
      start: async () => await file.start(),
      async stop() {
        file.stop();
        generations.release(generation);
      },
      handle(query, next) {
        const tables = [file.table, inline];
        const { name, type } = query.question;
        if (type === PTR.code) {
          const names = namesOf(tables, name);
          return names.length === 0 ? next(query) : reply(query, names.map(pointer(name, options.ttl)), validity);
        }
        if (!origins.some((zone) => name.isWithin(zone))) return next(query);
        const through = fallsThrough(options.fallthrough, name);
        if (type !== A.code && type !== AAAA.code && options.fallthrough_unsupported && through) return next(query);
        const answers = addressRecords(tables, name, type, options.ttl);
        if (answers.length > 0 || isKnown(tables, name)) return reply(query, answers, validity);
        return through ? next(query) : makeFailure(query, RCODE.SERVFAIL);
      },
    };
  },
});

/** The path as CoreDNS has it in its metrics: as written, below `root` if there is one. */
function labelOf(path: string, root: string): string {
  return root === '' || isAbsolute(path) ? path : join(root, path);
}

function checkFile(path: string, line: Line, context: SetupContext): void {
  const place = line.arguments[0]?.place ?? line.name.place;
  try {
    if (!statSync(path).isDirectory()) return;
    context.report({
      severity: 'warning',
      code: 'hosts/file',
      message: `Hosts file "${path}" is a directory`,
      place,
      hint: 'name a file in it',
    });
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    context.report({
      severity: missing ? 'warning' : 'error',
      code: 'hosts/file',
      message: missing ? `File does not exist: ${path}` : `unable to access hosts file '${path}'`,
      place,
      hint: missing ? 'it is read as soon as it is there' : 'check the permissions of its directories',
    });
  }
}

/** The entries among the lines of the block. CoreDNS skips what it does not understand; here that is a warning. */
function readInline(
  lines: readonly Line[],
  directive: Line,
  fallthrough: Line | undefined,
  context: SetupContext,
): HostLine[] {
  const block = directive.block ?? [];
  const last = fallthrough === undefined ? block.length : block.indexOf(fallthrough);
  const entries: HostLine[] = [];
  for (const line of lines) {
    const { text, place } = line.name;
    const entry = readHostLine([text, ...line.arguments.map((token) => token.text)]);
    if (block.indexOf(line) > last) {
      context.report({
        code: 'hosts/order',
        message: `unknown property '${text}'`,
        place,
        hint: 'after "fallthrough" only options may stand: move the line before it',
      });
    } else if (entry === undefined) {
      context.report({
        severity: 'warning',
        code: 'hosts/line',
        message: `"${text}" is neither an option of hosts nor an IP address followed by names: the line has no effect`,
        place,
        hint: 'write: ADDRESS NAME...',
      });
    } else {
      entries.push(entry);
    }
  }
  return entries;
}

function reply(query: Query, answers: readonly ResourceRecord[], validity: Validity): Outcome {
  return makeReply(query, { authoritative: true, answers, validity });
}

function namesOf(tables: readonly HostTable[], name: DomainName): readonly string[] {
  const address = addressOfReverseName(name);
  return address === undefined ? [] : tables.flatMap((table) => table.names(address));
}

function pointer(name: DomainName, ttl: number): (target: string) => ResourceRecord {
  const owner = name.toLowerCase();
  return (target) => PTR.make(owner, ttl, { target: DomainName.parse(target) });
}

function addressRecords(
  tables: readonly HostTable[],
  name: DomainName,
  type: number,
  ttl: number,
): readonly ResourceRecord[] {
  if (type !== A.code && type !== AAAA.code) return [];
  const family: Family = type === A.code ? 'v4' : 'v6';
  const owner = name.toLowerCase();
  const record = type === A.code ? A : AAAA;
  return tables.flatMap((table) => table.addresses(name, family)).map((data) => record.make(owner, ttl, data));
}

/** Has the name addresses of any family? Then an answer may be empty. */
function isKnown(tables: readonly HostTable[], name: DomainName): boolean {
  return tables.some((table) => table.addresses(name, 'v4').length > 0 || table.addresses(name, 'v6').length > 0);
}

function reloadGauge(metrics: Registry): Gauge {
  return metrics.gauge({
    name: 'coredns_hosts_reload_timestamp_seconds',
    help: 'The timestamp of the last reload of hosts file.',
  });
}
