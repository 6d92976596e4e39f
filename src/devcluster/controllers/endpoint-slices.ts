import type { IpFamily } from '../address-range.ts';
import type { ApiContext } from '../api-context.ts';
import { controllerReference } from '../dependents.ts';
import {
  keyOf,
  printed,
  recordOf,
  recordsOf,
  sameJson,
  textsOf,
  timestamp,
  type Json,
  type JsonObject,
  type KubeObject,
} from '../objects.ts';
import { node as nodeType } from '../resources/core.ts';
import { endpointSlice as sliceType } from '../resources/endpoints.ts';
import { pod as podType } from '../resources/pod.ts';
import { resourceId } from '../resources/resource-type.ts';
import { service as serviceType } from '../resources/service.ts';
import { matchesLabels } from '../selectors.ts';
import type { Change } from '../storage.ts';
import { splitKey, type Controller } from './controller.ts';
import { portGroups, type PortGroup } from './endpoints.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

// kube-controller-manager's --max-endpoints-per-slice.
const ENDPOINTS_PER_SLICE = 100;

/** Keeps the EndpointSlices of services with a selector, as kube-controller-manager writes them. */
export function endpointSliceController(context: ApiContext): Controller {
  const { storage, writer } = context;
  const id = resourceId(serviceType);
  return {
    keysOf: (change) => serviceKeys(context, change),
    reconcile: (key) => {
      const service = storage.get(id, key);
      const { namespace, name } = splitKey(key);
      const own = storage
        .list(resourceId(sliceType), namespace)
        .filter(({ metadata: { labels } }) => labels?.[SERVICE_NAME] === name && labels[MANAGED_BY] === MANAGER);
      if (service === undefined || !hasSelector(service)) {
        // Without a selector the slices are somebody else's; those of a service that is gone are garbage.
        if (service === undefined) for (const { metadata } of own) writer.remove(sliceType, namespace, metadata.name);
        return;
      }
      const families = textsOf(recordOf(service.spec).ipFamilies);
      for (const slice of own) {
        if (!families.includes(printed(slice.addressType))) writer.remove(sliceType, namespace, slice.metadata.name);
      }
      for (const family of families) {
        if (family === 'IPv4' || family === 'IPv6') reconcileFamily(context, service, family, own);
      }
    },
  };
}

function hasSelector(service: KubeObject): boolean {
  const { selector, type } = recordOf(service.spec);
  return type !== 'ExternalName' && Object.keys(recordOf(selector)).length > 0;
}

/** A service itself; the services that a pod belongs to, or did. */
function serviceKeys(context: ApiContext, { resource, object, previous }: Change): readonly string[] {
  if (resource === resourceId(serviceType)) return [keyOf(object)];
  if (resource === resourceId(sliceType)) {
    const name = object.metadata.labels?.[SERVICE_NAME];
    return name === undefined ? [] : [`${object.metadata.namespace ?? ''}/${name}`];
  }
  if (resource !== resourceId(podType)) return [];
  const labels = [object, previous].map((pod) => pod?.metadata.labels ?? {});
  return context.storage
    .list(resourceId(serviceType), object.metadata.namespace)
    .filter((service) => hasSelector(service))
    .filter((service) => labels.some((own) => matchesLabels(recordOf(service.spec).selector, own)))
    .map((service) => keyOf(service));
}

function reconcileFamily(context: ApiContext, service: KubeObject, family: IpFamily, own: readonly KubeObject[]): void {
  const { storage, writer } = context;
  const namespace = service.metadata.namespace ?? '';
  const { selector } = recordOf(service.spec);
  const pods = storage
    .list(resourceId(podType), namespace)
    .filter((pod) => matchesLabels(selector, pod.metadata.labels ?? {}));
  const groups = portGroups(service, pods, family, (name) => zoneOf(context, name));
  const slices = own.filter((slice) => slice.addressType === family);
  const used = new Set<string>();
  for (const group of groups.values()) {
    for (const name of reconcileGroup(context, service, family, group, slices)) used.add(name);
  }
  // A service without endpoints has an empty slice: it says that the controller has seen the service.
  if (groups.size === 0) {
    const empty = { ports: null, endpoints: new Map<string, JsonObject>() };
    for (const name of reconcileGroup(context, service, family, empty, slices)) used.add(name);
  }
  for (const { metadata } of slices) if (!used.has(metadata.name)) writer.remove(sliceType, namespace, metadata.name);
}

function zoneOf(context: ApiContext, nodeName: string): string {
  const node = context.storage.get(resourceId(nodeType), nodeName);
  return node?.metadata.labels?.['topology.kubernetes.io/zone'] ?? '';
}

/** Endpoints stay in the slices that have them; new ones fill these up, then make new slices. Returns the names. */
function reconcileGroup(
  context: ApiContext,
  service: KubeObject,
  family: IpFamily,
  group: PortGroup,
  slices: readonly KubeObject[],
): readonly string[] {
  const missing = new Map(group.endpoints);
  const kept = slices
    .filter((slice) => sameJson(slice.ports, group.ports))
    .map((slice) => {
      const endpoints = recordsOf(slice.endpoints).flatMap((endpoint) => {
        const address = textsOf(endpoint.addresses)[0] ?? '';
        const current = missing.get(address);
        missing.delete(address);
        return current === undefined ? [] : [current];
      });
      return { slice, endpoints };
    });
  const added = [...missing.values()];
  for (const { endpoints } of kept) endpoints.push(...added.splice(0, ENDPOINTS_PER_SLICE - endpoints.length));
  const wanted: { slice: KubeObject | undefined; endpoints: JsonObject[] }[] = kept.filter(
    ({ endpoints }) => endpoints.length > 0,
  );
  while (added.length > 0) wanted.push({ slice: undefined, endpoints: added.splice(0, ENDPOINTS_PER_SLICE) });
  if (wanted.length === 0) wanted.push({ slice: kept[0]?.slice, endpoints: [] });
  return wanted.map(({ slice, endpoints }) => {
    const content = { endpoints: endpoints.length === 0 ? null : endpoints, ports: group.ports };
    return writeSlice(context, service, family, slice, content).metadata.name;
  });
}

function writeSlice(
  context: ApiContext,
  service: KubeObject,
  family: IpFamily,
  old: KubeObject | undefined,
  content: { readonly endpoints: Json; readonly ports: Json },
): KubeObject {
  const labels = sliceLabels(service);
  if (old !== undefined) {
    const same = sameJson(old.endpoints, content.endpoints) && sameJson(old.metadata.labels, labels);
    if (same) return old;
  }
  const { namespace = '', name } = service.metadata;
  const annotations = { [TRIGGER_TIME]: timestamp(context.clock.now()) };
  const slice: KubeObject = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      ...old?.metadata,
      name: old?.metadata.name ?? '',
      generateName: `${name}-`,
      namespace,
      labels,
      annotations: { ...old?.metadata.annotations, ...annotations },
      ownerReferences: controllerReference(service) ?? [],
    },
    addressType: family,
    ...content,
  };
  return old === undefined ? context.writer.create(sliceType, slice) : context.writer.update(sliceType, slice);
}

/** The service's own labels, and those that tie the slice to it. */
function sliceLabels(service: KubeObject): Readonly<Record<string, string>> {
  return {
    ...service.metadata.labels,
    [MANAGED_BY]: MANAGER,
    [SERVICE_NAME]: service.metadata.name,
    ...(recordOf(service.spec).clusterIP === 'None' ? { [HEADLESS]: '' } : {}),
  };
}
