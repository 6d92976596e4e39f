import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ApiContext } from './api-context.ts';
import { mediaRanges, negotiate } from './content.ts';
import { aggregatedDiscovery, coreVersions, groupList, groupOf, resourceList, VERSION } from './discovery.ts';
import { Exchange } from './exchange.ts';
import { openApiDocument, openApiIndex } from './openapi.ts';
import { readResource } from './read-handlers.ts';
import { parseResourcePath, type ResourcePath, type Verb } from './request.ts';
import { authenticate, authorize } from './rights.ts';
import type { ResourceType } from './resources/resource-type.ts';
import { answerScale } from './scale.ts';
import { ApiError, methodNotAllowed, noSuchResource, tooManyRequests } from './status.ts';
import { writeResource } from './write-handlers.ts';

/** Answers one request, whatever it is; never throws. */
export async function handleRequest(
  context: ApiContext,
  request: IncomingMessage,
  response: ServerResponse,
  encrypted: boolean,
): Promise<void> {
  const exchange = new Exchange(request, response, encrypted);
  try {
    const retryAfter = context.faults.takeOverload();
    if (retryAfter !== undefined) throw tooManyRequests(retryAfter);
    await route(context, exchange);
  } catch (error) {
    if (error instanceof ApiError) {
      exchange.sendError(error);
      return;
    }
    // Whoever asked has gone.
    if (request.destroyed) return;
    const text = error instanceof Error ? error.message : String(error);
    context.logger.error(`${request.method ?? ''} ${exchange.path}: ${text}`);
    exchange.sendError(new ApiError(500, 'InternalError', `Internal error occurred: ${text}`));
  }
}

async function route(context: ApiContext, exchange: Exchange): Promise<void> {
  const user = authenticate(exchange.request.headers.authorization, exchange.encrypted);
  const path = parseResourcePath(exchange.path);
  if (path?.plural === undefined) {
    routeGeneral(context, exchange);
    return;
  }
  const verb = verbOf(exchange, path);
  authorize(user, verb, path);
  const resource = context.catalogue.byPath(path.group, path.version, path.plural);
  if (resource === undefined) {
    if (context.catalogue.hasGroup(path.group, path.version)) throw noSuchResource();
    exchange.sendText(404, '404 page not found\n');
    return;
  }
  if (path.subresource !== undefined && !subresourcesOf(resource).includes(path.subresource)) throw noSuchResource();
  if (!resource.namespaced && path.namespace !== undefined) throw noSuchResource();
  if (path.subresource === 'scale') await answerScale(context, exchange, resource, path, verb);
  else if (verb === 'get' || verb === 'list' || verb === 'watch') readResource(context, exchange, resource, path, verb);
  else await writeResource(context, exchange, resource, path, verb);
}

function subresourcesOf(resource: ResourceType): readonly string[] {
  return [
    ...(resource.hasStatus ? ['status'] : []),
    ...(resource.hasScale ? ['scale'] : []),
    ...(resource.plural === 'namespaces' ? ['finalize'] : []),
  ];
}

function verbOf(exchange: Exchange, path: ResourcePath): Verb {
  const named = path.name !== undefined;
  switch (exchange.request.method) {
    case 'GET':
    case 'HEAD': {
      const watch = exchange.query.get('watch') ?? '';
      if (watch === 'true' || watch === '1') return 'watch';
      return named ? 'get' : 'list';
    }
    case 'POST':
      if (!named) return 'create';
      break;
    case 'PUT':
      if (named) return 'update';
      break;
    case 'PATCH':
      if (named) return 'patch';
      break;
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    case undefined:
    default:
  }
  throw methodNotAllowed();
}

/** Everything that is no resource: versions, health, discovery, documents. */
function routeGeneral(context: ApiContext, exchange: Exchange): void {
  const { path } = exchange;
  const resources = context.catalogue.all();
  if (exchange.request.method !== 'GET' && exchange.request.method !== 'HEAD') throw methodNotAllowed();
  if (/^\/(?:healthz|readyz|livez)(?:\/|$)/.test(path)) {
    exchange.sendText(200, 'ok');
    return;
  }
  const document = generalDocument(context, exchange);
  if (document !== undefined) {
    negotiate(exchange.accept?.replace(/;g=apidiscovery[^,]*/g, ''));
    exchange.sendJson(200, document);
    return;
  }
  if (path === '/api' || path === '/apis') {
    const version = aggregatedVersion(exchange.accept ?? '');
    if (version !== undefined) {
      const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
      exchange.sendJson(200, aggregatedDiscovery(resources, path === '/api', version), 'json', contentType);
    } else {
      const address = exchange.request.headers.host ?? '';
      exchange.sendJson(200, path === '/api' ? coreVersions(address) : groupList(resources));
    }
    return;
  }
  exchange.sendText(404, '404 page not found\n');
}

function generalDocument(context: ApiContext, exchange: Exchange): ReturnType<typeof groupOf> {
  const { path } = exchange;
  const resources = context.catalogue.all();
  if (path === '/version' || path === '/version/') return VERSION;
  if (path === '/openapi/v3') return openApiIndex(resources);
  const openApi = /^\/openapi\/v3\/(?:api\/(v1)|apis\/([^/]+)\/([^/]+))$/.exec(path);
  if (openApi !== null) {
    const [, core, group = '', version = core ?? ''] = openApi;
    return context.catalogue.hasGroup(group, version) ? openApiDocument(resources, group, version) : undefined;
  }
  if (path === '/openapi/v2') return { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.32.0' }, paths: {} };
  const group = /^\/apis\/([^/]+)$/.exec(path)?.[1];
  if (group !== undefined) return groupOf(resources, group);
  const groupVersion = parseResourcePath(path);
  if (groupVersion === undefined || !context.catalogue.hasGroup(groupVersion.group, groupVersion.version))
    return undefined;
  return resourceList(resources, groupVersion.group, groupVersion.version);
}

/** The version of aggregated discovery that the client asks for, unless it prefers the plain form. */
function aggregatedVersion(accept: string): string | undefined {
  for (const { type, parameters } of mediaRanges(accept)) {
    if (type !== 'application/json') continue;
    if (parameters.get('as') !== 'APIGroupDiscoveryList') return undefined;
    const version = parameters.get('v');
    if (version === 'v2' || version === 'v2beta1') return version;
  }
  return undefined;
}
