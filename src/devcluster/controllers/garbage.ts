import type { ApiContext } from '../api-context.ts';
import { splitKey, type Controller } from './controller.ts';
import { dependentsOf } from '../dependents.ts';

/** Deletes what a deleted object owned. */
export function garbageCollector(context: ApiContext): Controller {
  return {
    keysOf: ({ type, object }) =>
      type === 'DELETED' ? [`${object.metadata.namespace ?? ''}/${object.metadata.uid ?? ''}`] : [],
    reconcile: (key) => {
      const { namespace, name: uid } = splitKey(key);
      for (const { resource, object } of dependentsOf(context.storage, namespace, uid)) {
        context.writer.delete(resource, object.metadata.namespace, object.metadata.name);
      }
    },
  };
}
