import { resolve } from 'node:path';
import type { Line } from '../corefile/tree.ts';
import { suggest } from '../corefile/suggest.ts';
import type { ApiAccess } from '../kube/access.ts';
import type { Logger } from '../log/logger.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Clock } from '../plugin-api/clock.ts';
import type { Generations } from '../plugin-api/generations.ts';
import type { BlockContext, Host, NamedInstance, SetupContext, SharedKey } from '../plugin-api/context.ts';
import { type Report } from '../plugin-api/options.ts';
import { readStanza } from '../plugin-api/stanza.ts';
import type { Plugin } from '../plugin-api/plugin.ts';
import { type BlockSettings, defaultSettings } from '../plugin-api/settings.ts';
import type { HttpEndpoints } from '../transport/http-endpoints.ts';
import type { UdpSockets } from '../transport/udp/udp-sockets.ts';
import type { Block } from './block.ts';
import { composeChain } from './chain.ts';
import { listenerLabel } from './listener.ts';
import { blockAddresses } from './listener-plan.ts';
import type { BlockPlan } from './plan.ts';

/** What the server hands to all plugins. */
export interface SetupServices {
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly generations: Generations;
  readonly clock: Clock;
  readonly random: () => number;
  readonly http: HttpEndpoints;
  readonly udp: UdpSockets;
  readonly clusterAccess: () => ApiAccess;
  /** Relative paths start here. */
  readonly workingDirectory: string;
}

export interface SetupOptions {
  readonly plugins: readonly Plugin[];
  readonly unsupported: ReadonlySet<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly host: Host;
  readonly services: SetupServices;
}

/** A block with all its plugins, and the plan that it was made from. */
export interface BlockSetup {
  readonly plan: BlockPlan;
  readonly block: Block;
}

/** A block while its plugins are being set up, one after the other. */
interface Draft {
  readonly plan: BlockPlan;
  readonly byDirective: ReadonlyMap<string, readonly [Line, ...Line[]]>;
  readonly instances: NamedInstance[];
  settings: BlockSettings;
}

/** Sets up every plugin of every block: plugin by plugin in the order of the chain, for each the blocks in file order. */
export function setUpPlugins(
  plans: readonly BlockPlan[],
  options: SetupOptions,
  report: Report,
): { readonly blocks: readonly BlockSetup[]; readonly instances: readonly NamedInstance[] } {
  const names = new Set(options.plugins.map((plugin) => plugin.name));
  const drafts = plans.map((plan) => draft(plan, names, options.unsupported, report));
  const shared = sharedValues();
  const instances: NamedInstance[] = [];
  for (const plugin of options.plugins) {
    for (const block of drafts) {
      const lines = block.byDirective.get(plugin.name);
      if (lines === undefined) continue;
      const named = setUpPlugin(plugin, lines, block, { options, shared, report });
      if (named === undefined) continue;
      block.instances.push(named);
      instances.push(named);
      block.settings = { ...block.settings, ...named.instance.settings };
    }
  }
  const blocks = drafts.map(({ plan, instances: own, settings }) => ({
    plan,
    block: {
      zones: plan.zones,
      instances: own,
      settings,
      generations: own.flatMap(({ instance }) => instance.generation ?? []),
      chain: composeChain(own),
    },
  }));
  return { blocks, instances };
}

function draft(plan: BlockPlan, names: ReadonlySet<string>, unsupported: ReadonlySet<string>, report: Report): Draft {
  const byDirective = new Map<string, [Line, ...Line[]]>();
  for (const line of plan.directives) {
    const name = line.name.text;
    if (!names.has(name)) {
      reportUnknown(line, names, unsupported, report);
      continue;
    }
    const lines = byDirective.get(name);
    if (lines === undefined) byDirective.set(name, [line]);
    else lines.push(line);
  }
  return { plan, byDirective, instances: [], settings: defaultSettings };
}

function reportUnknown(line: Line, names: ReadonlySet<string>, unsupported: ReadonlySet<string>, report: Report): void {
  const name = line.name.text;
  if (unsupported.has(name)) {
    report({
      code: 'server/unsupported-plugin',
      message: `plugin ${name} is not available in this version`,
      place: line.name.place,
      hint: 'remove the directive, or run the block on another server',
    });
    return;
  }
  const near = suggest(name, [...names]);
  report({
    code: 'server/unknown-directive',
    message: `there is no plugin "${name}"`,
    place: line.name.place,
    hint: near === undefined ? '`clusterfirst plugins` lists all of them' : `did you mean "${near}"?`,
  });
}

function setUpPlugin(
  plugin: Plugin,
  lines: readonly [Line, ...Line[]],
  draft: Draft,
  environment: { readonly options: SetupOptions; readonly shared: SetupContext['shared']; readonly report: Report },
): NamedInstance | undefined {
  const { options, shared, report } = environment;
  const [first, second] = lines;
  if (second !== undefined && !plugin.repeatable) {
    report({
      code: 'server/repeated-plugin',
      message: `plugin ${plugin.name} can only be used once per server block`,
      place: second.name.place,
      hint: `merge it with the one in line ${first.name.place.line}`,
    });
    return undefined;
  }
  let refused = false;
  const noting: Report = (problem) => {
    refused ||= problem.severity !== 'warning';
    report(problem);
  };
  if (plugin.retired !== undefined) {
    report({
      severity: 'warning',
      code: 'server/retired-directive',
      message: `"${plugin.name}" is an old spelling`,
      place: first.name.place,
      hint: `write "${plugin.retired}"`,
    });
  }
  const [stanza, ...others] = lines.map((line) => readStanza(plugin, line, noting));
  // An instance made from options that could not be read would only report what follows from that.
  if (stanza === undefined || refused) return undefined;
  const context = setupContext(plugin, draft, options, shared, noting);
  const instance = plugin.setup([stanza, ...others], context);
  return { name: plugin.name, reads: instance.reads ?? plugin.reads, instance };
}

function setupContext(
  plugin: Plugin,
  draft: Draft,
  options: SetupOptions,
  shared: SetupContext['shared'],
  report: Report,
): SetupContext {
  const { services } = options;
  const block: BlockContext = {
    zones: draft.plan.zones,
    servers: () => blockAddresses(draft.plan, draft.settings).map(({ where }) => listenerLabel(where)),
    listeners: () =>
      blockAddresses(draft.plan, draft.settings).flatMap(({ where }) => (where.transport === 'dns' ? [where] : [])),
    settings: draft.settings,
    instances: () => draft.instances,
  };
  return {
    block,
    logger: services.logger.withPrefix(`plugin/${plugin.name}`),
    plainLogger: services.logger,
    metrics: services.metrics,
    generations: services.generations,
    clock: services.clock,
    random: services.random,
    environment: options.environment,
    http: services.http,
    clusterAccess: services.clusterAccess,
    host: options.host,
    resolvePath: (path) => resolve(services.workingDirectory, draft.settings.root, path),
    shared,
    report,
  };
}

function sharedValues(): SetupContext['shared'] {
  const values = new Map<object, unknown>();
  return <T>(key: SharedKey<T>, make: () => T): T => {
    if (!values.has(key)) values.set(key, make());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key's type says what `make` gave
    return values.get(key) as T;
  };
}
