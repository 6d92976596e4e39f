import type { ApiContext } from '../api-context.ts';
import { parseJson, parseYaml } from '../content.ts';
import { decodeObject, fieldValidationOf } from '../decode-object.ts';
import type { Exchange } from '../exchange.ts';
import { isJsonObject, keyOf, recordOf, type Json, type JsonObject, type KubeObject } from '../objects.ts';
import type { ResourcePath } from '../request.ts';
import { groupVersionOf, resourceId, type ResourceType } from '../resources/resource-type.ts';
import { badRequest, unsupportedMediaType } from '../status.ts';
import { placed, storeUpdate } from '../placement.ts';
import { applyConfiguration } from './apply.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMerge } from './strategic-merge.ts';

type Patcher = (document: JsonObject, patch: Json, resource: ResourceType) => Json;

const PATCHERS: Readonly<Record<string, Patcher>> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': (document, patch, resource) => {
    if (!isJsonObject(patch)) throw badRequest('a strategic merge patch is an object');
    // As in the real server: custom resources have no schema to merge by.
    if (resource.schema.type === 'any') throw unsupportedMediaType(acceptedTypes(resource));
    return strategicMerge(document, patch, resource.schema);
  },
};

const APPLY = 'application/apply-patch+yaml';

function acceptedTypes(resource: ResourceType): readonly string[] {
  const types = [...Object.keys(PATCHERS), APPLY];
  return resource.schema.type === 'any' ? types.filter((type) => !type.includes('strategic')) : types;
}

/** Applies the patch in the body and stores the result. Throws ApiError. */
export function patchResource(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  path: ResourcePath,
  body: Buffer,
  type: string,
): { readonly object: KubeObject; readonly created: boolean } {
  if (type === APPLY) return applyPatch(context, exchange, resource, path, body);
  const patcher = Object.hasOwn(PATCHERS, type) ? PATCHERS[type] : undefined;
  if (patcher === undefined) throw unsupportedMediaType(acceptedTypes(resource));
  const old = context.writer.get(resource, path.namespace, path.name ?? '');
  const patched = patcher(old, parseJson(body.toString()), resource);
  return { object: store(context, exchange, resource, path, patched), created: false };
}

function store(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  path: ResourcePath,
  patched: Json,
): KubeObject {
  if (!isJsonObject(patched)) throw badRequest('the result of the patch is not an object');
  const { object, warnings } = decodeObject(resource, patched, fieldValidationOf(exchange.query));
  exchange.warn(warnings);
  return storeUpdate(context, resource, path, placed(object, path), exchange.dryRun);
}

/** What kubectl applied before it changed to server-side apply, which the real server takes over from managedFields. */
function lastApplied(object: KubeObject, manager: string): Json | undefined {
  const text = object.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
  return text === undefined || manager !== 'kubectl' ? undefined : parseJson(text);
}

function applyPatch(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  path: ResourcePath,
  body: Buffer,
): { readonly object: KubeObject; readonly created: boolean } {
  const manager = exchange.query.get('fieldManager') ?? '';
  if (manager === '') {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const given = parseYaml(body.toString());
  if (!isJsonObject(given)) throw badRequest('the body of the request is not an object');
  const { object: decoded, warnings } = decodeObject(resource, given, fieldValidationOf(exchange.query));
  exchange.warn(warnings);
  const wanted = placed(decoded, path);
  const key = keyOf(wanted);
  const old = context.storage.get(resourceId(resource), key);
  const applied = context.applied.of(resourceId(resource), key, manager);
  if (old === undefined) {
    const object = context.writer.create(resource, wanted, exchange.dryRun);
    if (!exchange.dryRun) context.applied.remember(resourceId(resource), key, manager, wanted);
    return { object, created: true };
  }
  const merged = applyConfiguration(old, wanted, applied ?? lastApplied(old, manager), resource.schema);
  const object = store(context, exchange, resource, path, {
    ...recordOf(merged),
    apiVersion: groupVersionOf(resource),
  });
  if (!exchange.dryRun) context.applied.remember(resourceId(resource), key, manager, wanted);
  return { object, created: false };
}
