import type { ApiContext } from '../api-context.ts';
import { namespace as namespaceType, serviceAccount } from '../resources/core.ts';
import { resourceId } from '../resources/resource-type.ts';
import type { Controller } from './controller.ts';

/**
 * Empties namespaces that are being deleted, then removes them. With `accounts`, every other one gets the service
 * account that pods need.
 */
export function namespaceController(context: ApiContext, accounts: boolean): Controller {
  const { storage, writer, catalogue } = context;
  const id = resourceId(namespaceType);
  return {
    keysOf: ({ resource, type, object }) => {
      if (resource === id) return type === 'DELETED' ? [] : [object.metadata.name];
      const { namespace } = object.metadata;
      return type === 'DELETED' && namespace !== undefined ? [namespace] : [];
    },
    reconcile: (name) => {
      const namespace = storage.get(id, name);
      if (namespace === undefined) return;
      if (namespace.metadata.deletionTimestamp === undefined) {
        if (!accounts || storage.get(resourceId(serviceAccount), `${name}/default`) !== undefined) return;
        writer.put(serviceAccount, {
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { namespace: name, name: 'default' },
        });
        return;
      }
      const resources = catalogue.all().filter((resource) => resource.namespaced);
      let left = 0;
      for (const resource of resources) {
        for (const { metadata } of storage.list(resourceId(resource), name)) {
          const { gone } = writer.delete(resource, name, metadata.name, { gracePeriodSeconds: 0 });
          if (!gone) left++;
        }
      }
      if (left === 0) writer.remove(namespaceType, undefined, name);
    },
  };
}
