import { printDuration } from '../../corefile/duration.ts';
import type { Token } from '../../corefile/tree.ts';
import { OPCODE, RCODE } from '../../dns/codes.ts';
import type { DomainName } from '../../dns/name.ts';
import { TYPE } from '../../dns/types.ts';
import { isLastInChain } from '../../plugin-api/chain-end.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { fallsThrough, fallthroughOption } from '../../plugin-api/fallthrough.ts';
import { duration, zones } from '../../plugin-api/kinds.ts';
import { countArguments, flag, grammar, one, type Option, readToken, retired } from '../../plugin-api/options.ts';
import { definePlugin, type Next, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, type Outcome } from '../../plugin-api/reply.ts';
import type { Stanza } from '../../plugin-api/stanza.ts';
import { type Validity, validWhile } from '../../plugin-api/validity.ts';
import { answerFrom, isUnknownName, replyFrom } from '../../plugin-api/zone-reply.ts';
import { ServedZone } from '../../zone/served-zone.ts';
import { ServedZones } from '../../zone/served-zones.ts';
import { ZoneFileError } from '../../zone/zone-file-error.ts';
import { ZoneFileWatch } from '../../zone/zone-file-watch.ts';

interface Source {
  readonly file: Token | undefined;
  /** Empty for those of the server block. */
  readonly zones: readonly DomainName[];
}

const source: Option<Source> = grammar<Source>({
  usage: 'DBFILE [ZONE...]',
  summary: 'The zone file, and the zones to make of it, those of the server block by default.',
  initial: { file: undefined, zones: [] },
  read(line, previous, report) {
    if (!countArguments(line, 1, Infinity, 'DBFILE [ZONE...]', report)) return previous;
    const [file, ...names] = line.arguments;
    return { file, zones: names.flatMap((token) => readToken(zones, token, report) ?? []) };
  },
});

const options = {
  reload: one(duration(), { initial: 60_000, summary: 'How often to look for a changed file; 0 never.' }),
  reload_by_mtime: flag({ summary: 'A changed file is a new version even if its SOA serial is the old one.' }),
  fallthrough: fallthroughOption,
  upstream: retired({
    summary: 'The servers to ask about targets of aliases.',
    instead: 'remove it: the server resolves targets itself',
  }),
};

export const file: Plugin = definePlugin({
  name: 'file',
  summary: 'Answers for zones from zone files (RFC 1035).',
  reads: 'question',
  repeatable: true,
  parameters: source,
  options,
  problems: {
    'file/open': 'A zone file is not there or cannot be read.',
    'file/zone': 'A zone file has something that is no record, or no SOA record.',
    'file/record': 'A zone file has a record that has no place in its zone.',
  },
  setup: (stanzas, context) => new FileInstance(stanzas, context),
});

class FileInstance implements PluginInstance {
  readonly #zones = new ServedZones();
  readonly #watches: readonly ZoneFileWatch[];
  readonly #fallthrough: readonly (readonly DomainName[])[] | undefined;
  readonly #context: SetupContext;
  /** Moves with every version of every zone. */
  readonly generation: number;
  readonly #validity: Validity;
  /** Is there nobody to hand a query on to? */
  #isLast = false;

  constructor(stanzas: readonly Stanza<Source, typeof options>[], context: SetupContext) {
    this.#context = context;
    const { generations } = context;
    this.generation = generations.own();
    this.#validity = validWhile(generations, []);
    const watches = new Map<string, ZoneFileWatch>();
    for (const stanza of stanzas) {
      const origins = stanza.argument.zones.length > 0 ? stanza.argument.zones : context.block.zones;
      for (const origin of origins) {
        const zone = new ServedZone(origin);
        // Of two lines for one zone the last counts.
        this.#zones.add(zone);
        zone.onChange(() => generations.move(this.generation));
        const watch = readFirst(zone, stanza, context);
        if (watch !== undefined) watches.set(zone.origin.canonical, watch);
      }
    }
    this.#watches = [...watches.values()];
    // CoreDNS has one list for all lines of a block.
    this.#fallthrough = stanzas.findLast(({ given }) => given.has('fallthrough'))?.options.fallthrough;
  }

  readonly handle = (query: Query, next: Next): Outcome => {
    const { name, type } = query.question;
    const served = this.#zones.find(name);
    if (served === undefined) return this.#isLast ? makeFailure(query, RCODE.REFUSED) : next(query);
    // It serves what the file says; a NOTIFY is for secondaries.
    if (query.message.opcode === OPCODE.NOTIFY) return null;
    // Plugin transfer would have answered.
    if (type === TYPE.AXFR || type === TYPE.IXFR) return makeFailure(query, RCODE.REFUSED);
    const zone = served.current;
    if (zone === undefined) return makeFailure(query, RCODE.SERVFAIL);
    const answer = answerFrom(zone, query);
    if (isUnknownName(answer) && fallsThrough(this.#fallthrough, name)) return next(query);
    return replyFrom(zone, answer, query, this.#validity);
  };

  readonly start = async (): Promise<void> => {
    this.#isLast = isLastInChain(this.#context.block.instances(), this);
    for (const watch of this.#watches) watch.start();
  };

  readonly stop = async (): Promise<void> => {
    for (const watch of this.#watches) watch.stop();
    this.#context.generations.release(this.generation);
  };

  readonly transfer: NonNullable<PluginInstance['transfer']> = (origin, serial) => {
    const served = this.#zones.get(origin);
    if (served === undefined) return undefined;
    return served.current?.transfer(serial) ?? new Error(`zone ${origin.text} has no data yet`);
  };

  readonly onNewVersion: NonNullable<PluginInstance['onNewVersion']> = (notify) => {
    for (const zone of this.#zones.values()) zone.onChange(() => notify(zone.origin));
  };
}

/** Reads the zone for the first time; what is wrong with the file is reported. Undefined when it cannot be served. */
function readFirst(
  zone: ServedZone,
  stanza: Stanza<Source, typeof options>,
  { resolvePath, logger, report }: SetupContext,
): ZoneFileWatch | undefined {
  const { reload, reload_by_mtime: byModificationTime } = stanza.options;
  const { file: token } = stanza.argument;
  if (token === undefined) return undefined;
  const path = resolvePath(token.text);
  const watch = new ZoneFileWatch({ zone, path, reload, byModificationTime, logger });
  try {
    for (const warning of watch.readFirst()) report({ severity: 'warning', code: 'file/record', ...warning });
  } catch (error) {
    if (error instanceof ZoneFileError) {
      report({ code: 'file/zone', message: error.message, place: error.place });
      return undefined;
    }
    const again = reload > 0;
    report({
      severity: again ? 'warning' : 'error',
      code: 'file/open',
      message: `Failed to open "${path}": ${again ? `trying again in ${printDuration(reload)}` : reasonOf(error)}`,
      place: token.place,
      hint: again ? 'until it is there the zone is SERVFAIL' : 'name a zone file that is there',
    });
  }
  return watch;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
