import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { ConfigurationError, type SetupContext } from '../../plugin-api/context.ts';
import type { ExternalServices } from '../../plugin-api/external-services.ts';
import { fallthroughOption } from '../../plugin-api/fallthrough.ts';
import { integer, zones } from '../../plugin-api/kinds.ts';
import { Complaint, flag, ignoringSurplus, type Kind, many, one } from '../../plugin-api/options.ts';
import type { Stanza } from '../../plugin-api/stanza.ts';
import { definePlugin, type Next, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Outcome } from '../../plugin-api/reply.ts';
import { ExternalAnswers, type ExternalSettings } from './answers.ts';
import { ExternalZone } from './external-zone.ts';
import { zoneRecords } from './transfer.ts';

const label: Kind<string> = {
  word: 'LABEL',
  read(given) {
    const name = DomainName.tryParse(given);
    return name?.labelCount === 1
      ? (name.toLowerCase().labels()[0] ?? given)
      : new Complaint(`"${given}" is not one label`, 'write a label without dots, as in dns');
  },
};

const parameters = many(zones, {
  least: 0,
  initial: [],
  summary: 'The zones, reverse zones too; without any, those of the server block.',
});

const options = {
  apex: ignoringSurplus(
    one(label, { initial: 'dns', summary: "The label that the zone's own names are below: `ns1.LABEL.ZONE`." }),
  ),
  ttl: ignoringSurplus(
    one(integer('SECONDS', { minimum: 0, maximum: 3600 }), { initial: 5, summary: 'The TTL of answers.' }),
  ),
  headless: flag({ summary: 'Publishes the endpoints of headless services too.' }),
  fallthrough: fallthroughOption,
};

export const k8s_external: Plugin = definePlugin({
  name: 'k8s_external',
  summary: 'Publishes the external addresses of Kubernetes services in a zone of their own.',
  reads: 'question',
  repeatable: true,
  parameters,
  options,
  setup: (stanzas, context) => new ExternalInstance(readSettings(stanzas, context), stanzas[0], context),
});

type ExternalStanza = Stanza<readonly (readonly DomainName[])[], typeof options>;

/** As in CoreDNS, the last directive has the zones, and an option stays as it is until another directive gives it again. */
function readSettings(
  [first, ...others]: readonly [ExternalStanza, ...ExternalStanza[]],
  { block }: SetupContext,
): ExternalSettings {
  let { apex, ttl, headless, fallthrough } = first.options;
  for (const { given, options: values } of others) {
    if (given.has('apex')) ({ apex } = values);
    if (given.has('ttl')) ({ ttl } = values);
    if (given.has('headless')) ({ headless } = values);
    if (given.has('fallthrough')) ({ fallthrough } = values);
  }
  const named = (others.at(-1) ?? first).argument.flat();
  const zonesServed = named.length > 0 ? named : block.zones;
  return { zones: zonesServed.map((name) => new ExternalZone(name, apex, ttl)), apex, ttl, headless, fallthrough };
}

class ExternalInstance implements PluginInstance {
  readonly #settings: ExternalSettings;
  readonly #answers: ExternalAnswers;
  readonly #stanza: ExternalStanza;
  readonly #context: SetupContext;
  #services: () => ExternalServices | undefined = () => undefined;

  constructor(settings: ExternalSettings, stanza: ExternalStanza, context: SetupContext) {
    this.#settings = settings;
    this.#answers = new ExternalAnswers(settings);
    this.#stanza = stanza;
    this.#context = context;
  }

  readonly start = async (): Promise<void> => {
    for (const { instance } of this.#context.block.instances()) {
      if (instance.externalServices === undefined) continue;
      this.#services = instance.externalServices;
      return;
    }
    throw new ConfigurationError(
      'plugin/k8s_external: kubernetes plugin not loaded: add kubernetes to the same server block',
      this.#stanza.line.name.place,
    );
  };

  readonly handle = (query: Query, next: Next): Outcome => {
    const zone = this.#answers.zoneOf(query.question.name);
    const services = zone === undefined ? undefined : this.#services();
    if (zone === undefined || services === undefined) return next(query);
    return this.#answers.answer({ query, next, zone, services });
  };

  readonly answersNow = (query: Query): boolean => {
    const services = this.#services();
    return services !== undefined && this.#answers.answersNow(query, services);
  };

  /** A client whose version is not older than this one has nothing to get. */
  readonly transfer = (
    origin: DomainName,
    serial: number | undefined,
  ): Iterable<ResourceRecord> | Error | undefined => {
    const zone = this.#settings.zones.find(({ name }) => name.equals(origin));
    const services = this.#services();
    if (zone === undefined || services === undefined) return undefined;
    if (!services.hasSynced) {
      return new Error(`zone ${origin.text} cannot be transferred before the Kubernetes API has been read`);
    }
    if (serial !== undefined && serial !== 0 && serial >= services.serial) return [zone.soa(services.serial)];
    return zoneRecords(zone, services, this.#settings);
  };
}
