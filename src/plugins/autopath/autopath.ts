import { readFileSync } from 'node:fs';
import type { Place } from '../../corefile/place.ts';
import type { Line, Token } from '../../corefile/tree.ts';
import { DomainName } from '../../dns/name.ts';
import type { Counter } from '../../metrics/metric.ts';
import type { Registry } from '../../metrics/registry.ts';
import { ConfigurationError, type SetupContext } from '../../plugin-api/context.ts';
import { zones } from '../../plugin-api/kinds.ts';
import { countArguments, grammar, type ParameterOption, readToken } from '../../plugin-api/options.ts';
import { definePlugin, type Next, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Outcome } from '../../plugin-api/reply.ts';
import { readSearchList } from './search-list.ts';
import { Walk } from './walk.ts';

/** The kubelet adds the search list of the node to the pods'; this process, a pod of that node or a daemon on it, has the same one. */
const HOST_FILE = '/etc/resolv.conf';

interface Source {
  /** Empty for those of the server block. */
  readonly zones: readonly DomainName[];
  /** A file, or a plugin's name after an `@`; undefined only in a directive that is refused. */
  readonly path: Token | undefined;
}

const source: ParameterOption<Source> = grammar<Source>({
  usage: '[ZONE...] RESOLV-CONF|@PLUGIN',
  summary: 'Zones of the queries, and where the search list comes from: a file, or a plugin that knows the clients.',
  initial: { zones: [], path: undefined },
  read(line, previous, report) {
    if (!countArguments(line, 1, Infinity, '[ZONE...] RESOLV-CONF|@PLUGIN', report)) return previous;
    return {
      zones: line.arguments.slice(0, -1).flatMap((token) => readToken(zones, token, report) ?? []),
      path: line.arguments.at(-1),
    };
  },
});

export const autopath: Plugin = definePlugin({
  name: 'autopath',
  summary: "Goes through the client's search list on the server: one query in place of many.",
  reads: 'client',
  repeatable: true,
  parameters: source,
  options: {},
  problems: { 'autopath/file': 'The file with the search list cannot be read.' },
  registerMetrics: (metrics) => void successCounter(metrics),
  setup(stanzas, context) {
    // As in CoreDNS, the last directive counts.
    const { argument, line } = stanzas.at(-1) ?? stanzas[0];
    return new AutopathInstance(argument, line, context);
  },
});

function successCounter(metrics: Registry): Counter {
  return metrics.counter({
    name: 'coredns_autopath_success_total',
    help: 'Counter of requests that did autopath.',
    labels: ['server'],
  });
}

type SearchPath = NonNullable<PluginInstance['searchPath']>;

class AutopathInstance implements PluginInstance {
  readonly #zones: readonly DomainName[];
  readonly #line: Line;
  readonly #context: SetupContext;
  readonly #successes: Counter;
  /** The plugin that knows the clients; empty when a file has the list. */
  readonly #plugin: string;
  /** What comes after the domains of the cluster, or all there is. */
  readonly #list: readonly DomainName[];
  #searchPath: SearchPath;

  constructor({ zones: named, path }: Source, line: Line, context: SetupContext) {
    const text = path?.text ?? '';
    this.#zones = named.length > 0 ? named : context.block.zones;
    this.#line = line;
    this.#context = context;
    this.#successes = successCounter(context.metrics);
    this.#plugin = text.startsWith('@') ? text.slice(1) : '';
    const list = text.startsWith('@') ? readHostList() : readList(text, (path ?? line.name).place, context);
    this.#list = [...list, DomainName.root];
    this.#searchPath = text.startsWith('@') || list.length === 0 ? () => undefined : () => [];
  }

  readonly start = async (): Promise<void> => {
    if (this.#plugin === '') return;
    const provider = this.#context.block.instances().find(({ name }) => name === this.#plugin);
    if (provider === undefined) {
      this.#context.logger.warning(`there is no plugin "${this.#plugin}" in this server block: autopath has no effect`);
      return;
    }
    const { searchPath } = provider.instance;
    if (searchPath === undefined) {
      throw new ConfigurationError(
        `plugin/autopath: plugin "${this.#plugin}" does not know the search lists of clients: write @kubernetes, or a file`,
        this.#line.name.place,
      );
    }
    this.#searchPath = searchPath;
  };

  readonly handle = (query: Query, next: Next): Outcome => {
    const { name } = query.question;
    if (!this.#zones.some((zone) => name.isWithin(zone))) return next(query);
    const path = this.#searchPath(query);
    const first = path?.[0] ?? this.#list[0];
    // The domain itself has nothing in front of it to look for elsewhere.
    if (path === undefined || first === undefined || !name.isWithin(first) || name.equals(first)) return next(query);
    const [, ...others] = [...path, ...this.#list];
    return new Walk({
      query,
      next,
      domains: [first, ...others],
      isOwnZone: (zone) => this.#context.block.zones.some((own) => own.equals(zone)),
      onAnswer: () => this.#successes.increment(query.server),
    }).run();
  };
}

function readList(file: string, place: Place, context: SetupContext): readonly DomainName[] {
  try {
    return readSearchList(readFileSync(context.resolvePath(file), 'utf8'));
  } catch (error) {
    context.report({
      code: 'autopath/file',
      message: `"${file}" cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      place,
      hint: 'name a file in the format of resolv.conf, or @kubernetes',
    });
    return [];
  }
}

/** Empty on a host without such a file. */
function readHostList(): readonly DomainName[] {
  try {
    return readSearchList(readFileSync(HOST_FILE, 'utf8'));
  } catch {
    return [];
  }
}
