import type { Storage } from '../storage.ts';
import { deployment, replicaSet, statefulSet } from './apps.ts';
import { configMap, event, lease, namespace, node, secret, serviceAccount } from './core.ts';
import { customResourceDefinition, customResources } from './custom-resources.ts';
import { endpoints, endpointSlice } from './endpoints.ts';
import { pod } from './pod.ts';
import { resourceId, type ResourceType } from './resource-type.ts';
import { service } from './service.ts';

/** The resources that every cluster has, in the order in which `kubectl get all` and `api-resources` show them. */
const BUILT_IN: readonly ResourceType[] = [
  configMap,
  endpoints,
  event,
  namespace,
  node,
  pod,
  secret,
  serviceAccount,
  service,
  customResourceDefinition,
  deployment,
  replicaSet,
  statefulSet,
  lease,
  endpointSlice,
];

/** All resources of a cluster: the built-in ones, and those of its CustomResourceDefinitions. */
export class Catalogue {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  all(): readonly ResourceType[] {
    return [...BUILT_IN, ...this.#custom()];
  }

  byPath(group: string, version: string, plural: string): ResourceType | undefined {
    return this.#find((row) => row.plural === plural && row.group === group && row.version === version);
  }

  byKind(apiVersion: string, kind: string): ResourceType | undefined {
    const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    return this.#find((row) => row.kind === kind && row.group === group && row.version === version);
  }

  hasGroup(group: string, version: string): boolean {
    return this.#find((row) => row.group === group && row.version === version) !== undefined;
  }

  #find(fits: (row: ResourceType) => boolean): ResourceType | undefined {
    return BUILT_IN.find((row) => fits(row)) ?? this.#custom().find((row) => fits(row));
  }

  #custom(): readonly ResourceType[] {
    const definitions = this.#storage.list(resourceId(customResourceDefinition));
    return definitions.flatMap((definition) => customResources(definition));
  }
}
