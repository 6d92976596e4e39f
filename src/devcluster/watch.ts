import type { Json, JsonObject, KubeObject } from './objects.ts';
import { versionOf } from './list.ts';
import { groupVersionOf, resourceId, type ResourceType } from './resources/resource-type.ts';
import type { Matcher } from './selectors.ts';
import { ApiError, expired } from './status.ts';
import type { Change, Storage } from './storage.ts';

/** Where the events of a watch go. */
export interface EventSink {
  /** `object` is undefined for a bookmark and an error, whose `body` is complete. */
  readonly send: (type: EventType, object: KubeObject | undefined, body: JsonObject) => void;
  readonly end: () => void;
}

export type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

export interface WatchRequest {
  readonly resource: ResourceType;
  /** Empty: all. */
  readonly namespace: string;
  readonly matches: Matcher;
  /** What to start with: `initial` everything there is, else the changes after `version`. */
  readonly initial: boolean;
  /** Say when the initial events are over. */
  readonly announceEnd: boolean;
  readonly version: number;
  readonly bookmarks: boolean;
  readonly seconds: number;
}

// The real server ends a watch without timeoutSeconds after 30 to 60 minutes.
const LEAST_SECONDS = 1800;
// The real server says where it is once a minute, and shortly before it ends a watch.
const BOOKMARK_MILLISECONDS = 60_000;
const LAST_BOOKMARK_MILLISECONDS = 2000;

/** Reads the query of a watch. Throws ApiError. */
export function parseWatch(
  storage: Storage,
  resource: ResourceType,
  namespace: string,
  query: URLSearchParams,
  matches: Matcher,
  random: () => number,
): WatchRequest {
  const asked = versionOf(query);
  const streamed = query.get('sendInitialEvents');
  checkInitialEvents(query);
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || LEAST_SECONDS * (1 + random());
  const initial = streamed === null ? asked === undefined || asked === 0 : streamed === 'true';
  return {
    resource,
    namespace,
    matches,
    initial,
    announceEnd: streamed === 'true' && query.get('allowWatchBookmarks') === 'true',
    version: initial || asked === undefined || asked === 0 ? storage.version : asked,
    bookmarks: query.get('allowWatchBookmarks') === 'true',
    seconds,
  };
}

function checkInitialEvents(query: URLSearchParams): void {
  const streamed = query.has('sendInitialEvents');
  const match = query.get('resourceVersionMatch') ?? '';
  let why = '';
  if (streamed && match !== 'NotOlderThan') {
    why = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  } else if (!streamed && match !== '') {
    why = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
  }
  if (why === '') return;
  const field = 'resourceVersionMatch';
  throw new ApiError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${field}: Forbidden: ${why}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: [{ reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field }],
  });
}

/** Sends events until the time is up, or until the function that is returned is called. */
export function startWatch(storage: Storage, watch: WatchRequest, sink: EventSink): () => void {
  const { resource, matches } = watch;
  if (!watch.initial && watch.version < storage.compacted) {
    const error = expired(`too old resource version: ${watch.version} (${storage.compacted})`);
    sink.send('ERROR', undefined, error.status);
    sink.end();
    return () => {};
  }
  const bookmark = (annotations: JsonObject = {}): void => {
    const metadata = { resourceVersion: String(storage.version), ...annotations };
    const body = { kind: resource.kind, apiVersion: groupVersionOf(resource), metadata, ...resource.emptyBody };
    sink.send('BOOKMARK', undefined, body);
  };
  const id = resourceId(resource);
  const deliver = (change: Change): void => {
    if (change.resource !== id) return;
    if (watch.namespace !== '' && change.object.metadata.namespace !== watch.namespace) return;
    const event = eventFor(change, matches);
    if (event !== undefined) sink.send(event.type, event.object, event.object);
  };
  if (watch.initial) {
    for (const object of storage.list(id, watch.namespace)) if (matches(object)) sink.send('ADDED', object, object);
    if (watch.announceEnd) bookmark({ annotations: { 'k8s.io/initial-events-end': 'true' } });
  } else {
    for (const change of storage.since(watch.version)) deliver(change);
  }
  const unsubscribe = storage.subscribe(deliver);
  const timers = watch.bookmarks ? bookmarkTimers(watch.seconds * 1000, bookmark) : [];
  const stop = (): void => {
    unsubscribe();
    clearTimeout(deadline);
    for (const timer of timers) clearInterval(timer);
  };
  const deadline = setTimeout(() => {
    stop();
    sink.end();
  }, watch.seconds * 1000);
  return stop;
}

function bookmarkTimers(milliseconds: number, bookmark: () => void): NodeJS.Timeout[] {
  const last = Math.max(0, milliseconds - LAST_BOOKMARK_MILLISECONDS);
  return [setInterval(bookmark, BOOKMARK_MILLISECONDS), setTimeout(bookmark, last)];
}

/**
 * What a watch with selectors sees of a change: an object that begins to match is ADDED, one that no longer matches is
 * DELETED, with its last state that matched and the version of the change.
 */
function eventFor(change: Change, matches: Matcher): { type: EventType; object: KubeObject } | undefined {
  const { object, previous } = change;
  const before = previous !== undefined && matches(previous);
  const after = change.type !== 'DELETED' && matches(object);
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object };
  if (!before) return undefined;
  const resourceVersion: Json = object.metadata.resourceVersion ?? '';
  return { type: 'DELETED', object: { ...previous, metadata: { ...previous.metadata, resourceVersion } } };
}
