import type { ApiContext } from './api-context.ts';
import { withMetadata, type KubeObject } from './objects.ts';
import type { ResourcePath } from './request.ts';
import type { ResourceType } from './resources/resource-type.ts';
import { badRequest } from './status.ts';

/** Stores an object that a client read and changed, or the part of it that the path names. */
export function storeUpdate(
  context: ApiContext,
  resource: ResourceType,
  path: ResourcePath,
  object: KubeObject,
  dryRun: boolean,
): KubeObject {
  if (path.subresource === 'status') return context.writer.updateStatus(resource, object, dryRun);
  return context.writer.update(resource, object, dryRun);
}

/** Throws BadRequest when the object says that it is another one than the path says. */
export function placed(object: KubeObject, path: ResourcePath): KubeObject {
  const { name, namespace } = object.metadata;
  if (path.name !== undefined && name !== '' && name !== path.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${path.name})`);
  }
  if (path.namespace !== undefined && namespace !== undefined && namespace !== path.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return withMetadata(object, {
    name: path.name ?? name,
    ...(path.namespace === undefined ? {} : { namespace: path.namespace }),
  });
}
