import { RCODE } from '../../dns/codes.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { SOA } from '../../dns/records/soa.ts';
import { TYPE } from '../../dns/types.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import type { Stanza } from '../../plugin-api/stanza.ts';
import { definePlugin, type Next, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Outcome } from '../../plugin-api/reply.ts';
import { notify } from './notify.ts';
import { canonicalAddress, type Destination, options, parameters } from './options.ts';

export const transfer: Plugin = definePlugin({
  name: 'transfer',
  summary: 'Gives whole zones of other plugins to secondaries (AXFR), and tells them of changes (NOTIFY).',
  // Only transfers depend on the client, and they are not remembered.
  reads: 'question',
  repeatable: true,
  parameters,
  options,
  problems: { 'transfer/to': 'Plugin transfer is not told who may transfer the zones.' },
  setup: (stanzas, context) =>
    new TransferInstance(
      stanzas.map((stanza) => readRule(stanza, context)),
      context,
    ),
});

/** One directive: who may have which zones. */
interface Rule {
  readonly zones: readonly DomainName[];
  readonly everybody: boolean;
  readonly secondaries: readonly Exclude<Destination, '*'>[];
  readonly source: string | undefined;
}

function readRule(
  stanza: Stanza<readonly (readonly DomainName[])[], typeof options>,
  { block, report }: SetupContext,
): Rule {
  const { to, source } = stanza.options;
  if (to.length === 0 && !stanza.given.has('to')) {
    report({
      code: 'transfer/to',
      message: 'transfer is not told who may have the zones',
      place: stanza.line.name.place,
      hint: 'write: transfer { to ADDRESS }, or to * for everybody',
    });
  }
  const named = stanza.argument.flat();
  return {
    zones: named.length > 0 ? named : block.zones,
    everybody: to.includes('*'),
    secondaries: to.filter((destination) => destination !== '*'),
    source,
  };
}

class TransferInstance implements PluginInstance {
  readonly #rules: readonly Rule[];
  readonly #context: SetupContext;
  readonly #stopping = new AbortController();
  /** Zones with new versions before the listeners answer: a secondary that is told asks at once. Undefined from then on. */
  #early: Map<string, DomainName> | undefined = new Map();

  constructor(rules: readonly Rule[], context: SetupContext) {
    this.#rules = rules;
    this.#context = context;
  }

  readonly handle = (query: Query, next: Next): Outcome => {
    const { type, name } = query.question;
    if (type !== TYPE.AXFR && type !== TYPE.IXFR) return next(query);
    // Only streams carry answers of several messages.
    if (query.transport !== 'tcp' && query.transport !== 'tls') return makeFailure(query, RCODE.REFUSED);
    const rule = this.#ruleFor(name);
    if (rule === undefined) return next(query);
    if (!isAllowed(rule, query.client.address)) return makeReply(query, { rcode: RCODE.REFUSED });
    let serial: number | undefined;
    if (type === TYPE.IXFR) {
      serial = serialOfClient(query);
      if (serial === undefined) return makeFailure(query, RCODE.SERVFAIL);
    }
    return this.#answer(query, serial, next);
  };

  readonly start = async (): Promise<void> => {
    for (const { instance } of this.#context.block.instances()) {
      instance.onNewVersion?.((origin) => this.#announce(origin));
    }
  };

  readonly serving = (): void => {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const [, zone] of early) this.#announce(zone);
  };

  readonly stop = async (): Promise<void> => this.#stopping.abort();

  /** Full zones only, for IXFR too (RFC 1995 §4 allows it). */
  #answer(query: Query, serial: number | undefined, next: Next): Outcome {
    const origin = query.question.name.toLowerCase();
    const records = this.#recordsOf(origin, serial);
    if (records === undefined) return next(query);
    if (records instanceof Error) return makeFailure(query, RCODE.SERVFAIL, records);
    const answers = [...records];
    const [soa] = answers;
    const current = soa !== undefined && SOA.is(soa) ? soa.data.serial : 0;
    const { logger } = this.#context;
    const about = `zone "${origin.text}" to ${query.client.address} for ${current} SOA serial`;
    if (answers.length === 1) {
      logger.info(`Outgoing noop, incremental transfer for up to date ${about}`);
      return makeReply(query, { answers });
    }
    logger.info(`Outgoing transfer of ${answers.length} records of ${about}`);
    return makeReply(query, { authoritative: true, answers, transfer: true });
  }

  #recordsOf(origin: DomainName, serial: number | undefined): Iterable<ResourceRecord> | Error | undefined {
    for (const { instance } of this.#context.block.instances()) {
      const records = instance.transfer?.(origin, serial);
      if (records !== undefined) return records;
    }
    return undefined;
  }

  /** The rule with the longest zone that the name is in; of equals the last. */
  #ruleFor(name: DomainName): Rule | undefined {
    let found: Rule | undefined;
    let length = 0;
    for (const rule of this.#rules) {
      for (const zone of rule.zones) {
        if (zone.wire.length < length || !name.isWithin(zone)) continue;
        found = rule;
        length = zone.wire.length;
      }
    }
    return found;
  }

  #announce(zone: DomainName): void {
    if (this.#early !== undefined) {
      this.#early.set(zone.canonical, zone);
      return;
    }
    const rule = this.#ruleFor(zone);
    for (const secondary of rule?.secondaries ?? []) void this.#notify(zone, secondary, rule?.source);
  }

  async #notify(zone: DomainName, secondary: Rule['secondaries'][number], source: string | undefined): Promise<void> {
    const problem = await notify({ zone, secondary, source, signal: this.#stopping.signal });
    if (problem !== undefined) this.#context.logger.warning(problem);
  }
}

function isAllowed(rule: Rule, client: string): boolean {
  if (rule.everybody) return true;
  const address = canonicalAddress(client);
  return rule.secondaries.some((secondary) => secondary.address === address);
}

/** The serial of the one SOA record that an IXFR has in its authority section (RFC 1995 §3). */
function serialOfClient({ message }: Query): number | undefined {
  const [soa, ...others] = message.authorities;
  return soa !== undefined && others.length === 0 && SOA.is(soa) ? soa.data.serial : undefined;
}
