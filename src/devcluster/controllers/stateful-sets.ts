import type { ApiContext } from '../api-context.ts';
import { labelsOf, recordOf } from '../objects.ts';
import { statefulSet as statefulSetType } from '../resources/apps.ts';
import { isPodReady, pod as podType } from '../resources/pod.ts';
import { resourceId } from '../resources/resource-type.ts';
import { splitKey, type Controller } from './controller.ts';
import { templateHash } from './deployments.ts';
import { livePods, ownerKeys, podFromTemplate, replicasOf } from './replica-sets.ts';

const REVISION = 'controller-revision-hash';

/** Pods NAME-0 and up, each with its name as the host name below the set's service. */
export function statefulSetController(context: ApiContext): Controller {
  const { storage, writer } = context;
  const id = resourceId(statefulSetType);
  return {
    keysOf: (change) => ownerKeys(change, id, 'StatefulSet'),
    reconcile: (key) => {
      const set = storage.get(id, key);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return;
      const { namespace } = splitKey(key);
      const spec = recordOf(set.spec);
      const revision = `${set.metadata.name}-${templateHash(spec.template)}`;
      const wanted = Array.from({ length: replicasOf(set) }, (_, i) => `${set.metadata.name}-${i}`);
      for (const { metadata } of livePods(context, set)) {
        const current = wanted.includes(metadata.name) && metadata.labels?.[REVISION] === revision;
        if (!current) writer.delete(podType, namespace, metadata.name);
      }
      for (const [i, name] of wanted.entries()) {
        if (storage.get(resourceId(podType), `${namespace}/${name}`) !== undefined) continue;
        const labels = {
          ...labelsOf(recordOf(recordOf(spec.template).metadata).labels),
          'apps.kubernetes.io/pod-index': String(i),
          'statefulset.kubernetes.io/pod-name': name,
          [REVISION]: revision,
        };
        writer.create(podType, podFromTemplate(set, { name, labels }, { hostname: name, subdomain: spec.serviceName }));
      }
      const pods = livePods(context, set);
      const ready = pods.filter((pod) => isPodReady(pod)).length;
      const status = {
        observedGeneration: set.metadata.generation,
        replicas: pods.length,
        readyReplicas: ready,
        availableReplicas: ready,
        currentReplicas: pods.length,
        updatedReplicas: pods.length,
        currentRevision: revision,
        updateRevision: revision,
      };
      writer.updateStatus(statefulSetType, { ...set, status });
    },
  };
}
