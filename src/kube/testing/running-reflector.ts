import { Logger } from '../../log/logger.ts';
import { Registry } from '../../metrics/registry.ts';
import { type ApiAccess, endpointAccess } from '../access.ts';
import { ApiClient } from '../client.ts';
import { SharedValues } from '../decoded-object.ts';
import { Reflector } from '../reflector.ts';
import { ReflectorMetrics } from '../reflector-metrics.ts';
import type { ReflectorTiming } from '../reflector-timing.ts';
import type { ResourceKind } from '../resources.ts';
import { ClusterStore } from '../store.ts';
import { resourceLabel, watchedResources } from '../watched-resource.ts';
import { type Answer, ScriptedApi, type ScriptedApiOptions, type SeenRequest } from './scripted-api.ts';

export interface RunningReflector {
  readonly api: ScriptedApi;
  readonly store: ClusterStore;
  readonly reflector: Reflector;
  readonly lines: string[];
  /** The requests in short: `list 0`, `next TOKEN`, `watch 223`, `stream 223`. */
  readonly asked: () => string[];
  /** A line of the metrics, without its name's prefix `clusterfirst_kubernetes_`. */
  readonly counted: (series: string) => number | undefined;
  readonly stop: () => Promise<void>;
}

export interface ReflectorSetup {
  readonly kind?: ResourceKind;
  readonly timing?: Partial<ReflectorTiming>;
  readonly labelSelector?: string;
  readonly access?: (url: string) => ApiAccess;
  readonly api?: ScriptedApiOptions;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** A running reflector against an API that gives these answers; waits are a hundredth of the real ones. */
export async function runReflector(
  answers: readonly Answer[],
  { kind = 'Service', labelSelector = '', timing, now = Date.now, ...options }: ReflectorSetup = {},
): Promise<RunningReflector> {
  const api = await ScriptedApi.start(answers, options.api);
  const access = options.access?.(api.url) ?? endpointAccess({ url: api.url });
  const registry = new Registry();
  const client = new ApiClient({ access, version: '0', metrics: registry, now });
  const everything = { watchPods: true, watchEndpointSlices: true, multicluster: true };
  const resource = watchedResources({ labelSelector, namespaceLabelSelector: '', ...everything }).find(
    (one) => one.kind === kind,
  );
  if (resource === undefined) throw new TypeError(kind);
  const store = new ClusterStore({ kinds: [kind], now });
  const lines: string[] = [];
  const logger = Logger.create((line) => lines.push(line)).withPrefix('plugin/kubernetes');
  const metrics = new ReflectorMetrics(registry, resourceLabel(resource));
  const quick = { initialWait: 8, maximumWait: 300, shortWatch: 0, ...timing };
  const common = { client, store, shared: new SharedValues(), logger, metrics, now };
  const reflector = new Reflector({ resource, ...common, random: () => 0.5, timing: quick });
  reflector.start();
  return {
    api,
    store,
    reflector,
    lines,
    asked: () => api.requests.map(inShort),
    counted: (series) => {
      const start = `clusterfirst_kubernetes_${series} `;
      const line = registry
        .expose()
        .split('\n')
        .find((one) => one.startsWith(start));
      return line === undefined ? undefined : Number(line.slice(start.length));
    },
    stop: async () => {
      await reflector.stop();
      client.close();
      await api.close();
    },
  };
}

function inShort({ query }: SeenRequest): string {
  if (query.has('sendInitialEvents')) return `stream ${query.get('resourceVersion')}`;
  if (query.has('watch')) return `watch ${query.get('resourceVersion')}`;
  return query.has('continue') ? `next ${query.get('continue')}` : `list ${query.get('resourceVersion')}`;
}

/** A Service in the API's JSON form. */
export function service(name: string, resourceVersion: string, spec: object = {}): object {
  return { metadata: { namespace: 'shop', name, resourceVersion }, spec };
}

/** An event of a watch. */
export function event(type: string, object: object): object {
  return { type, object };
}

/** A bookmark; with `true` the one that ends the first part of a streamed list. */
export function bookmark(resourceVersion: string, endsInitialEvents = false): object {
  const annotations = endsInitialEvents ? { 'k8s.io/initial-events-end': 'true' } : {};
  return { type: 'BOOKMARK', object: { metadata: { resourceVersion, annotations } } };
}

/** The names of all services in a store. */
export function serviceNames(store: ClusterStore): string[] {
  return [...store.services()].map((one) => one.name).toSorted();
}
