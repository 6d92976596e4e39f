import { keyOf, type KubeObject } from '../objects.ts';
import type { Storage } from '../storage.ts';

/**
 * What each field manager applied last: what the real server reads out of `managedFields`. Kept beside the objects,
 * which stay free of it, for as long as they exist.
 */
export class AppliedConfigurations {
  readonly #byObject = new Map<string, Map<string, KubeObject>>();

  constructor(storage: Storage) {
    storage.subscribe(({ type, resource, object }) => {
      if (type === 'DELETED') this.#byObject.delete(`${resource} ${keyOf(object)}`);
    });
  }

  of(resource: string, key: string, manager: string): KubeObject | undefined {
    return this.#byObject.get(`${resource} ${key}`)?.get(manager);
  }

  remember(resource: string, key: string, manager: string, object: KubeObject): void {
    const id = `${resource} ${key}`;
    const managers = this.#byObject.get(id) ?? new Map<string, KubeObject>();
    this.#byObject.set(id, managers.set(manager, object));
  }

  clear(): void {
    this.#byObject.clear();
  }
}
