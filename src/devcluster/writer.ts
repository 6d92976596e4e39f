import type { Clock } from './clock.ts';
import {
  keyOf,
  recordOf,
  sameJson,
  timestamp,
  without,
  withMetadata,
  type JsonObject,
  type KubeObject,
  type ObjectMeta,
} from './objects.ts';
import { namespace as namespaceType } from './resources/core.ts';
import { pod as podType } from './resources/pod.ts';
import { resourceId, type ResourceType } from './resources/resource-type.ts';
import { service as serviceType } from './resources/service.ts';
import type { ServiceAddresses } from './service-addresses.ts';
import { alreadyExists, badRequest, conflict, forbidden, invalid, notFound, STALE_VERSION } from './status.ts';
import type { Storage } from './storage.ts';
import { validateMetadata } from './validation/names.ts';

export interface WriterOptions {
  readonly storage: Storage;
  readonly addresses: ServiceAddresses;
  readonly clock: Clock;
  /** A number from 0 to less than 1: names of `generateName`. */
  readonly random: () => number;
  readonly newUid: () => string;
  /** True when there are controllers: a pod that is deleted stays until the kubelet has ended it. */
  readonly simulate: boolean;
}

export interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

// The letters of generated names in Kubernetes: no vowels, so that no words appear.
const NAME_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Changes objects by the rules of the API: names, namespaces, defaults, validation, versions, finalizers. */
export class Writer {
  readonly #storage: Storage;
  readonly #options: WriterOptions;

  constructor(options: WriterOptions) {
    this.#storage = options.storage;
    this.#options = options;
  }

  /** The object. Throws NotFound. */
  get(resource: ResourceType, namespace: string | undefined, name: string): KubeObject {
    const key = namespace === undefined ? name : `${namespace}/${name}`;
    const object = this.#storage.get(resourceId(resource), key);
    if (object === undefined) throw notFound(resource, name);
    return object;
  }

  /** A new object; its `status` is dropped, as the API does. Throws AlreadyExists, Invalid, NotFound, Forbidden. */
  create(resource: ResourceType, given: KubeObject, dryRun = false): KubeObject {
    if ((given.metadata.resourceVersion ?? '') !== '') {
      throw badRequest('resourceVersion should not be set on objects to be created');
    }
    const named = this.#named(given);
    this.#checkNamespace(resource, named);
    if (this.#storage.get(resourceId(resource), keyOf(named)) !== undefined) {
      throw alreadyExists(resource, named.metadata.name);
    }
    const wanted = resource.hasStatus ? without(named, 'status') : named;
    const fresh = without(
      wanted.metadata,
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'generation',
      'managedFields',
    );
    const object = this.#prepared(resource, this.#born(resource, { ...wanted, metadata: fresh }), undefined);
    return dryRun ? object : this.#storage.put(resourceId(resource), object);
  }

  /** What was there, replaced. Throws Conflict when `metadata.resourceVersion` is given and is not the last one. */
  update(resource: ResourceType, given: KubeObject, dryRun = false): KubeObject {
    const old = this.#current(resource, given);
    const status = resource.hasStatus ? { status: old.status } : {};
    const wanted = resource.beforeUpdate({ ...given, ...status }, old);
    const object = this.#prepared(resource, withIdentity(wanted, old), old);
    const causes = resource.validateUpdate(object, old);
    if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
    return this.#replace(resource, object, old, dryRun);
  }

  /** The same for the subresource `status`: all else stays. */
  updateStatus(resource: ResourceType, given: KubeObject, dryRun = false): KubeObject {
    const old = this.#current(resource, given);
    const object = { ...old, status: given.status };
    this.#validate(resource, object);
    return this.#replace(resource, object, old, dryRun);
  }

  /**
   * Stores the object as it is, status and deletionTimestamp included: how manifests are loaded. Only what makes it an
   * object is filled in and checked. Throws Invalid.
   */
  put(resource: ResourceType, given: KubeObject): KubeObject {
    const old = this.#storage.get(resourceId(resource), keyOf(given));
    if (old === undefined)
      return this.#storage.put(resourceId(resource), this.#prepared(resource, this.#born(resource, given), undefined));
    const { uid, creationTimestamp, generation } = old.metadata;
    const kept: Partial<ObjectMeta> = {
      ...(uid === undefined ? {} : { uid }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
      ...(generation === undefined ? {} : { generation }),
    };
    const wanted = this.#options.simulate ? withState(resource, given, old) : given;
    const object = this.#prepared(resource, withMetadata(wanted, kept), old);
    return this.#storage.put(resourceId(resource), withGeneration(resource, object, old));
  }

  /** Removes the object, whatever its finalizers say; undefined when there is none. */
  remove(resource: ResourceType, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#storage.remove(resourceId(resource), namespace === undefined ? name : `${namespace}/${name}`);
  }

  /**
   * Deletes by the rules: an object with finalizers gets a deletionTimestamp and stays, `gone` is false then.
   * Throws NotFound and Conflict.
   */
  delete(
    resource: ResourceType,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions = {},
  ): { readonly object: KubeObject; readonly gone: boolean } {
    const old = this.get(resource, namespace, name);
    const { uid, resourceVersion } = options.preconditions ?? {};
    for (const [what, wanted, is] of [
      ['UID', uid, old.metadata.uid],
      ['ResourceVersion', resourceVersion, old.metadata.resourceVersion],
    ] as const) {
      if (wanted === undefined || wanted === is) continue;
      throw conflict(
        resource,
        name,
        `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${is ?? ''}`,
      );
    }
    const grace = this.#gracePeriod(resource, old, options);
    if (
      grace === 0 &&
      (old.metadata.finalizers ?? []).length === 0 &&
      resourceId(resource) !== resourceId(namespaceType)
    ) {
      if (options.dryRun !== true) this.#storage.remove(resourceId(resource), keyOf(old));
      return { object: old, gone: true };
    }
    if (old.metadata.deletionTimestamp !== undefined) return { object: old, gone: false };
    const object = this.#terminating(resource, old, grace);
    return { object: options.dryRun === true ? object : this.#storage.put(resourceId(resource), object), gone: false };
  }

  #gracePeriod(resource: ResourceType, object: KubeObject, options: DeleteOptions): number {
    if (resourceId(resource) !== resourceId(podType) || !this.#options.simulate) return 0;
    const own = recordOf(object.spec).terminationGracePeriodSeconds;
    return options.gracePeriodSeconds ?? (typeof own === 'number' ? own : 0);
  }

  #terminating(resource: ResourceType, object: KubeObject, grace: number): KubeObject {
    const { generation } = object.metadata;
    const marked = withMetadata(object, {
      deletionTimestamp: timestamp(this.#options.clock.now() + grace * 1000),
      ...(resourceId(resource) === resourceId(podType) ? { deletionGracePeriodSeconds: grace } : {}),
      ...(generation === undefined ? {} : { generation: generation + 1 }),
    });
    if (resourceId(resource) !== resourceId(namespaceType)) return marked;
    return { ...marked, status: { ...recordOf(object.status), phase: 'Terminating' } };
  }

  #named(object: KubeObject): KubeObject {
    const { name, generateName } = object.metadata;
    if (name !== '' || generateName === undefined || generateName === '') return object;
    let suffix = '';
    for (let i = 0; i < 5; i++) suffix += NAME_LETTERS[Math.floor(this.#options.random() * NAME_LETTERS.length)] ?? 'x';
    return withMetadata(object, { name: `${generateName}${suffix}` });
  }

  #checkNamespace(resource: ResourceType, object: KubeObject): void {
    const name = object.metadata.namespace;
    if (!resource.namespaced || name === undefined) return;
    const namespace = this.#storage.get(resourceId(namespaceType), name);
    if (namespace === undefined) throw notFound(namespaceType, name);
    if (recordOf(namespace.status).phase === 'Terminating') {
      const why = `unable to create new content in namespace ${name} because it is being terminated`;
      throw forbidden(resource, object.metadata.name, why);
    }
  }

  #born(resource: ResourceType, object: KubeObject): KubeObject {
    return withMetadata(object, {
      uid: this.#options.newUid(),
      ...(resource.hasGeneration ? { generation: 1 } : {}),
      creationTimestamp: timestamp(this.#options.clock.now()),
    });
  }

  /** With defaults, valid, and for services with addresses. */
  #prepared(resource: ResourceType, given: KubeObject, old: KubeObject | undefined): KubeObject {
    const object = resource.defaults(given);
    this.#validate(resource, object);
    return resourceId(resource) === resourceId(serviceType) ? this.#options.addresses.assign(object, old) : object;
  }

  #validate(resource: ResourceType, object: KubeObject): void {
    const causes = [...validateMetadata(object, resource.nameRule, resource.namespaced), ...resource.validate(object)];
    if (causes.length > 0) throw invalid(resource, object.metadata.name, causes);
  }

  #current(resource: ResourceType, given: KubeObject): KubeObject {
    const { namespace, name, resourceVersion = '', uid = '' } = given.metadata;
    const old = this.get(resource, namespace, name);
    if (uid !== '' && uid !== old.metadata.uid) {
      const is = old.metadata.uid ?? '';
      throw conflict(resource, name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${is}`);
    }
    if (resourceVersion !== '' && resourceVersion !== old.metadata.resourceVersion) {
      throw conflict(resource, name, STALE_VERSION);
    }
    return old;
  }

  #replace(resource: ResourceType, given: KubeObject, old: KubeObject, dryRun: boolean): KubeObject {
    const object = withGeneration(resource, given, old);
    if (sameJson(withMetadata(object, versionOf(old)), old)) return old;
    if (dryRun) return object;
    const released = object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).length === 0;
    if (
      released &&
      (object.metadata.deletionGracePeriodSeconds ?? 0) === 0 &&
      resourceId(resource) !== resourceId(namespaceType)
    ) {
      return this.#storage.remove(resourceId(resource), keyOf(old)) ?? object;
    }
    return this.#storage.put(resourceId(resource), object);
  }
}

function versionOf(object: KubeObject): Partial<ObjectMeta> {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined ? {} : { resourceVersion };
}

/** A manifest that is loaded again, without a status, does not undo what the controllers have done since. */
function withState(resource: ResourceType, given: KubeObject, old: KubeObject): KubeObject {
  if (!resource.hasStatus || given.status !== undefined) return given;
  const { nodeName } = recordOf(old.spec);
  const spec = nodeName === undefined ? {} : { spec: { nodeName, ...recordOf(given.spec) } };
  return { ...given, ...spec, status: old.status };
}

/** What a client cannot change about an object that exists. */
function withIdentity(given: KubeObject, old: KubeObject): KubeObject {
  const fields = ['uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'generation'];
  const kept: Record<string, JsonObject[string]> = {};
  for (const field of fields) if (old.metadata[field] !== undefined) kept[field] = old.metadata[field];
  const metadata: ObjectMeta = { ...without(given.metadata, ...fields, 'managedFields'), ...kept, ...versionOf(old) };
  return { ...given, metadata };
}

/** Counts one up when more than metadata and status differ. */
function withGeneration(resource: ResourceType, object: KubeObject, old: KubeObject): KubeObject {
  if (!resource.hasGeneration) return object;
  const changed = !sameJson(without(object, 'metadata', 'status'), without(old, 'metadata', 'status'));
  return withMetadata(object, { generation: (old.metadata.generation ?? 1) + (changed ? 1 : 0) });
}
