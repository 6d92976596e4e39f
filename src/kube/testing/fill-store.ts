import { decodeJson } from '../decode-json.ts';
import { SharedValues } from '../decoded-object.ts';
import { isJsonObject, type JsonObject, objectField } from '../json.ts';
import { IMPORTED_SERVICE_LABEL } from '../make-resource.ts';
import type { Resource, ResourceKind } from '../resources.ts';
import { ClusterStore } from '../store.ts';

export interface FillOptions {
  /** What counts as watched, and as synced afterwards. Default: Service, EndpointSlice and Namespace. */
  readonly kinds?: readonly ResourceKind[];
  /** Milliseconds since 1970. Default: a fixed moment. */
  readonly now?: () => number;
}

/**
 * A synced store with these manifests (parsed YAML or JSON), as the API server would list them: other kinds are left
 * out, finished pods are not there, a slice with the multi-cluster label is an ImportedSlice too if those are among
 * `kinds`. Throws when a manifest is no valid object.
 */
export function fillStore(manifests: readonly unknown[], options: FillOptions = {}): ClusterStore {
  const kinds = options.kinds ?? ['Service', 'EndpointSlice', 'Namespace'];
  const store = new ClusterStore({ kinds, now: options.now ?? (() => 1_700_000_000_000) });
  for (const kind of kinds) {
    const relist = store.beginRelist(kind);
    for (const manifest of manifests) {
      if (isListed(kind, manifest)) relist.add(toResource(kind, manifest));
    }
    relist.finish();
  }
  return store;
}

/** Adds or replaces one object in a store, as a watch event would. */
export function applyManifest(store: ClusterStore, kind: ResourceKind, manifest: unknown): void {
  store.upsert(toResource(kind, manifest));
}

/** The object of a manifest; without a resourceVersion of its own it gets one that differs when the text differs. */
export function toResource(kind: ResourceKind, manifest: unknown): Resource {
  const decoded = decodeJson(kind, manifest, new SharedValues(), () => false);
  if (decoded.object === undefined) throw new TypeError(`${kind} ${decoded.name}: ${decoded.problem}`);
  if (decoded.resourceVersion !== '') return decoded.object;
  return { ...decoded.object, resourceVersion: JSON.stringify(manifest) };
}

function isListed(kind: ResourceKind, manifest: unknown): boolean {
  if (!isJsonObject(manifest)) return false;
  if (kind === 'ImportedSlice') return manifest['kind'] === 'EndpointSlice' && hasImportLabel(manifest);
  if (manifest['kind'] !== kind) return false;
  const phase = objectField(manifest, 'status')['phase'];
  return kind !== 'Pod' || (phase !== 'Succeeded' && phase !== 'Failed' && phase !== 'Unknown');
}

function hasImportLabel(slice: JsonObject): boolean {
  return IMPORTED_SERVICE_LABEL in objectField(objectField(slice, 'metadata'), 'labels');
}
