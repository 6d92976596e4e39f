import { createHash } from 'node:crypto';

import type { ApiContext } from '../api-context.ts';
import { controllerReference, isOwnedBy } from '../dependents.ts';
import { recordOf, recordsOf, timestamp, type Json, type JsonObject, type KubeObject } from '../objects.ts';
import { deployment as deploymentType, replicaSet as replicaSetType } from '../resources/apps.ts';
import { resourceId } from '../resources/resource-type.ts';
import type { Controller } from './controller.ts';
import { ownerKeys, replicasOf } from './replica-sets.ts';

// The letters of hashes in names in Kubernetes.
const HASH_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Ten letters that stand for a template: the same for the same template. */
export function templateHash(template: Json | undefined): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(template ?? null))
    .digest();
  return [...digest.subarray(0, 10)].map((octet) => HASH_LETTERS[octet % HASH_LETTERS.length] ?? 'x').join('');
}

/** A ReplicaSet for the present template has all replicas; older ones have none. */
export function deploymentController(context: ApiContext): Controller {
  const { storage, writer, clock } = context;
  const id = resourceId(deploymentType);
  return {
    keysOf: (change) => ownerKeys(change, id, 'Deployment'),
    reconcile: (key) => {
      const deployment = storage.get(id, key);
      if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return;
      const hash = templateHash(recordOf(deployment.spec).template);
      const name = `${deployment.metadata.name}-${hash}`;
      const sets = storage
        .list(resourceId(replicaSetType), deployment.metadata.namespace)
        .filter((set) => isOwnedBy(set, deployment.metadata.uid));
      const current = sets.find((set) => set.metadata.name === name);
      if (current === undefined) writer.create(replicaSetType, replicaSetFor(deployment, name, hash));
      for (const set of sets) scale(context, set, set.metadata.name === name ? replicasOf(deployment) : 0);
      const count = (field: string): number => numberIn(recordOf(current?.status)[field]);
      const ready = count('readyReplicas');
      const status = {
        observedGeneration: deployment.metadata.generation,
        replicas: count('replicas'),
        updatedReplicas: count('replicas'),
        readyReplicas: ready,
        availableReplicas: ready,
        conditions: conditions(deployment, ready >= replicasOf(deployment), timestamp(clock.now())),
      };
      writer.updateStatus(deploymentType, { ...deployment, status });
    },
  };
}

function numberIn(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function replicaSetFor(deployment: KubeObject, name: string, hash: string): KubeObject {
  const { replicas, selector, template } = recordOf(deployment.spec);
  const label = { 'pod-template-hash': hash };
  const metadata = recordOf(recordOf(template).metadata);
  const labels = { ...recordOf(metadata.labels), ...label };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      ...(deployment.metadata.namespace === undefined ? {} : { namespace: deployment.metadata.namespace }),
      labels: { ...deployment.metadata.labels, ...label },
      ownerReferences: controllerReference(deployment) ?? [],
    },
    spec: {
      replicas,
      selector: { ...recordOf(selector), matchLabels: { ...recordOf(recordOf(selector).matchLabels), ...label } },
      template: { ...recordOf(template), metadata: { ...metadata, labels } },
    },
  };
}

function scale(context: ApiContext, set: KubeObject, replicas: number): void {
  if (replicasOf(set) === replicas) return;
  context.writer.update(replicaSetType, { ...set, spec: { ...recordOf(set.spec), replicas } });
}

function conditions(deployment: KubeObject, available: boolean, now: string): readonly JsonObject[] {
  const status = available ? 'True' : 'False';
  const old = recordsOf(recordOf(deployment.status).conditions);
  if (old[0]?.status === status) return old;
  const reason = available ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable';
  return [
    { type: 'Available', status, reason, lastTransitionTime: now, lastUpdateTime: now },
    {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      lastTransitionTime: now,
      lastUpdateTime: now,
    },
  ];
}
