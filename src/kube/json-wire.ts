import { decodeJson } from './decode-json.ts';
import type { IsStored, SharedValues } from './decoded-object.ts';
import { LineSplitter, WireError } from './frames.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { ListSplitter } from './list-splitter.ts';
import { INITIAL_EVENTS_END, NAME_ONLY, toApiError } from './watch-event.ts';
import type { ResourceKind } from './resources.ts';
import type { ListMeta, WatchEvent, WireFormat } from './wire-format.ts';

/** The API's JSON form: a list is one object, a watch is one event a line. */
export const jsonWire: WireFormat = {
  listReader(kind, shared, isStored) {
    const splitter = new ListSplitter();
    return {
      *push(chunk) {
        for (const item of splitter.push(chunk)) yield decodeJson(kind, parseJson(item), shared, isStored);
      },
      end: () => readListMeta(parseJson(splitter.end())),
    };
  },

  watchReader(kind, shared, isStored) {
    const splitter = new LineSplitter();
    return {
      *push(chunk) {
        for (const line of splitter.push(chunk)) yield readEvent(kind, parseJson(line), shared, isStored);
      },
    };
  },
};

function parseJson(bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    // Enough to see what sort of text it is: a proxy's page, a cut object.
    throw new WireError(`the answer is not JSON: ${JSON.stringify(text.slice(0, 80))}`);
  }
}

function readListMeta(list: unknown): ListMeta {
  const metadata = isJsonObject(list) ? list['metadata'] : undefined;
  if (!isJsonObject(metadata) || typeof metadata['resourceVersion'] !== 'string') {
    throw new WireError('the answer is not a list: it has no metadata.resourceVersion');
  }
  const token = metadata['continue'];
  return { resourceVersion: metadata['resourceVersion'], continueToken: typeof token === 'string' ? token : '' };
}

function readEvent(kind: ResourceKind, event: unknown, shared: SharedValues, isStored: IsStored): WatchEvent {
  if (!isJsonObject(event)) throw new WireError('a watch event is not an object');
  const { type, object } = event;
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
      return { type, item: decodeJson(kind, object, shared, isStored) };
    case 'DELETED':
      return { type, item: decodeJson(kind, object, shared, NAME_ONLY) };
    case 'BOOKMARK':
      return readBookmark(object);
    case 'ERROR':
      return { type, error: toApiError(object) };
    default:
      return { type: 'UNKNOWN', name: String(type) };
  }
}

function readBookmark(object: unknown): WatchEvent {
  const metadata: JsonObject = isJsonObject(object) && isJsonObject(object['metadata']) ? object['metadata'] : {};
  const version = metadata['resourceVersion'];
  const annotations = isJsonObject(metadata['annotations']) ? metadata['annotations'] : {};
  return {
    type: 'BOOKMARK',
    resourceVersion: typeof version === 'string' ? version : '',
    endsInitialEvents: annotations[INITIAL_EVENTS_END] === 'true',
  };
}
