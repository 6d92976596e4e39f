import type { ImportSource } from '../corefile/import-source.ts';
import { describeProblem, type Problem } from '../corefile/problem.ts';
import type { Host } from '../plugin-api/context.ts';
import type { Plugin, StopReason } from '../plugin-api/plugin.ts';
import { QueryMetrics } from '../plugin-api/query-metrics.ts';
import {
  buildConfiguration,
  type Configuration,
  configurationFingerprint,
  type ConfigurationOptions,
  type ConfigurationText,
  startPlugins,
  stopPlugins,
} from './configuration.ts';
import { Listener, listenerLabel, type ListenerOptions } from './listener.ts';
import type { ListenerPlan } from './listener-plan.ts';
import { joinSettings } from './listener-settings.ts';
import type { PlanSettings } from './plan.ts';
import { Routes } from './routes.ts';
import { Service } from './service.ts';
import type { ServiceEnvironment } from './service-environment.ts';
import { SETTLE_TIMEOUT } from './settle-timeout.ts';
import type { SetupServices } from './setup.ts';

/**
 * Octets for remembered answers of one listener: about 150,000 of them, what the search lists of all pods make of the names of a large cluster. Memory is taken
 * only for as many as are asked for.
 */
const ANSWER_MEMORY = 32 << 20;

/** A text that cannot be run, with everything that is wrong with it. */
export class ConfigurationRefused extends Error {
  readonly problems: readonly Problem[];
  /** The text that they are about. */
  readonly source: ConfigurationText;

  constructor(problems: readonly Problem[], source: ConfigurationText) {
    const errors = problems.filter((problem) => problem.severity === 'error');
    const [first] = errors;
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    super(first === undefined ? 'the configuration is refused' : `${describeProblem(first)}${more}`);
    this.name = 'ConfigurationRefused';
    this.problems = problems;
    this.source = source;
  }
}

export interface ServerOptions extends PlanSettings {
  /** Gives the configuration's text, anew for every reload; rejects when it cannot be read. */
  readonly source: () => Promise<ConfigurationText>;
  readonly plugins: readonly Plugin[];
  readonly unsupported: ReadonlySet<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly imports: ImportSource;
  readonly services: SetupServices;
  /** The version of this product: `0.1.0`. */
  readonly version: string;
  /** Refuse ports on which another process listens, even one that would share them. */
  readonly exclusive: boolean;
  /** Ends the process after a fatal line. */
  readonly fail: (text: string) => void;
}

/** A configuration at work behind its listeners. */
interface Running {
  readonly configuration: Configuration;
  readonly services: ReadonlyMap<string, Service>;
}

/**
 * A DNS server: reads its configuration, listens, and replaces the configuration while it runs. Nothing about it is global: several run in one
 * process.
 */
export class Server {
  readonly #options: ServerOptions;
  readonly #environment: ServiceEnvironment;
  readonly #listeners = new Map<string, Listener>();
  #running: Running | undefined;
  /** Reloads and the stop come one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #stopping = false;

  private constructor(options: ServerOptions) {
    const { logger, metrics, clock } = options.services;
    this.#options = options;
    this.#environment = {
      logger,
      clock,
      queryMetrics: new QueryMetrics(metrics),
      generations: options.services.generations,
      random: options.services.random,
      panics: metrics.counter({ name: 'coredns_panics_total', help: 'A metrics that counts the number of panics.' }),
      httpsResponses: metrics.counter({
        name: 'coredns_dns_https_responses_total',
        help: 'Counter of DoH responses per server and http status code.',
        labels: ['server', 'status'],
      }),
    };
    for (const plugin of options.plugins) plugin.registerMetrics?.(metrics);
  }

  /** Rejects with a ConfigurationRefused, a ListenError or what a plugin's start said; nothing stays open then. */
  static async start(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    const text = await options.source();
    await server.#takeOver(server.#build(text));
    return server;
  }

  /** Labels of the listeners and the zones behind each, sorted, as the start lines show them. */
  get listeners(): readonly { readonly label: string; readonly port: number; readonly plan: ListenerPlan }[] {
    return (this.#running?.configuration.listeners ?? []).map((plan) => {
      const label = listenerLabel(plan.where);
      return { label, port: this.#listeners.get(label)?.port ?? plan.where.port, plan };
    });
  }

  /** Reads the configuration again and, if it is good, runs it in place of the present one; rejects otherwise, and nothing has changed. */
  async reload(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#stopping) return;
      const { logger } = this.#options.services;
      logger.info('Reloading');
      await this.#takeOver(this.#build(await this.#options.source()));
      logger.info('Reloading complete');
    });
  }

  /** Lets plugins drain while queries are still answered, then closes everything. Resolves with what went wrong in plugins. */
  async stop(): Promise<readonly unknown[]> {
    const instances = this.#running?.configuration.instances ?? [];
    this.#stopping = true;
    const drained = await Promise.allSettled(instances.map(async ({ instance }) => instance.drain?.()));
    const failures = drained.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    return this.#inTurn(async () => {
      const running = this.#running;
      this.#running = undefined;
      await Promise.all([...this.#listeners.values()].map((listener) => listener.close()));
      this.#listeners.clear();
      if (running !== undefined) failures.push(...(await retire(running, 'shutdown')));
      return failures;
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #build(text: ConfigurationText): Configuration {
    const { configuration, problems } = buildConfiguration(text, this.#configurationOptions());
    if (configuration === undefined) throw new ConfigurationRefused(problems, text);
    for (const problem of problems) this.#options.services.logger.warning(describeProblem(problem));
    return configuration;
  }

  /** New plugins start and new sockets open beside the old ones; only when all of that has worked the old ones go. */
  async #takeOver(configuration: Configuration): Promise<void> {
    await startPlugins(configuration);
    const services = new Map<string, Service>();
    const opened = new Map<string, Listener>();
    try {
      for (const plan of configuration.listeners) {
        const service = this.#makeService(plan);
        services.set(service.label, service);
        if (this.#listeners.has(service.label)) continue;
        opened.set(service.label, await Listener.open(plan.where, service, this.#listenerOptions(service.label)));
      }
    } catch (error) {
      await Promise.all([...opened.values()].map((listener) => listener.close()));
      await stopPlugins(configuration, 'reload');
      throw error;
    }
    const previous = this.#running;
    this.#running = { configuration, services };
    this.#environment.logger.debugging = configuration.blocks.some(({ settings }) => settings.debug);
    const surplus: Listener[] = [];
    const replaced: Promise<void>[] = [];
    for (const [label, listener] of this.#listeners) {
      const service = services.get(label);
      if (service !== undefined) {
        replaced.push(listener.replaceService(service));
      } else {
        surplus.push(listener);
        this.#listeners.delete(label);
      }
    }
    for (const [label, listener] of opened) this.#listeners.set(label, listener);
    const outcomes = await Promise.allSettled([...replaced, ...surplus.map((listener) => listener.close())]);
    for (const outcome of outcomes) {
      // The listener has the sockets that it had.
      if (outcome.status === 'rejected') this.#options.services.logger.error(String(outcome.reason));
    }
    for (const { instance } of configuration.instances) instance.serving?.();
    if (previous !== undefined) {
      for (const failure of await retire(previous, 'reload'))
        this.#options.services.logger.error(`stopping the old configuration: ${String(failure)}`);
    }
  }

  #listenerOptions(label: string): ListenerOptions {
    const { exclusive, services } = this.#options;
    const dropped = services.metrics.counter({
      name: 'clusterfirst_udp_dropped_datagrams_total',
      help: 'Counter of datagrams that were dropped on this machine: queries for which there was no room, answers that could not be sent.',
      labels: ['server', 'direction'],
    });
    const restarts = services.metrics.counter({
      name: 'clusterfirst_thread_restarts_total',
      help: 'Counter of threads of listeners that died and were started again.',
      labels: ['server'],
    });
    const received = dropped.series(label, 'received');
    const sent = dropped.series(label, 'sent');
    return {
      exclusive,
      udp: services.udp,
      logger: services.logger,
      counters: services.generations.counters,
      threadRestarted: () => restarts.increment(label),
      losses: {
        received: (count) => void (received.value += count),
        sent: (count) => void (sent.value += count),
      },
    };
  }

  #makeService(plan: ListenerPlan): Service {
    const settings = joinSettings(plan.routes.map(({ block }) => block));
    const routes = new Routes(plan.routes);
    return new Service({
      label: listenerLabel(plan.where),
      routes,
      environment: this.#environment,
      // A view may look at the client.
      memory: routes.hasViews ? 0 : ANSWER_MEMORY,
      ...settings,
    });
  }

  #configurationOptions(): ConfigurationOptions {
    return { ...this.#options, host: this.#host() };
  }

  #host(): Host {
    const running = (): string => this.#running?.configuration.fingerprint ?? '';
    return {
      version: this.#options.version,
      get fingerprint() {
        return running();
      },
      readFingerprint: () => this.#readFingerprint(),
      reload: () => this.reload(),
      fail: this.#options.fail,
    };
  }

  async #readFingerprint(): Promise<{ readonly fingerprint: string } | { readonly problem: string } | undefined> {
    let text: ConfigurationText;
    try {
      text = await this.#options.source();
    } catch {
      // A ConfigMap volume that is just being replaced cannot be read for a moment.
      return undefined;
    }
    const result = configurationFingerprint(text, this.#configurationOptions());
    if ('fingerprint' in result) return result;
    const [first] = result.problems;
    return { problem: first === undefined ? '' : describeProblem(first) };
  }
}

/** Waits for the queries of a configuration that has been replaced, then stops its plugins. */
async function retire(running: Running, reason: StopReason): Promise<unknown[]> {
  await Promise.all([...running.services.values()].map((service) => service.settle(SETTLE_TIMEOUT)));
  return stopPlugins(running.configuration, reason);
}
