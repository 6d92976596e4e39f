import type { ApiContext } from '../api-context.ts';
import { controllerReference, isOwnedBy } from '../dependents.ts';
import { keyOf, recordOf, type JsonObject, type KubeObject } from '../objects.ts';
import { replicaSet as replicaSetType } from '../resources/apps.ts';
import { isPodReady, pod as podType } from '../resources/pod.ts';
import { resourceId } from '../resources/resource-type.ts';
import type { Change } from '../storage.ts';
import { splitKey, type Controller } from './controller.ts';

/** The keys of the objects of a kind that own what changed, and of that kind itself. */
export function ownerKeys(change: Change, resource: string, kind: string): readonly string[] {
  const { object } = change;
  if (change.resource === resource) return [keyOf(object)];
  const owners = (object.metadata.ownerReferences ?? []).filter((owner) => owner.kind === kind);
  return owners.map((owner) => `${object.metadata.namespace ?? ''}/${owner.name}`);
}

/** A pod of a template, with a name of its own or one that is generated. */
export function podFromTemplate(
  owner: KubeObject,
  name: Partial<KubeObject['metadata']>,
  extra: JsonObject = {},
): KubeObject {
  const template = recordOf(recordOf(owner.spec).template);
  const metadata: JsonObject = {
    ...recordOf(template.metadata),
    name: '',
    ...name,
    namespace: owner.metadata.namespace,
    ownerReferences: controllerReference(owner),
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, name: name.name ?? '' },
    spec: { ...recordOf(template.spec), ...extra },
  };
}

export function replicasOf(object: KubeObject): number {
  const { replicas } = recordOf(object.spec);
  return typeof replicas === 'number' ? replicas : 1;
}

/** The pods that an object owns and that are not on their way out. */
export function livePods(context: ApiContext, owner: KubeObject): readonly KubeObject[] {
  return context.storage
    .list(resourceId(podType), owner.metadata.namespace)
    .filter((pod) => isOwnedBy(pod, owner.metadata.uid) && pod.metadata.deletionTimestamp === undefined);
}

export function replicaSetController(context: ApiContext): Controller {
  const { storage, writer } = context;
  const id = resourceId(replicaSetType);
  return {
    keysOf: (change) => ownerKeys(change, id, 'ReplicaSet'),
    reconcile: (key) => {
      const set = storage.get(id, key);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
      const { namespace } = splitKey(key);
      const wanted = replicasOf(set);
      const pods = livePods(context, set);
      for (let i = pods.length; i < wanted; i++) {
        writer.create(podType, podFromTemplate(set, { generateName: `${set.metadata.name}-` }));
      }
      for (const pod of pods.slice(wanted)) writer.delete(podType, namespace, pod.metadata.name);
      const current = livePods(context, set);
      const ready = current.filter((pod) => isPodReady(pod)).length;
      const status = {
        replicas: current.length,
        fullyLabeledReplicas: current.length,
        readyReplicas: ready,
        availableReplicas: ready,
        observedGeneration: set.metadata.generation,
      };
      writer.updateStatus(replicaSetType, { ...set, status });
    },
  };
}
