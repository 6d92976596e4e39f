import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { type JsonObject, type KubeObject, recordOf, recordsOf, textOf } from '../../src/devcluster/objects.ts';
import { type AdminClient, RefusedError } from './admin-client.ts';

interface Resource {
  readonly plural: string;
  readonly isClusterWide?: true;
}

/** The kinds that occur in manifests. */
const RESOURCES: Readonly<Record<string, Resource>> = {
  ClusterRole: { plural: 'clusterroles', isClusterWide: true },
  ClusterRoleBinding: { plural: 'clusterrolebindings', isClusterWide: true },
  CustomResourceDefinition: { plural: 'customresourcedefinitions', isClusterWide: true },
  EndpointSlice: { plural: 'endpointslices' },
  Namespace: { plural: 'namespaces', isClusterWide: true },
  Pod: { plural: 'pods' },
  Service: { plural: 'services' },
  ServiceAccount: { plural: 'serviceaccounts' },
  ServiceImport: { plural: 'serviceimports' },
};

/** Keeps a pod that is deleted in the API for as long as a test wants. */
const FINALIZER = 'test.invalid/stay';
const MERGE_PATCH = 'application/merge-patch+json';
const NAMESPACES = '/api/v1/namespaces';
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
/** Where what a namespace contains is found, below all namespaces and below one. */
const NAMESPACED = [
  ['/api/v1', 'services'],
  ['/api/v1', 'pods'],
  ['/apis/discovery.k8s.io/v1', 'endpointslices'],
] as const;
/** These the server cannot be without, or makes again. */
const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);
const API_SERVICE = '/api/v1/namespaces/default/services/kubernetes';
/** A new kind is served some tenths of a second after its definition is there, and goes as slowly. */
const CRD_TIMEOUT_MS = 15_000;
const CRD_PAUSE_MS = 50;

export function parseManifests(text: string): KubeObject[] {
  return parseAllDocuments(text).flatMap((document) => {
    const value: KubeObject | null = document.toJS();
    return value === null ? [] : [value];
  });
}

export async function applyFile(admin: AdminClient, file: string): Promise<void> {
  await applyManifests(admin, parseManifests(await readFile(file, 'utf8')));
}

/** Applies the files of a folder in the order of their names. */
export async function applyFolder(admin: AdminClient, folder: string): Promise<readonly KubeObject[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const manifests = texts.flatMap(parseManifests);
  await applyManifests(admin, manifests);
  return manifests;
}

/**
 * Makes each object what its manifest says: all of it, the status as well. A namespace that terminates takes no new
 * objects, so those come to it last.
 */
export async function applyManifests(admin: AdminClient, manifests: readonly KubeObject[]): Promise<void> {
  for (const manifest of manifests) await applyManifest(admin, manifest);
  for (const { kind, metadata, status } of manifests) {
    if (kind === 'Namespace' && recordOf(status)['phase'] === 'Terminating')
      await admin.delete(`${NAMESPACES}/${metadata.name}`);
  }
}

async function applyManifest(admin: AdminClient, manifest: KubeObject): Promise<void> {
  const { kind, status } = manifest;
  const { deletionTimestamp, ...metadata } = manifest.metadata;
  const path = pathOf(manifest);
  const staying = deletionTimestamp === undefined ? {} : { finalizers: [FINALIZER] };
  const { status: _, ...rest } = manifest;
  const body = { ...rest, metadata: { ...metadata, ...staying } };
  try {
    await admin.apply(path, body);
  } catch (error) {
    // Some fields cannot be changed: the object is made anew.
    if (!(error instanceof RefusedError) || error.status !== 422 || !(await admin.delete(path))) throw error;
    await admin.apply(path, body);
  }
  if (kind === 'CustomResourceDefinition') await untilServed(admin, path);
  // The phase of a namespace is not for the asking: it follows from its deletion.
  if (status !== undefined && kind !== 'Namespace') {
    const { apiVersion } = manifest;
    await admin.apply(`${path}/status`, { apiVersion, kind, metadata: { name: metadata.name }, status });
  }
  if (deletionTimestamp !== undefined) await admin.delete(path);
}

export async function deleteManifests(admin: AdminClient, manifests: readonly KubeObject[]): Promise<void> {
  for (const manifest of manifests) {
    if (manifest.kind === 'Namespace') await deleteNamespace(admin, manifest.metadata.name);
    else if (manifest.kind === 'Pod') await deletePod(admin, pathOf(manifest));
    else await admin.delete(pathOf(manifest));
  }
}

/** Takes away what manifests have made, until the API is as after its first start. */
export async function removeEverything(admin: AdminClient): Promise<void> {
  const crds = await admin.list(CRDS);
  await Promise.all(crds.map(async (crd) => await removeCrd(admin, `${CRDS}/${nameOf(crd)}`)));
  for (const [group, plural] of NAMESPACED) {
    for (const object of await admin.list(`${group}/${plural}`)) {
      const path = `${group}/namespaces/${metadataOf(object, 'namespace')}/${plural}/${nameOf(object)}`;
      if (path === API_SERVICE) continue;
      if (plural === 'pods') await deletePod(admin, path);
      else await admin.delete(path);
    }
  }
  for (const namespace of await admin.list(NAMESPACES)) {
    const name = nameOf(namespace);
    if (!SYSTEM_NAMESPACES.has(name)) await deleteNamespace(admin, name);
    else await admin.apply(`${NAMESPACES}/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
}

/** What a controller does: takes away the contents, then the finalizer that waits for this. */
async function deleteNamespace(admin: AdminClient, name: string): Promise<void> {
  const path = `${NAMESPACES}/${name}`;
  for (const [group, plural] of NAMESPACED) {
    for (const object of await admin.list(`${group}/namespaces/${name}/${plural}`)) {
      const objectPath = `${group}/namespaces/${name}/${plural}/${nameOf(object)}`;
      if (plural === 'pods') await deletePod(admin, objectPath);
      else await admin.delete(objectPath);
    }
  }
  if (!(await admin.delete(path))) return;
  const finalized = { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: { finalizers: [] } };
  await admin.call('PUT', `${path}/finalize`, finalized);
}

async function deletePod(admin: AdminClient, path: string): Promise<void> {
  await admin.ask('PATCH', path, { metadata: { finalizers: null } }, MERGE_PATCH);
  await admin.delete(path);
}

async function untilServed(admin: AdminClient, path: string): Promise<void> {
  await poll(`${path} is not served`, async () => {
    const { status } = await admin.call('GET', path);
    const conditions = recordsOf(recordOf(status)['conditions']);
    return conditions.some((condition) => condition['type'] === 'Established' && condition['status'] === 'True');
  });
}

async function removeCrd(admin: AdminClient, path: string): Promise<void> {
  await admin.delete(path);
  await poll(`${path} does not go`, async () => (await admin.ask('GET', path)).status === 404);
}

async function poll(problem: string, isDone: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + CRD_TIMEOUT_MS;
  while (!(await isDone())) {
    if (performance.now() > deadline) throw new Error(problem);
    await sleep(CRD_PAUSE_MS);
  }
}

function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const resource = RESOURCES[kind];
  if (resource === undefined) throw new Error(`manifests of kind ${kind} are not known here`);
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = resource.isClusterWide === true ? '' : `/namespaces/${metadata.namespace ?? 'default'}`;
  return `${group}${scope}/${resource.plural}/${metadata.name}`;
}

function nameOf(object: JsonObject): string {
  return metadataOf(object, 'name');
}

function metadataOf({ metadata }: JsonObject, key: string): string {
  return textOf(recordOf(metadata)[key]);
}
