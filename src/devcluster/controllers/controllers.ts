import type { ApiContext } from '../api-context.ts';
import type { Change } from '../storage.ts';
import type { NodeSettings } from '../system-objects.ts';
import type { Controller } from './controller.ts';
import { deploymentController } from './deployments.ts';
import { endpointSliceController } from './endpoint-slices.ts';
import { garbageCollector } from './garbage.ts';
import { kubeletController } from './kubelet.ts';
import { namespaceController } from './namespaces.ts';
import { replicaSetController } from './replica-sets.ts';
import { statefulSetController } from './stateful-sets.ts';

export interface ControllerOptions {
  readonly nodes: readonly NodeSettings[];
  /** False: only what the API server itself would see to, the end of namespaces. */
  readonly simulate: boolean;
}

/** The controllers of a cluster at work: they react to changes one after the other, between requests. */
export class Controllers {
  readonly #context: ApiContext;
  readonly #controllers: readonly Controller[];
  readonly #unsubscribe: () => void;
  readonly #queues: Map<Controller, Set<string>>;
  #timer: NodeJS.Immediate | undefined;

  constructor(context: ApiContext, { nodes, simulate }: ControllerOptions) {
    this.#context = context;
    this.#controllers = simulate
      ? [
          namespaceController(context, true),
          deploymentController(context),
          replicaSetController(context),
          statefulSetController(context),
          kubeletController(context, nodes),
          endpointSliceController(context),
          garbageCollector(context),
        ]
      : [namespaceController(context, false)];
    this.#queues = new Map(this.#controllers.map((controller) => [controller, new Set<string>()]));
    this.#unsubscribe = context.storage.subscribe((change) => this.#enqueue(change));
  }

  /** Whether there is something left to do. */
  get busy(): boolean {
    return this.#timer !== undefined;
  }

  stop(): void {
    this.#unsubscribe();
    this.clear();
  }

  /** Forgets what was to be done: the cluster is another one now. */
  clear(): void {
    for (const keys of this.#queues.values()) keys.clear();
    clearImmediate(this.#timer);
    this.#timer = undefined;
  }

  #enqueue(change: Change): void {
    let due = false;
    for (const [controller, keys] of this.#queues) {
      for (const key of controller.keysOf(change)) {
        keys.add(key);
        due = true;
      }
    }
    if (due) this.#timer ??= setImmediate(() => this.#work());
  }

  #work(): void {
    for (const [controller, keys] of this.#queues) {
      const due = [...keys];
      keys.clear();
      for (const key of due) this.#reconcile(controller, key);
    }
    const more = [...this.#queues.values()].some((keys) => keys.size > 0);
    this.#timer = more ? setImmediate(() => this.#work()) : undefined;
  }

  #reconcile(controller: Controller, key: string): void {
    try {
      controller.reconcile(key);
    } catch (error) {
      // Mostly an object that is not accepted, which an event would tell its owner in a real cluster.
      const text = error instanceof Error ? error.message : String(error);
      this.#context.logger.warning(`controller: ${key}: ${text}`);
    }
  }
}
