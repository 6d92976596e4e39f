import type { JsonObject } from './objects.ts';
import { groupVersionOf, type ResourceType } from './resources/resource-type.ts';

const VERBS: readonly string[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const STATUS_VERBS: readonly string[] = ['get', 'patch', 'update'];
const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

/** What `/version` says. The version is that of the API whose behaviour this server follows. */
export const VERSION: JsonObject = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0-clusterfirst',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
};

/** `/api`: the versions of the core group. */
export function coreVersions(address: string): JsonObject {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  };
}

/** The groups besides the core, each with its versions, in the order of the resources. */
function groupsOf(resources: readonly ResourceType[]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const { group, version } of resources) {
    if (group === '') continue;
    groups.set(group, (groups.get(group) ?? new Set()).add(version));
  }
  return groups;
}

/** `/apis`. */
export function groupList(resources: readonly ResourceType[]): JsonObject {
  const groups = [...groupsOf(resources)].map(([name, versions]) => groupEntry(name, versions));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups };
}

/** `/apis/GROUP`; undefined when there is no such group. */
export function groupOf(resources: readonly ResourceType[], name: string): JsonObject | undefined {
  const versions = groupsOf(resources).get(name);
  return versions === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(name, versions) };
}

function groupEntry(name: string, versions: ReadonlySet<string>): JsonObject {
  const list = [...versions].map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: list, preferredVersion: list[0] };
}

/** `/api/v1`, `/apis/GROUP/VERSION`. */
export function resourceList(resources: readonly ResourceType[], group: string, version: string): JsonObject {
  const own = resources.filter((row) => row.group === group && row.version === version);
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: groupVersionOf({ group, version }),
    resources: own.flatMap((row) => {
      const main: JsonObject = {
        name: row.plural,
        singularName: row.singular,
        namespaced: row.namespaced,
        kind: row.kind,
        verbs: VERBS,
        ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
        ...(row.categories.length > 0 ? { categories: row.categories } : {}),
      };
      const status = { singularName: '', namespaced: row.namespaced, kind: row.kind, verbs: STATUS_VERBS };
      const scale = { singularName: '', namespaced: row.namespaced, ...SCALE, verbs: STATUS_VERBS };
      return [
        main,
        ...(row.hasScale ? [{ name: `${row.plural}/scale`, ...scale }] : []),
        ...(row.hasStatus ? [{ name: `${row.plural}/status`, ...status }] : []),
      ];
    }),
  };
}

/** The aggregated form that clients since 1.26 ask for: of the core group, or of all others. */
export function aggregatedDiscovery(resources: readonly ResourceType[], core: boolean, version: string): JsonObject {
  const groups: ReadonlyMap<string, ReadonlySet<string>> = core
    ? new Map([['', new Set(['v1'])]])
    : groupsOf(resources);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: [...groups].map(([name, versions]) => ({
      metadata: { name, creationTimestamp: null },
      versions: [...versions].map((groupVersion) => ({
        version: groupVersion,
        freshness: 'Current',
        resources: resources
          .filter((row) => row.group === name && row.version === groupVersion)
          .map((row) => aggregatedResource(row)),
      })),
    })),
  };
}

function aggregatedResource(row: ResourceType): JsonObject {
  const responseKind = { group: row.group, version: row.version, kind: row.kind };
  return {
    resource: row.plural,
    responseKind,
    scope: row.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: row.singular,
    verbs: VERBS,
    ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
    ...(row.categories.length > 0 ? { categories: row.categories } : {}),
    ...(row.hasStatus || row.hasScale ? { subresources: aggregatedSubresources(row) } : {}),
  };
}

function aggregatedSubresources(row: ResourceType): readonly JsonObject[] {
  const responseKind = { group: row.group, version: row.version, kind: row.kind };
  return [
    ...(row.hasScale ? [{ subresource: 'scale', responseKind: SCALE, verbs: STATUS_VERBS }] : []),
    ...(row.hasStatus ? [{ subresource: 'status', responseKind, verbs: STATUS_VERBS }] : []),
  ];
}
