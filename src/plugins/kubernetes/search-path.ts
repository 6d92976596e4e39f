import type { DomainName } from '../../dns/name.ts';
import type { ClusterStore } from '../../kube/store.ts';
import type { Query } from '../../plugin-api/query.ts';
import { nameBelow } from './target-name.ts';
import type { ServedZones } from './zones.ts';

/**
 * The search domains that the kubelet gave to the pod that asks, as far as they are the cluster's: `NAMESPACE.svc.ZONE`, `svc.ZONE`, `ZONE`.
 * Undefined for a client that is no pod, or that could be pods of several namespaces because they share their node's address.
 */
export function searchPath(
  store: ClusterStore,
  zones: ServedZones,
  query: Query,
): readonly [DomainName, DomainName, DomainName] | undefined {
  const zone = zones.find(query.question.name);
  if (zone === undefined || zone.isReverse) return undefined;
  const [pod, ...others] = store.podsByAddress(query.client.address);
  if (pod === undefined || others.some(({ namespace }) => namespace !== pod.namespace)) return undefined;
  const services = nameBelow(['svc'], zone.name);
  const own = services === undefined ? undefined : nameBelow([pod.namespace], services);
  return services === undefined || own === undefined ? undefined : [own, services, zone.name];
}
