import type { ApiContext } from './api-context.ts';
import { mediaTypeOf, parseBody, parseJson } from './content.ts';
import type { Exchange } from './exchange.ts';
import { labelsOf, recordOf, type Json, type JsonObject, type KubeObject } from './objects.ts';
import { jsonPatch } from './patch/json-patch.ts';
import { mergePatch } from './patch/merge-patch.ts';
import type { ResourcePath, Verb } from './request.ts';
import type { ResourceType } from './resources/resource-type.ts';
import { badRequest, methodNotAllowed, unsupportedMediaType } from './status.ts';

/** Answers the subresource `scale`: how many pods a workload has, whatever its kind. Throws ApiError. */
export async function answerScale(
  context: ApiContext,
  exchange: Exchange,
  resource: ResourceType,
  path: ResourcePath,
  verb: Verb,
): Promise<void> {
  const object = context.writer.get(resource, path.namespace, path.name ?? '');
  if (verb === 'get') {
    exchange.sendJson(200, scaleOf(object));
    return;
  }
  const body = await exchange.body();
  const type = mediaTypeOf(exchange.request.headers['content-type']);
  const wanted = recordOf(changedScale(scaleOf(object), body, type, verb));
  const { replicas } = recordOf(wanted.spec);
  if (typeof replicas !== 'number') throw badRequest('spec.replicas of a Scale is a number');
  const { resourceVersion } = recordOf(wanted.metadata);
  const metadata = { ...object.metadata, ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}) };
  const scaled = { ...object, metadata, spec: { ...recordOf(object.spec), replicas } };
  exchange.sendJson(200, scaleOf(context.writer.update(resource, scaled, exchange.dryRun)));
}

function changedScale(scale: JsonObject, body: Buffer, type: string, verb: Verb): Json {
  if (verb === 'update') return parseBody(body, type);
  if (verb !== 'patch') throw methodNotAllowed();
  const patch = parseJson(body.toString());
  if (type === 'application/json-patch+json') return jsonPatch(scale, patch);
  if (type === 'application/merge-patch+json') return mergePatch(scale, patch);
  throw unsupportedMediaType(['application/json-patch+json', 'application/merge-patch+json']);
}

function scaleOf(object: KubeObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const spec = recordOf(object.spec);
  const labels = Object.entries(labelsOf(recordOf(spec.selector).matchLabels));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: {
      replicas: recordOf(object.status).replicas ?? 0,
      selector: labels.map(([key, value]) => `${key}=${value}`).join(','),
    },
  };
}
