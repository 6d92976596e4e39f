import { statSync } from 'node:fs';
import type { Token } from '../../corefile/tree.ts';
import { RCODE } from '../../dns/codes.ts';
import type { DomainName } from '../../dns/name.ts';
import { TYPE } from '../../dns/types.ts';
import { isLastInChain } from '../../plugin-api/chain-end.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { definePlugin, type Next, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, type Outcome } from '../../plugin-api/reply.ts';
import type { Stanza } from '../../plugin-api/stanza.ts';
import { type Validity, validWhile } from '../../plugin-api/validity.ts';
import { answerFrom, replyFrom } from '../../plugin-api/zone-reply.ts';
import { AutoZones } from './auto-zones.ts';
import { type Directory, options, parameters } from './options.ts';

export const auto: Plugin = definePlugin({
  name: 'auto',
  summary: 'Answers for zones from all zone files of a folder, which come and go.',
  reads: 'question',
  repeatable: true,
  parameters,
  options,
  problems: {
    'auto/directory': 'No directory is given, or the one given is not there or cannot be looked at.',
    'auto/template': 'The directory has a regular expression but no template.',
  },
  setup(stanzas, context) {
    const last = stanzas.at(-1) ?? stanzas[0];
    // CoreDNS has one set of options for all lines of a block.
    const directory = stanzas.findLast(({ given }) => given.has('directory'))?.options.directory;
    const reload = (stanzas.findLast(({ given }) => given.has('reload')) ?? last).options.reload;
    if (directory === undefined) {
      context.report({
        severity: 'warning',
        code: 'auto/directory',
        message: 'auto has no directory, so it serves nothing',
        place: last.line.name.place,
        hint: 'add a line: directory DIR',
      });
      return {};
    }
    return new AutoInstance(last, directory, reload, context);
  },
});

class AutoInstance implements PluginInstance {
  readonly #origins: readonly DomainName[];
  readonly #zones: AutoZones;
  readonly #context: SetupContext;
  /** Moves with every version of every zone. */
  readonly generation: number;
  readonly #validity: Validity;
  /** Is there nobody to hand a query on to? */
  #isLast = false;

  constructor(
    { argument }: Stanza<readonly (readonly DomainName[])[], typeof options>,
    { folder, naming }: Directory,
    reload: number,
    context: SetupContext,
  ) {
    this.#context = context;
    const named = argument.flat();
    this.#origins = named.length > 0 ? named : context.block.zones;
    const path = context.resolvePath(folder.text);
    checkFolder(path, folder, context);
    const { generations, logger } = context;
    this.generation = generations.own();
    this.#validity = validWhile(generations, []);
    const changed = (): void => generations.move(this.generation);
    this.#zones = new AutoZones({ folder: path, naming, reload, logger, changed });
  }

  readonly handle = (query: Query, next: Next): Outcome => {
    const { name, type } = query.question;
    if (!this.#origins.some((origin) => name.isWithin(origin))) return next(query);
    const zone = this.#zones.served.find(name)?.current;
    if (zone === undefined) return this.#isLast ? makeFailure(query, RCODE.REFUSED) : next(query);
    // Plugin transfer would have answered.
    if (type === TYPE.AXFR || type === TYPE.IXFR) return makeFailure(query, RCODE.REFUSED);
    const answer = answerFrom(zone, query);
    // CoreDNS's auto, unlike file, takes no responsibility for an alias in front of a referral.
    return replyFrom(zone, { ...answer, authoritative: answer.kind !== 'referral' }, query, this.#validity);
  };

  readonly start = async (): Promise<void> => {
    this.#isLast = isLastInChain(this.#context.block.instances(), this);
    await this.#zones.start();
  };

  readonly stop = async (): Promise<void> => {
    this.#zones.stop();
    this.#context.generations.release(this.generation);
  };

  readonly transfer: NonNullable<PluginInstance['transfer']> = (origin, serial) =>
    this.#zones.served.get(origin)?.current?.transfer(serial);

  readonly passingZone: NonNullable<PluginInstance['passingZone']> = (name) => this.#zones.served.find(name)?.origin;

  readonly onNewVersion: NonNullable<PluginInstance['onNewVersion']> = (notify) => this.#zones.onNewVersion(notify);
}

function checkFolder(path: string, { place }: Token, { report }: SetupContext): void {
  try {
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
    report({
      severity: 'warning',
      code: 'auto/directory',
      message: `Directory does not exist: ${path}`,
      place,
      hint: 'its zones are served as soon as it is there',
    });
  } catch (error) {
    report({
      code: 'auto/directory',
      message: `unable to access directory "${path}": ${error instanceof Error ? error.message : String(error)}`,
      place,
      hint: 'check the permissions of the directories above it',
    });
  }
}
