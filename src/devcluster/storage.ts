import { keyOf, withMetadata, type KubeObject } from './objects.ts';

/** One change. `object` is the state after it; for DELETED the last one, with the version of the deletion. */
export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** `plural.group`, see ResourceType.id. */
  readonly resource: string;
  readonly object: KubeObject;
  /** The state before it; undefined for ADDED. */
  readonly previous: KubeObject | undefined;
}

export type Listener = (change: Change) => void;

/** All objects at one moment. Cheap: objects are shared, only the indexes are copied. */
export interface Snapshot {
  readonly collections: ReadonlyMap<string, Collection>;
}

/** The objects of a resource by namespace (an empty text: the cluster scope), then by key. */
type Collection = ReadonlyMap<string, ReadonlyMap<string, KubeObject>>;

// A client that is cut off for a moment finds its place again after this many changes; etcd keeps 5 minutes.
const HISTORY_LIMIT = 20_000;

/**
 * The objects, in memory, and what happened to them: what etcd is to a real API server.
 *
 * Every change gets the next version; versions are the cluster's, not an object's. Objects are immutable.
 */
export class Storage {
  #version = 1;
  /** Changes up to this version are forgotten. */
  #compacted = 1;
  #history: Change[] = [];
  #collections = new Map<string, Map<string, Map<string, KubeObject>>>();
  readonly #listeners = new Set<Listener>();

  get version(): number {
    return this.#version;
  }

  get compacted(): number {
    return this.#compacted;
  }

  get(resource: string, key: string): KubeObject | undefined {
    return this.#collections.get(resource)?.get(namespaceOf(key))?.get(key);
  }

  /** The objects of a resource in the order of etcd's keys, of one namespace or of all (an empty text). */
  list(resource: string, namespace = ''): KubeObject[] {
    return sorted(this.#objects(resource, namespace));
  }

  /** The same as it was at `version`, which must not be compacted. */
  listAt(version: number, resource: string, namespace = ''): KubeObject[] {
    const objects = new Map(this.#objects(resource, namespace));
    for (let i = this.#history.length - 1; i >= 0; i--) {
      const change = this.#history[i];
      if (change === undefined || change.version <= version) break;
      if (change.resource !== resource) continue;
      if (namespace !== '' && change.object.metadata.namespace !== namespace) continue;
      if (change.previous === undefined) objects.delete(keyOf(change.object));
      else objects.set(keyOf(change.object), change.previous);
    }
    return sorted(objects);
  }

  /** Changes after `version`, which must not be compacted. */
  since(version: number): readonly Change[] {
    const first = this.#history.findIndex((change) => change.version > version);
    return first < 0 ? [] : this.#history.slice(first);
  }

  /** Stores the object under its namespace and name; the result has the new version. */
  put(resource: string, object: KubeObject): KubeObject {
    const key = keyOf(object);
    const collection = this.#namespaceMap(resource, namespaceOf(key));
    const previous = collection.get(key);
    const version = ++this.#version;
    const stored = withMetadata(object, { resourceVersion: String(version) });
    collection.set(key, stored);
    this.#record({ version, type: previous === undefined ? 'ADDED' : 'MODIFIED', resource, object: stored, previous });
    return stored;
  }

  /** Removes the object; undefined when there is none. */
  remove(resource: string, key: string): KubeObject | undefined {
    const collection = this.#collections.get(resource)?.get(namespaceOf(key));
    const previous = collection?.get(key);
    if (collection === undefined || previous === undefined) return undefined;
    collection.delete(key);
    const version = ++this.#version;
    const object = withMetadata(previous, { resourceVersion: String(version) });
    this.#record({ version, type: 'DELETED', resource, object, previous });
    return object;
  }

  /** Calls the listener for every change from now on, until the function that is returned is called. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets what happened: a watch or a page from an older version is expired from now on. */
  compact(): void {
    this.#compacted = this.#version;
    this.#history = [];
  }

  snapshot(): Snapshot {
    return { collections: copyOf(this.#collections) };
  }

  /** Goes back to a snapshot. The version goes on growing, and nobody is told: clients have to be gone. */
  restore(snapshot: Snapshot): void {
    this.#collections = copyOf(snapshot.collections);
    this.#version++;
    this.compact();
  }

  #objects(resource: string, namespace: string): ReadonlyMap<string, KubeObject> {
    const collection: Collection = this.#collections.get(resource) ?? new Map();
    if (namespace !== '') return collection.get(namespace) ?? new Map();
    return new Map([...collection.values()].flatMap((objects) => [...objects]));
  }

  #namespaceMap(resource: string, namespace: string): Map<string, KubeObject> {
    const collection = this.#collections.get(resource) ?? new Map<string, Map<string, KubeObject>>();
    this.#collections.set(resource, collection);
    const objects = collection.get(namespace) ?? new Map<string, KubeObject>();
    collection.set(namespace, objects);
    return objects;
  }

  #record(change: Change): void {
    this.#history.push(change);
    if (this.#history.length > 2 * HISTORY_LIMIT) {
      const forgotten = this.#history.splice(0, HISTORY_LIMIT).at(-1);
      if (forgotten !== undefined) this.#compacted = forgotten.version;
    }
    for (const listener of this.#listeners) listener(change);
  }
}

function namespaceOf(key: string): string {
  const slash = key.indexOf('/');
  return slash < 0 ? '' : key.slice(0, slash);
}

function copyOf(collections: ReadonlyMap<string, Collection>): Map<string, Map<string, Map<string, KubeObject>>> {
  return new Map([...collections].map(([resource, collection]) => [resource, copyOfCollection(collection)]));
}

function copyOfCollection(collection: Collection): Map<string, Map<string, KubeObject>> {
  return new Map([...collection].map(([namespace, objects]) => [namespace, new Map(objects)]));
}

function sorted(objects: ReadonlyMap<string, KubeObject>): KubeObject[] {
  return [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
