import { keyOf, recordOf, type Json, type JsonObject, type KubeObject } from './objects.ts';
import { resourceId, type ResourceType } from './resources/resource-type.ts';
import { parseFieldSelector, parseLabelSelector, type Matcher } from './selectors.ts';
import { ApiError, badRequest, expired, versionTooLarge } from './status.ts';
import type { Storage } from './storage.ts';

/** The result of a list: `metadata` is that of the List. */
export interface Page {
  readonly metadata: JsonObject;
  readonly items: readonly KubeObject[];
}

/** Which objects the query parameters of a list or watch ask for. */
export function matcherOf(resource: ResourceType, query: URLSearchParams): Matcher {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '', resource.fieldLabels);
  return (object) => labels(object) && fields(object);
}

/**
 * The `resourceVersion` of a query; undefined when there is none. One that is no number is an InternalError without a
 * reason, as the real server has it, but for lists: what `refuse` makes of it is thrown.
 */
export function versionOf(
  query: URLSearchParams,
  refuse: (why: string) => ApiError = (why) => new ApiError(500, '', why),
): number | undefined {
  const text = query.get('resourceVersion') ?? '';
  if (text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const quoted = JSON.stringify(text);
  throw refuse(`resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`);
}

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? '';
  if (/^-?\d*$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** A list as the query asks for it: selectors, `limit` and `continue`, `resourceVersion` and its match. */
export function listPage(storage: Storage, resource: ResourceType, namespace: string, query: URLSearchParams): Page {
  const matches = matcherOf(resource, query);
  const limit = limitOf(query);
  const token = query.get('continue') ?? '';
  const filtered = query.has('labelSelector') || query.has('fieldSelector');
  if (token !== '') return nextPage(storage, resource, namespace, token, limit, matches, filtered);
  const version = versionOf(query, (why) => badRequest(`invalid resource version: ${why}`));
  const match = query.get('resourceVersionMatch') ?? '';
  checkVersionMatch(match, version);
  if (version !== undefined && version > storage.version) throw versionTooLarge(version, storage.version);
  const exact = match === 'Exact' && version !== undefined;
  if (exact && version < storage.compacted) throw expired('The resourceVersion for the provided list is too old.');
  const at = exact ? version : storage.version;
  const all = exact
    ? storage.listAt(version, resourceId(resource), namespace)
    : storage.list(resourceId(resource), namespace);
  // Any version will do: the real server answers from its cache, where the limit does not count.
  return pageOf(all.filter(matches), at, version === 0 ? 0 : limit, filtered);
}

function refusedMatch(why: string, reason = 'FieldValueForbidden'): ApiError {
  const field = 'resourceVersionMatch';
  return new ApiError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${field}: ${why}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: [{ reason, message: why, field }],
  });
}

function checkVersionMatch(match: string, version: number | undefined): void {
  if (match === '') return;
  if (version === undefined)
    throw refusedMatch('Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    const why = `Unsupported value: "${match}": supported values: "Exact", "NotOlderThan", ""`;
    throw refusedMatch(why, 'FieldValueNotSupported');
  }
  if (match === 'Exact' && version === 0) {
    throw refusedMatch('Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
}

function pageOf(objects: readonly KubeObject[], version: number, limit: number, filtered: boolean): Page {
  const resourceVersion = String(version);
  const last = objects[limit - 1];
  if (limit <= 0 || objects.length <= limit || last === undefined)
    return { metadata: { resourceVersion }, items: objects };
  const remaining = filtered ? {} : { remainingItemCount: objects.length - limit };
  const metadata = { resourceVersion, continue: encodeToken(version, keyOf(last)), ...remaining };
  return { metadata, items: objects.slice(0, limit) };
}

function nextPage(
  storage: Storage,
  resource: ResourceType,
  namespace: string,
  token: string,
  limit: number,
  matches: Matcher,
  filtered: boolean,
): Page {
  const { version, start } = decodeToken(token);
  if (version >= 0 && version < storage.compacted) throw expiredPage(start);
  if (version > storage.version) throw versionTooLarge(version, storage.version);
  const consistent = version >= 0;
  const all = consistent
    ? storage.listAt(version, resourceId(resource), namespace)
    : storage.list(resourceId(resource), namespace);
  const rest = all.filter((object) => keyOf(object) > start);
  return pageOf(rest.filter(matches), consistent ? version : storage.version, limit, filtered);
}

/** The API's form: the version, and where to go on; −1 is "whatever there is by then". */
function encodeToken(version: number, key: string): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: `${key}\0` });
  return Buffer.from(text).toString('base64url');
}

function decodeToken(token: string): { version: number; start: string } {
  const text = Buffer.from(token, 'base64url').toString();
  try {
    const value: Json = JSON.parse(text);
    const { v, rv, start } = recordOf(value);
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && typeof start === 'string') {
      return { version: rv, start: start.replace(/^\//, '').replace(/\0$/, '') };
    }
  } catch {
    // Not a token of ours: refused below, as one that is JSON but says something else.
  }
  throw badRequest('invalid continue token: continue key is not valid: it is no token of a list');
}

function expiredPage(start: string): ApiError {
  return expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.',
    { continue: encodeToken(-1, start) },
  );
}
