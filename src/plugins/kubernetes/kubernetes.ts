import { ClusterWatch } from '../../kube/cluster-watch.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { definePlugin, type Next, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import type { Metadata, Query } from '../../plugin-api/query.ts';
import type { Outcome } from '../../plugin-api/reply.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import type { ExternalServices } from '../../plugin-api/external-services.ts';
import { Answers } from './answers.ts';
import { openAccess } from './api-access.ts';
import { ClusterSlots } from './cluster-slots.ts';
import { type Configuration, type KubernetesStanza, problems, readConfiguration } from './configuration.ts';
import { describe } from './describe.ts';
import { ClusterExternalServices } from './external-services.ts';
import { localAddresses } from './local-addresses.ts';
import { Lookup } from './lookup.ts';
import { NameServers } from './name-servers.ts';
import { options, parameters } from './options.ts';
import { searchPath } from './search-path.ts';
import { waitForSync } from './wait-for-sync.ts';
import { ZoneTransfer } from './zone-transfer.ts';

export const kubernetes: Plugin = definePlugin({
  name: 'kubernetes',
  summary: 'Answers for services and pods of a Kubernetes cluster.',
  reads: 'question',
  repeatable: false,
  parameters,
  options,
  problems,
  setup([stanza], context) {
    return new KubernetesInstance(stanza, readConfiguration(stanza, context.block.zones, context.report), context);
  },
});

class KubernetesInstance implements PluginInstance {
  readonly #stanza: KubernetesStanza;
  readonly #configuration: Configuration;
  readonly #context: SetupContext;
  readonly #stopping = new AbortController();
  #watch: ClusterWatch | undefined;
  #answers: Answers | undefined;
  #transfer: ZoneTransfer | undefined;
  #external: ClusterExternalServices | undefined;
  #slots: ClusterSlots | undefined;

  constructor(stanza: KubernetesStanza, configuration: Configuration, context: SetupContext) {
    this.#stanza = stanza;
    this.#configuration = configuration;
    this.#context = context;
  }

  readonly start = async (): Promise<void> => {
    const { logger, metrics, clock, random, host, block } = this.#context;
    const { zones, settings, watch: watchOptions, limits } = this.#configuration;
    const watch = new ClusterWatch({
      ...watchOptions,
      limits,
      // Only `describe` gives them.
      keepsPodLabels: block.instances().some(({ name }) => name === 'metadata'),
      access: openAccess(this.#stanza, this.#context),
      version: host.version,
      logger,
      metrics,
      now: clock.now,
      random,
    });
    this.#watch = watch;
    const { store } = watch;
    const lookup = new Lookup(store, settings);
    // With `bind` the zone has no name servers, as in CoreDNS.
    const own = block.settings.addresses === undefined ? localAddresses() : [];
    const nameServers = new NameServers(lookup, own);
    this.#slots = new ClusterSlots(store, this.#context.generations);
    this.#answers = new Answers({ store, zones, settings, lookup, nameServers, slots: this.#slots });
    this.#transfer = new ZoneTransfer({ store, zones, settings, lookup, nameServers });
    this.#external = new ClusterExternalServices({ store, lookup, localAddresses: own, ttl: settings.ttl });
    watch.start();
    await waitForSync(watch, this.#stanza.options.startup_timeout, logger, this.#stopping.signal);
  };

  readonly handle = (query: Query, next: Next): Outcome => {
    return this.#answers === undefined ? next(query) : this.#answers.handle(query, next);
  };

  readonly answersNow = (query: Query): boolean => this.#answers?.answersNow(query) === true;

  readonly answersNowSlots = (query: Query): readonly number[] => this.#answers?.answersNowSlots(query) ?? [];

  readonly transfer = (origin: DomainName, serial: number | undefined): Iterable<ResourceRecord> | Error | undefined =>
    this.#transfer?.records(origin, serial);

  readonly searchPath = (query: Query): readonly DomainName[] | undefined => {
    if (this.#watch === undefined || this.#configuration.settings.pods !== 'verified') return undefined;
    return searchPath(this.#watch.store, this.#configuration.zones, query);
  };

  readonly externalServices = (): ExternalServices | undefined => this.#external;

  readonly ready = (): boolean => this.#watch?.hasSynced === true && !this.#isStale(this.#watch);

  readonly describe = (query: Query, metadata: Metadata): void => {
    if (this.#watch === undefined) return;
    const { zones, settings } = this.#configuration;
    const knowsPods = settings.pods === 'verified';
    describe({ store: this.#watch.store, zones, zonal: settings.zonal, knowsPods }, query, metadata);
  };

  readonly stop = async (): Promise<void> => {
    this.#stopping.abort();
    await this.#watch?.stop();
    this.#slots?.close();
  };

  /** Has nothing shown for longer than is allowed that the data are current? */
  #isStale(watch: ClusterWatch): boolean {
    const limit = this.#stanza.options.unready_after;
    if (limit === undefined) return false;
    return [...watch.ages().values()].some((age) => age === undefined || age * 1000 > limit);
  }
}
