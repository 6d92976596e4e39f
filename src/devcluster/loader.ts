import type { ManifestEntry, ManifestError } from './manifests.ts';
import { recordOf, textOf, type JsonObject } from './objects.ts';
import { ApiError } from './status.ts';

/** What loading needs of a cluster. */
export interface LoadTarget {
  readonly apply: (object: JsonObject) => void;
  readonly hasNamespace: (name: string) => boolean;
}

/** Applies one object after the other. Throws ManifestError; what came before the mistake stays. */
export function loadEntries(entries: readonly ManifestEntry[], target: LoadTarget): void {
  for (const entry of entries) {
    const namespace = textOf(recordOf(entry.value.metadata).namespace);
    if (namespace !== '' && !target.hasNamespace(namespace)) {
      const text = `there is no namespace ${namespace}; put a manifest for it in front of this one`;
      throw entry.error('metadata.namespace', text);
    }
    try {
      target.apply(entry.value);
    } catch (error) {
      throw error instanceof ApiError ? manifestError(entry, error) : error;
    }
  }
}

/** The error with the place of the first member that is wrong. */
function manifestError(entry: ManifestEntry, error: ApiError): ManifestError {
  const cause = error.details?.causes?.[0]?.field;
  const unknown = /unknown field "([^"]+)"/.exec(error.message)?.[1];
  const mistyped = /Go struct field \w+\.(\S+) of type/.exec(error.message)?.[1];
  const noKind = error.message.startsWith('no matches for kind') ? 'kind' : '';
  const field = typeof cause === 'string' ? cause : (unknown ?? mistyped ?? noKind);
  const advice = noKind === '' ? 'correct the manifest' : 'load its CustomResourceDefinition before it, or correct it';
  return entry.error(field, `${error.message}; ${advice}`);
}
