import type { KubeObject } from './objects.ts';
import { replicaSet } from './resources/apps.ts';
import { endpointSlice } from './resources/endpoints.ts';
import { pod } from './resources/pod.ts';
import { resourceId, type ResourceType } from './resources/resource-type.ts';
import type { Storage } from './storage.ts';

/** The kinds that controllers make for other objects. */
const OWNED: readonly ResourceType[] = [replicaSet, pod, endpointSlice];

/** The objects that name `uid` as their owner. */
export function dependentsOf(
  storage: Storage,
  namespace: string,
  uid: string,
): readonly { readonly resource: ResourceType; readonly object: KubeObject }[] {
  if (namespace === '' || uid === '') return [];
  return OWNED.flatMap((resource) =>
    storage
      .list(resourceId(resource), namespace)
      .filter((object) => isOwnedBy(object, uid))
      .map((object) => ({ resource, object })),
  );
}

export function isOwnedBy(object: KubeObject, uid: string | undefined): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}

/** The reference that a controller writes into what it makes. */
export function controllerReference(owner: KubeObject): KubeObject['metadata']['ownerReferences'] {
  const { apiVersion, kind } = owner;
  const { name, uid = '' } = owner.metadata;
  return [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }];
}
