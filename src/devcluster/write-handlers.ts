import type { ApiContext } from './api-context.ts';
import { mediaTypeOf, negotiate, parseBody } from './content.ts';
import { decodeObject, fieldValidationOf } from './decode-object.ts';
import type { Exchange } from './exchange.ts';
import { matcherOf } from './list.ts';
import { recordOf, textOf, type JsonObject, type KubeObject } from './objects.ts';
import { patchResource } from './patch/patch-resource.ts';
import { sendObject } from './read-handlers.ts';
import { placed, storeUpdate } from './placement.ts';
import { decodeProtobuf, PROTOBUF } from './protobuf.ts';
import type { ResourcePath, Verb } from './request.ts';
import { groupVersionOf, resourceId, type ResourceType } from './resources/resource-type.ts';
import { methodNotAllowed } from './status.ts';
import type { DeleteOptions } from './writer.ts';

/** Answers create, update, patch, delete and deletecollection. Throws ApiError. */
export async function writeResource(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  path: ResourcePath,
  verb: Verb,
): Promise<void> {
  const form = negotiate(exchange.accept);
  const body = await exchange.body();
  const type = mediaTypeOf(exchange.request.headers['content-type']);
  switch (verb) {
    case 'create': {
      if (resource.namespaced && path.namespace === undefined) throw methodNotAllowed();
      const object = readObject(exchange, resource, path, objectIn(body, type, resource));
      sendObject(context, exchange, resource, context.writer.create(resource, object, exchange.dryRun), 201, form);
      return;
    }
    case 'update': {
      const object = readObject(exchange, resource, path, objectIn(body, type, resource));
      const stored = storeUpdate(context, resource, path, object, exchange.dryRun);
      sendObject(context, exchange, resource, stored, 200, form);
      return;
    }
    case 'patch': {
      const { object, created } = patchResource(context, exchange, resource, path, body, type);
      sendObject(context, exchange, resource, object, created ? 201 : 200, form);
      return;
    }
    case 'delete': {
      const options = deleteOptions(exchange, body, type);
      const { object, gone } = context.writer.delete(resource, path.namespace, path.name ?? '', options);
      if (gone && !resource.returnsDeleted) exchange.sendJson(200, deletedStatus(resource, object));
      else sendObject(context, exchange, resource, object, 200, form);
      return;
    }
    case 'deletecollection': {
      const options = deleteOptions(exchange, body, type);
      const matches = matcherOf(resource, exchange.query);
      const objects = context.storage.list(resourceId(resource), path.namespace ?? '').filter(matches);
      for (const { metadata } of objects) context.writer.delete(resource, metadata.namespace, metadata.name, options);
      const items = objects.map((object): JsonObject => object);
      exchange.sendJson(200, {
        kind: `${resource.kind}List`,
        apiVersion: groupVersionOf(resource),
        metadata: {},
        items,
      });
      return;
    }
    case 'get':
    case 'list':
    case 'watch':
      throw methodNotAllowed();
  }
}

function objectIn(body: Buffer, type: string, resource: ResourceType): JsonObject {
  return type === PROTOBUF ? decodeProtobuf(body, resource.schema) : parseBody(body, type);
}

/** The object in a body, with the namespace and name of the path. Throws BadRequest. */
function readObject(exchange: Exchange, resource: ResourceType, path: ResourcePath, body: JsonObject): KubeObject {
  const { object, warnings } = decodeObject(resource, body, fieldValidationOf(exchange.query));
  exchange.warn(warnings);
  return placed(object, path);
}

function deleteOptions(exchange: Exchange, body: Buffer, type: string): DeleteOptions {
  const given = body.length === 0 ? {} : parseBody(body, type);
  const inQuery = exchange.query.get('gracePeriodSeconds');
  const grace = inQuery === null ? given.gracePeriodSeconds : Number(inQuery);
  const { uid, resourceVersion } = recordOf(given.preconditions);
  return {
    dryRun: exchange.dryRun || (Array.isArray(given.dryRun) && given.dryRun.includes('All')),
    ...(typeof grace === 'number' ? { gracePeriodSeconds: grace } : {}),
    preconditions: {
      ...(uid === undefined ? {} : { uid: textOf(uid) }),
      ...(resourceVersion === undefined ? {} : { resourceVersion: textOf(resourceVersion) }),
    },
  };
}

function deletedStatus(resource: ResourceType, object: KubeObject): JsonObject {
  const { name, uid } = object.metadata;
  const group = resource.group === '' ? {} : { group: resource.group };
  const details = { name, ...group, kind: resource.plural, uid };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
