import { familyOf } from '../address-range.ts';
import type { ApiContext } from '../api-context.ts';
import { keyOf, recordOf, recordsOf, textOf, timestamp, type JsonObject, type KubeObject } from '../objects.ts';
import { pod as podType } from '../resources/pod.ts';
import { resourceId } from '../resources/resource-type.ts';
import type { NodeSettings } from '../system-objects.ts';
import { splitKey, type Controller } from './controller.ts';

const CONDITIONS: readonly string[] = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
];

/**
 * Scheduler and kubelet: a pod that waits gets a node and addresses, and runs at once; a pod that is being deleted ends
 * at once. Pods whose manifests say how they are stay as they are.
 */
export function kubeletController(context: ApiContext, nodes: readonly NodeSettings[]): Controller {
  const { storage, writer, clock } = context;
  const id = resourceId(podType);
  const addresses = new PodAddresses(context);
  let scheduled = 0;

  const nodeFor = (pod: KubeObject): NodeSettings | undefined => {
    const name = textOf(recordOf(pod.spec).nodeName);
    const given = textOf(recordOf(pod.status).podIP);
    return (
      nodes.find((node) => node.name === name) ??
      nodes.find((node) => node.podRanges.some((range) => range.contains(given))) ??
      nodes[scheduled++ % nodes.length]
    );
  };

  return {
    keysOf: ({ resource, type, object }) => (resource === id && type !== 'DELETED' ? [keyOf(object)] : []),
    reconcile: (key) => {
      const pod = storage.get(id, key);
      if (pod === undefined) return;
      if (pod.metadata.deletionTimestamp !== undefined) {
        const { namespace, name } = splitKey(key);
        if (pod.metadata.deletionGracePeriodSeconds !== undefined && (pod.metadata.finalizers ?? []).length === 0) {
          writer.remove(podType, namespace, name);
        }
        return;
      }
      const status = recordOf(pod.status);
      if (status.phase !== 'Pending' || status.conditions !== undefined) return;
      const node = nodeFor(pod);
      if (node === undefined) return;
      const spec = { ...recordOf(pod.spec), nodeName: node.name };
      const podIPs = recordOf(pod.spec).hostNetwork === true ? [node.address] : addresses.assign(pod, node);
      const running = { ...status, ...runningStatus(pod, node, podIPs, timestamp(clock.now())) };
      storage.put(id, { ...pod, spec, status: running });
    },
  };
}

function runningStatus(pod: KubeObject, node: NodeSettings, podIPs: readonly string[], now: string): JsonObject {
  const containers = recordsOf(recordOf(pod.spec).containers);
  return {
    phase: 'Running',
    conditions: CONDITIONS.map((type) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: now })),
    hostIP: node.address,
    hostIPs: [{ ip: node.address }],
    podIP: podIPs[0],
    podIPs: podIPs.map((ip) => ({ ip })),
    startTime: now,
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
      lastState: {},
    })),
  };
}

/** The addresses that pods have: none is given twice. */
class PodAddresses {
  readonly #taken = new Set<string>();
  /** Where to look for a free one next, by the text of the range: an address is not used again at once. */
  readonly #next = new Map<string, bigint>();

  constructor(context: ApiContext) {
    context.storage.subscribe(({ resource, type, object, previous }) => {
      if (resource !== resourceId(podType)) return;
      for (const address of addressesOf(previous)) this.#taken.delete(address);
      if (type !== 'DELETED') for (const address of addressesOf(object)) this.#taken.add(address);
    });
  }

  /** One of each family of the node; those that the pod already has stay. */
  assign(pod: KubeObject, node: NodeSettings): readonly string[] {
    const given = addressesOf(pod);
    const missing = node.podRanges.filter((range) => !given.some((address) => familyOf(address) === range.family));
    // A manifest that gives an IPv4 address alone means a pod with that address, not with another one besides.
    const wanted = given.length > 0 ? [] : missing;
    return [...given, ...wanted.map((range) => this.#free(range))];
  }

  #free(range: NodeSettings['podRanges'][number]): string {
    // The first address is the network's, the second the node's bridge.
    let offset = this.#next.get(range.text) ?? 2n;
    for (let tried = 0n; tried < range.size; tried++) {
      const address = range.at(offset);
      offset = offset + 1n < range.size - 1n ? offset + 1n : 2n;
      if (this.#taken.has(address)) continue;
      this.#next.set(range.text, offset);
      return address;
    }
    return range.at(1n);
  }
}

function addressesOf(pod: KubeObject | undefined): readonly string[] {
  const status = recordOf(pod?.status);
  const list = recordsOf(status.podIPs).map(({ ip }) => textOf(ip));
  if (list.length > 0) return list;
  return textOf(status.podIP) === '' ? [] : [textOf(status.podIP)];
}
