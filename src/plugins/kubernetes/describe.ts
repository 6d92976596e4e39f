import type { ClusterStore } from '../../kube/store.ts';
import type { Metadata, Query } from '../../plugin-api/query.ts';
import { type NameRules, parseName } from './parse-name.ts';
import type { ServedZones } from './zones.ts';

export interface DescribeOptions {
  readonly store: ClusterStore;
  readonly zones: ServedZones;
  /** Give the labels of the topology zone too. */
  readonly zonal: boolean;
  /** Pods are watched, so that clients can be found among them. */
  readonly knowsPods: boolean;
}

/** Adds the labels of plugin metadata: the pod that asks, and the parts of the name asked for. */
export function describe(options: DescribeOptions, query: Query, metadata: Metadata): void {
  if (options.knowsPods) describeClient(options.store, query, metadata);
  const { name } = query.question;
  const zone = options.zones.find(name);
  if (zone === undefined) return;
  const rules: NameRules = { multicluster: zone.isMulticluster, zonal: options.zonal };
  const parsed = parseName(name, zone.name, rules);
  const set = (label: string, value: string): void => void metadata.set(`kubernetes/${label}`, () => value);
  if (parsed === undefined) {
    set('parse-error', 'invalid query name');
    return;
  }
  set('endpoint', parsed.endpoint);
  set('kind', parsed.kind);
  set('namespace', parsed.namespace);
  set('port-name', parsed.port);
  set('protocol', parsed.protocol);
  set('service', parsed.service);
  if (options.zonal) set('zone', parsed.topology?.zone ?? '');
}

function describeClient(store: ClusterStore, query: Query, metadata: Metadata): void {
  const pod = store.podsByAddress(query.client.address)[0];
  if (pod === undefined) return;
  metadata.set('kubernetes/client-namespace', () => pod.namespace);
  metadata.set('kubernetes/client-pod-name', () => pod.name);
  for (const [key, value] of Object.entries(pod.labels)) {
    metadata.set(`kubernetes/client-label/${key}`, () => value);
  }
}
