import type { Registry } from '../metrics/registry.ts';
import type { Capabilities } from './capabilities.ts';
import type { SetupContext } from './context.ts';
import type { Line } from '../corefile/tree.ts';
import type { OptionTable, ParameterOption } from './options.ts';
import type { Stanza } from './stanza.ts';
import type { Query } from './query.ts';
import type { Outcome, Reply } from './reply.ts';
import type { BlockSettings } from './settings.ts';
import type { Recorder } from './validity.ts';

/**
 * What an answer may depend on besides the data that the server holds. To the question belong the EDNS terms, and whether the client came by IPv4 or IPv6, by a
 * datagram or a stream; to the client its address.
 */
export type Reads = 'question' | 'client' | 'everything';

/** The rest of the chain. */
export type Next = (query: Query) => Outcome;

/** A plugin at work in one server block, as `setup` returns it. All methods are optional. */
export interface PluginInstance extends Capabilities {
  /** What its answers may depend on, where that is less than its definition says because of how it is configured. */
  readonly reads?: Reads;
  /**
   * Answers the query or hands it on. Synchronous where nothing waits; an async function will do where it always does. What it throws, or rejects with,
   * becomes SERVFAIL and a counted, logged panic.
   */
  readonly handle?: (query: Query, next: Next) => Outcome | Promise<Reply | null>;
  /** Looks at every answer that passes this plugin's place in the chain; null when nothing is sent. */
  readonly observe?: (query: Query, reply: Reply | null) => void;
  /**
   * What takes the place of `observe` when the server answers like queries with this reply from memory: a recorder, 'nothing' to be done, or
   * 'pass' if the plugin has to see each of them. Without this method it has to. Called once for a reply, after `observe`.
   */
  readonly recorder?: (query: Query, reply: Reply) => Recorder | 'nothing' | 'pass';
  /** The slot (context.generations) whose counter moves when data change from which the plugin answers or passes on queries. */
  readonly generation?: number;
  /** What this plugin sets for the listeners and plugins of its block. */
  readonly settings?: Partial<BlockSettings>;
  /** Opens what the plugin needs before queries come. Rejecting with a ConfigurationError refuses the configuration. */
  readonly start?: () => Promise<void>;
  /** Called when the configuration has taken over and its listeners answer. */
  readonly serving?: () => void;
  /** Called at the final stop, while queries are still answered; listeners close when it resolves. */
  readonly drain?: () => Promise<void>;
  /** Gives everything back. `reload`: another configuration has taken over. */
  readonly stop?: (reason: StopReason) => Promise<void>;
}

export type StopReason = 'shutdown' | 'reload';

/** A plugin is a value: its name, what it can be told, and how it is set up for one server block. */
export interface PluginDefinition<Argument = unknown, Table extends OptionTable = OptionTable> {
  /** The directive. */
  readonly name: string;
  /** One line for the list of plugins. */
  readonly summary: string;
  readonly reads: Reads;
  /** May the directive stand several times in a block? */
  readonly repeatable: boolean;
  /** A directive of old Corefiles: the modern spelling, named in the warning that every use gets. */
  readonly retired?: string;
  /** What stands on the directive's own line. */
  readonly parameters: ParameterOption<Argument>;
  readonly options: Table;
  /** Options are found by name in any letter case, as CoreDNS has it with some plugins. */
  readonly optionsInAnyCase?: boolean;
  /** Codes of the problems that this plugin reports besides those of its tables, each with its sentence for docs/errors.md. */
  readonly problems?: Readonly<Record<string, string>>;
  /** Does the plugin take this line of its block although no option is called so? It finds it in `stanza.others`. */
  readonly acceptsLine?: (line: Line) => boolean;
  /** Registers the plugin's metrics without labels: they are exposed, as 0, even where the plugin is not configured. */
  readonly registerMetrics?: (metrics: Registry) => void;
  /**
   * `stanzas`: every occurrence in the block, in order, read by the tables. May report further problems to the context; called by
   * `check` too, so it opens nothing.
   */
  readonly setup: (
    stanzas: readonly [Stanza<Argument, Table>, ...Stanza<Argument, Table>[]],
    context: SetupContext,
  ) => PluginInstance;
}

/** A plugin whatever its options: what the server and the list of plugins handle. */
export interface Plugin extends Omit<PluginDefinition, 'setup'> {
  readonly setup: (stanzas: readonly [Stanza, ...Stanza[]], context: SetupContext) => PluginInstance;
}

/** Declares a plugin; the types of its arguments and options follow from the tables. */
export function definePlugin<Argument, Table extends OptionTable>(
  definition: PluginDefinition<Argument, Table>,
): Plugin {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its setup only ever gets stanzas read by these tables
  return definition as Plugin;
}
