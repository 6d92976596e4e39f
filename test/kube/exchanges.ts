import type { JsonObject } from '../../src/devcluster/objects.ts';

/** A request for any API server that has the manifests of the cluster `shop`. */
export interface Exchange {
  readonly about: string;
  readonly method?: string;
  /** `{{version}}` is the version of the last list of services. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  /** Default: admin. */
  readonly user?: string;
}

const SERVICES = '/api/v1/namespaces/shop/services';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const WATCH = 'watch=true&timeoutSeconds=1';
const STREAM = `${WATCH}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;

function service(name: string, spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, ...metadata }, spec };
}

function slice(name: string, more: JsonObject): JsonObject {
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name }, ...more };
}

const PORT = { name: 'http', port: 80, protocol: 'TCP' };

/** What clients of this project send, in the order in which they are sent: some depend on those before. */
export const EXCHANGES: readonly Exchange[] = [
  { about: 'lists: all services', path: '/api/v1/services' },
  { about: 'lists: services of a namespace', path: SERVICES },
  { about: 'lists: a namespace that is not there', path: '/api/v1/namespaces/nowhere/services' },
  { about: 'lists: a label', path: '/api/v1/services?labelSelector=tier%3Dedge' },
  { about: 'lists: a set selector', path: '/api/v1/services?labelSelector=tier+in+%28edge%2Ccore%29%2C%21absent' },
  { about: 'lists: a name', path: '/api/v1/services?fieldSelector=metadata.name%3Dweb' },
  { about: 'lists: cluster addresses', path: '/api/v1/services?fieldSelector=spec.clusterIP%3DNone' },
  { about: 'lists: a field that cannot be asked for', path: '/api/v1/services?fieldSelector=spec.color%3Dred' },
  { about: 'lists: pods that are not finished', path: '/api/v1/pods?fieldSelector=status.phase%21%3DSucceeded' },
  { about: 'lists: slices', path: '/apis/discovery.k8s.io/v1/endpointslices' },
  { about: 'lists: namespaces', path: '/api/v1/namespaces' },
  { about: 'lists: the first page', path: '/api/v1/services?limit=2' },
  { about: 'lists: any version, where the limit does not count', path: '/api/v1/services?limit=2&resourceVersion=0' },
  {
    about: 'lists: at least this version',
    path: '/api/v1/namespaces/staging/services?limit=500&resourceVersion={{version}}&resourceVersionMatch=NotOlderThan',
  },
  {
    about: 'lists: exactly this version',
    path: '/api/v1/namespaces/staging/services?resourceVersion={{version}}&resourceVersionMatch=Exact',
  },
  { about: 'lists: a match without a version', path: '/api/v1/services?resourceVersionMatch=Exact' },
  { about: 'lists: an unknown match', path: '/api/v1/services?resourceVersion=1&resourceVersionMatch=Nearly' },
  { about: 'lists: exactly any version', path: '/api/v1/services?resourceVersion=0&resourceVersionMatch=Exact' },
  { about: 'lists: metadata only', path: SERVICES, headers: { Accept: METADATA_ONLY } },
  { about: 'lists: a form that nobody has', path: SERVICES, headers: { Accept: 'text/csv' } },
  { about: 'tables: services', path: SERVICES, headers: { Accept: TABLE } },
  { about: 'tables: a service', path: `${SERVICES}/web`, headers: { Accept: TABLE } },
  { about: 'tables: pods', path: '/api/v1/namespaces/shop/pods', headers: { Accept: TABLE } },
  { about: 'tables: namespaces', path: '/api/v1/namespaces', headers: { Accept: TABLE } },
  { about: 'tables: slices', path: SLICES, headers: { Accept: TABLE } },
  { about: 'gets: a service', path: `${SERVICES}/web` },
  { about: 'gets: a headless service', path: `${SERVICES}/db` },
  { about: 'gets: a service of type LoadBalancer', path: `${SERVICES}/lb` },
  { about: 'gets: a service of type ExternalName', path: `${SERVICES}/ext` },
  { about: 'gets: a slice', path: `${SLICES}/web-abcde` },
  { about: 'gets: a pod', path: '/api/v1/namespaces/shop/pods/db-0' },
  { about: 'gets: a namespace', path: '/api/v1/namespaces/shop' },
  { about: 'gets: a status', path: `${SERVICES}/lb/status` },
  { about: 'gets: the version', path: '/version' },
  { about: 'gets: readiness', path: '/readyz' },
  { about: 'errors: nothing by that name', path: `${SERVICES}/nope` },
  { about: 'errors: no such resource', path: '/api/v1/nothing' },
  { about: 'errors: no such group', path: '/apis/multicluster.x-k8s.io/v1alpha1/serviceimports' },
  { about: 'errors: no such path', path: '/nothing' },
  { about: 'errors: a token that nobody has', path: '/api/v1/services', user: 'stranger' },
  { about: 'errors: no rights to list', path: '/api/v1/services', user: 'nobody' },
  { about: 'errors: no rights to list slices', path: '/apis/discovery.k8s.io/v1/endpointslices', user: 'no-slices' },
  { about: 'errors: no rights to watch', path: `/api/v1/services?${WATCH}`, user: 'nobody' },
  { about: 'errors: no rights in a namespace', path: `${SERVICES}/web`, user: 'reader' },
  { about: 'errors: no rights to create', method: 'POST', path: SERVICES, user: 'reader', body: service('x', {}) },
  { about: 'errors: a selector that is none', path: '/api/v1/services?labelSelector=%21%21' },
  { about: 'errors: a field selector that is none', path: '/api/v1/services?fieldSelector=metadata.name' },
  { about: 'errors: a version that is none', path: '/api/v1/services?resourceVersion=abc' },
  { about: 'errors: a version that is none, of one object', path: `${SERVICES}/web?resourceVersion=abc` },
  { about: 'errors: a version of the future', path: '/api/v1/services?resourceVersion=99999999' },
  { about: 'errors: a token of no list', path: '/api/v1/services?continue=garbage' },
  { about: 'errors: a limit that is none', path: '/api/v1/services?limit=many' },
  { about: 'watches: from any version', path: `${SERVICES}?${WATCH}&resourceVersion=0` },
  { about: 'watches: without a version', path: `/api/v1/namespaces?${WATCH}` },
  { about: 'watches: from now', path: `${SERVICES}?${WATCH}&resourceVersion={{version}}` },
  { about: 'watches: a streamed list', path: `/api/v1/services?${STREAM}` },
  { about: 'watches: a streamed list of slices', path: `/apis/discovery.k8s.io/v1/endpointslices?${STREAM}` },
  { about: 'watches: a streamed list of any version', path: `${SERVICES}?${STREAM}&resourceVersion=0` },
  {
    about: 'watches: a streamed list that does not say which version matches',
    path: `${SERVICES}?${WATCH}&sendInitialEvents=true&allowWatchBookmarks=true`,
  },
  {
    about: 'watches: a streamed list without bookmarks',
    path: `${SERVICES}?${WATCH}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
  },
  { about: 'watches: a match alone', path: `${SERVICES}?${WATCH}&resourceVersionMatch=NotOlderThan` },
  { about: 'watches: a group that is not there', path: `/apis/x.example/v1/things?${WATCH}` },
  { about: 'watches: a version that is none', path: `${SERVICES}?${WATCH}&resourceVersion=abc` },
  { about: 'watches: a table', path: `${SERVICES}?${WATCH}&resourceVersion=0`, headers: { Accept: TABLE } },
  {
    about: 'writes: a service',
    method: 'POST',
    path: SERVICES,
    body: service('made', { clusterIP: '10.96.9.1', selector: { app: 'made' }, ports: [PORT] }),
  },
  {
    about: 'writes: the same service again',
    method: 'POST',
    path: SERVICES,
    body: service('made', { ports: [PORT] }),
  },
  {
    about: 'writes: a headless service',
    method: 'POST',
    path: SERVICES,
    body: service('made-headless', { clusterIP: 'None', selector: { app: 'x' } }),
  },
  {
    about: 'writes: a service whose address is taken',
    method: 'POST',
    path: SERVICES,
    body: service('taken', { clusterIP: '10.96.9.1', ports: [PORT] }),
  },
  {
    about: 'writes: a service whose address is outside the range',
    method: 'POST',
    path: SERVICES,
    body: service('outside', { clusterIP: '192.0.2.1', ports: [PORT] }),
  },
  { about: 'writes: a service without ports', method: 'POST', path: SERVICES, body: service('bare', {}) },
  {
    about: 'writes: a service with a bad name',
    method: 'POST',
    path: SERVICES,
    body: service('Bad_Name', { ports: [PORT] }),
  },
  {
    about: 'writes: a service with a bad port',
    method: 'POST',
    path: SERVICES,
    body: service('ports', { clusterIP: 'None', ports: [{ port: 70000, protocol: 'HTTP' }] }),
  },
  {
    about: 'writes: an external name that is none',
    method: 'POST',
    path: SERVICES,
    body: service('bad-ext', { type: 'ExternalName', externalName: 'not a name' }),
  },
  {
    about: 'writes: a service for a namespace that is not there',
    method: 'POST',
    path: '/api/v1/namespaces/nowhere/services',
    body: service('lost', { clusterIP: 'None', ports: [PORT] }),
  },
  {
    about: 'writes: a service of another namespace than the path says',
    method: 'POST',
    path: SERVICES,
    body: service('moved', { clusterIP: 'None', ports: [PORT] }, { namespace: 'staging' }),
  },
  { about: 'writes: no object at all', method: 'POST', path: SERVICES, body: {} },
  {
    about: 'writes: a change by merge',
    method: 'PATCH',
    path: `${SERVICES}/made`,
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: { metadata: { labels: { tier: 'edge' } } },
  },
  {
    about: 'writes: a strategic change of ports',
    method: 'PATCH',
    path: `${SERVICES}/made`,
    headers: { 'Content-Type': 'application/strategic-merge-patch+json' },
    body: { spec: { ports: [{ name: 'metrics', port: 9153, protocol: 'TCP' }] } },
  },
  {
    about: 'writes: another cluster address',
    method: 'PATCH',
    path: `${SERVICES}/made`,
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: { spec: { clusterIP: '10.96.9.2', clusterIPs: ['10.96.9.2'] } },
  },
  {
    about: 'writes: from a version that is not the last',
    method: 'PUT',
    path: `${SERVICES}/made`,
    body: service('made', { clusterIP: '10.96.9.1', ports: [PORT] }, { resourceVersion: '1' }),
  },
  {
    about: 'writes: a status, where the spec does not count',
    method: 'PATCH',
    path: `${SERVICES}/made/status`,
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: { spec: { clusterIP: '10.96.9.9' }, status: { loadBalancer: {} } },
  },
  {
    about: 'writes: a change of what is not there',
    method: 'PATCH',
    path: `${SERVICES}/nope`,
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: {},
  },
  {
    about: 'writes: a slice',
    method: 'POST',
    path: SLICES,
    body: slice('made-1', { addressType: 'IPv4', endpoints: [{ addresses: ['10.244.9.1'] }], ports: [PORT] }),
  },
  {
    about: 'writes: a slice with an address that is none',
    method: 'POST',
    path: SLICES,
    body: slice('bad-1', { addressType: 'IPv4', endpoints: [{ addresses: ['10.244.9.999'] }] }),
  },
  {
    about: 'writes: a slice with an address of the other type',
    method: 'POST',
    path: SLICES,
    body: slice('bad-3', { addressType: 'IPv4', endpoints: [{ addresses: ['fd00::1'] }] }),
  },
  {
    about: 'writes: a slice without a type',
    method: 'POST',
    path: SLICES,
    body: slice('bad-2', { endpoints: [] }),
  },
  {
    about: 'writes: a slice of another type',
    method: 'PATCH',
    path: `${SLICES}/made-1`,
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: { addressType: 'IPv6', endpoints: [] },
  },
  { about: 'deletes: a service', method: 'DELETE', path: `${SERVICES}/made` },
  { about: 'deletes: it again', method: 'DELETE', path: `${SERVICES}/made` },
  { about: 'deletes: a slice', method: 'DELETE', path: `${SLICES}/made-1` },
  { about: 'deletes: a resource that cannot be', method: 'DELETE', path: '/version' },
];
