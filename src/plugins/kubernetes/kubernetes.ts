import { ClusterWatch } from '../../kube/cluster-watch.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { definePlugin, type Next, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import type { Metadata, Query } from '../../plugin-api/query.ts';
import type { Outcome } from '../../plugin-api/reply.ts';
import { Answers } from './answers.ts';
import { openAccess } from './api-access.ts';
import { type Configuration, type KubernetesStanza, problems, readConfiguration } from './configuration.ts';
import { describe } from './describe.ts';
import { localAddresses } from './local-addresses.ts';
import { options, parameters } from './options.ts';
import { waitForSync } from './wait-for-sync.ts';

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

  constructor(stanza: KubernetesStanza, configuration: Configuration, context: SetupContext) {
    this.#stanza = stanza;
    this.#configuration = configuration;
    this.#context = context;
  }

  readonly start = async (): Promise<void> => {
    const { logger, metrics, clock, random, host, block } = this.#context;
    const { zones, settings, watch: watchOptions } = this.#configuration;
    const watch = new ClusterWatch({
      ...watchOptions,
      access: openAccess(this.#stanza, this.#context),
      version: host.version,
      logger,
      metrics,
      now: clock.now,
      random,
    });
    this.#watch = watch;
    this.#answers = new Answers({
      store: watch.store,
      zones,
      settings,
      // With `bind` the zone has no name servers, as in CoreDNS.
      localAddresses: block.settings.addresses === undefined ? localAddresses() : [],
    });
    watch.start();
    await waitForSync(watch, this.#stanza.options.startup_timeout, logger, this.#stopping.signal);
  };

  readonly handle = (query: Query, next: Next): Outcome => {
    return this.#answers === undefined ? next(query) : this.#answers.handle(query, next);
  };

  readonly ready = (): boolean => this.#watch?.hasSynced === true;

  readonly describe = (query: Query, metadata: Metadata): void => {
    if (this.#watch === undefined) return;
    const { zones, settings } = this.#configuration;
    const knowsPods = settings.pods === 'verified';
    describe({ store: this.#watch.store, zones, zonal: settings.zonal, knowsPods }, query, metadata);
  };

  readonly stop = async (): Promise<void> => {
    this.#stopping.abort();
    await this.#watch?.stop();
  };
}
