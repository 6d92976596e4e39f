import type { ApiContext } from './api-context.ts';
import { negotiate, type Representation } from './content.ts';
import type { Exchange } from './exchange.ts';
import { listPage, matcherOf, versionOf } from './list.ts';
import { without, type JsonObject, type KubeObject } from './objects.ts';
import type { ResourcePath } from './request.ts';
import { groupVersionOf, type ResourceType } from './resources/resource-type.ts';
import { versionTooLarge } from './status.ts';
import { partialMetadata, tableOf, type IncludeObject } from './table.ts';
import { parseWatch, startWatch, type EventType } from './watch.ts';

// A client that reads more slowly than this much falls behind is cut off, as the real server does.
const WATCH_BACKLOG_LIMIT = 64 * 1024 * 1024;

/** Answers get, list and watch. Throws ApiError. */
export function readResource(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  path: ResourcePath,
  verb: 'get' | 'list' | 'watch',
): void {
  const form = negotiate(exchange.accept);
  if (verb === 'watch') {
    watchResource(context, exchange, resource, path, form);
    return;
  }
  if (verb === 'get') {
    const version = versionOf(exchange.query);
    if (version !== undefined && version > context.storage.version) {
      throw versionTooLarge(version, context.storage.version);
    }
    sendObject(context, exchange, resource, context.writer.get(resource, path.namespace, path.name ?? ''), 200, form);
    return;
  }
  const page = listPage(context.storage, resource, path.namespace ?? '', exchange.query);
  exchange.sendJson(200, listBody(context, exchange, resource, page.items, page.metadata, form), form.format);
}

function listBody(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  items: readonly KubeObject[],
  metadata: JsonObject,
  form: Representation,
): JsonObject {
  if (form.as === 'Table') {
    const options = { include: includeObject(exchange), withColumns: true };
    return tableOf(resource, items, metadata, context.clock.now(), options);
  }
  if (form.as === 'PartialObjectMetadata') {
    const kind = 'PartialObjectMetadataList';
    return { kind, apiVersion: 'meta.k8s.io/v1', metadata, items: items.map((item) => partialMetadata(item)) };
  }
  const kind = `${resource.kind}List`;
  // Items of custom resources do say what they are; those of built-in kinds do not.
  const plain = resource.schema.type === 'any' ? items : items.map((item) => without(item, 'kind', 'apiVersion'));
  return { kind, apiVersion: groupVersionOf(resource), metadata, items: plain };
}

/** One object, in the form that the client wants. */
export function sendObject(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  object: KubeObject,
  status: number,
  form: Representation,
): void {
  const body = objectBody(context, exchange, resource, object, form, true);
  exchange.sendJson(status, body, form.format);
}

function objectBody(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  object: KubeObject,
  form: Representation,
  withColumns: boolean,
): JsonObject {
  if (form.as === 'PartialObjectMetadata') return partialMetadata(object);
  if (form.as === 'Object') return object;
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  const options = { include: includeObject(exchange), withColumns };
  return tableOf(resource, [object], metadata, context.clock.now(), options);
}

function includeObject(exchange: Exchange): IncludeObject {
  const asked = exchange.query.get('includeObject');
  return asked === 'None' || asked === 'Object' ? asked : 'Metadata';
}

function watchResource(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  path: ResourcePath,
  form: Representation,
): void {
  const { query, response } = exchange;
  // A watch of one object is a watch of all with its name.
  if (path.name !== undefined) query.set('fieldSelector', `metadata.name=${path.name}`);
  const matches = matcherOf(resource, query);
  const watch = parseWatch(context.storage, resource, path.namespace ?? '', query, matches, context.random);
  exchange.startStream();
  let withColumns = true;
  const send = (type: EventType, object: KubeObject | undefined, body: JsonObject): void => {
    if (response.writableEnded || context.faults.mode === 'hanging') return;
    let shown = body;
    if (object !== undefined) shown = objectBody(context, exchange, resource, object, form, withColumns);
    else if (type === 'BOOKMARK') shown = bookmarkBody(body, form);
    if (object !== undefined) withColumns = false;
    response.write(`${JSON.stringify({ type, object: shown })}\n`);
    if (response.writableLength > WATCH_BACKLOG_LIMIT) response.destroy();
  };
  const stop = startWatch(context.storage, watch, { send, end: () => response.end() });
  response.on('close', stop);
}

function bookmarkBody(body: JsonObject, form: Representation): JsonObject {
  if (form.as === 'Object') return body;
  const { metadata } = body;
  if (form.as === 'PartialObjectMetadata') return { kind: form.as, apiVersion: 'meta.k8s.io/v1', metadata };
  return { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions: null, rows: [] };
}
