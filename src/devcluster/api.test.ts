import { describe, expect, test } from 'vitest';

import { recordOf, recordsOf, textOf } from './objects.ts';
import { call, serviceObject, startTestCluster } from './testing.ts';

describe('refusals in the words of the API', () => {
  test.each([
    [
      'GET',
      '/api/v1/services?labelSelector=%21%21',
      400,
      "unable to parse requirement: found '!', expected: identifier",
    ],
    [
      'GET',
      '/api/v1/services?resourceVersion=abc',
      400,
      'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    [
      'GET',
      '/api/v1/services?resourceVersion=99999999',
      504,
      'Timeout: Too large resource version: 99999999, current: 4',
    ],
    ['GET', '/api/v1/services?limit=many', 400, 'strconv.ParseInt: parsing "many": invalid syntax'],
    [
      'GET',
      '/api/v1/services?fieldSelector=metadata.name',
      400,
      "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
    ],
    [
      'GET',
      '/api/v1/services?watch=true&resourceVersion=abc',
      500,
      'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    ['GET', '/api/v1/nothing', 404, 'the server could not find the requested resource'],
    ['GET', '/api/v1/namespaces/shop/services/nope', 404, 'services "nope" not found'],
    [
      'DELETE',
      '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/nope',
      404,
      'endpointslices.discovery.k8s.io "nope" not found',
    ],
    [
      'PUT',
      '/api/v1/namespaces/default/services',
      405,
      'the server does not allow this method on the requested resource',
    ],
    ['POST', '/api/v1/namespaces/none/services', 404, 'namespaces "none" not found'],
  ])('%s %s', async (method, path, code, message) => {
    await using cluster = await startTestCluster();
    const body = method === 'POST' ? serviceObject('a') : undefined;
    const given = body === undefined ? undefined : { ...body, metadata: { name: 'a' } };
    const answer = await call(cluster, method, path, given);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code, message });
    expect(answer.status).toBe(code);
  });

  test.each([
    [
      'an unknown member',
      { spec: { porst: [] } },
      400,
      'Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.porst"',
    ],
    [
      'a wrong type',
      { spec: { ports: [{ port: 'x' }] } },
      400,
      'Service in version "v1" cannot be handled as a Service: json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32',
    ],
    ['another kind', { kind: 'Pod' }, 400, 'the kind in the data (Pod) does not match the expected kind (Service)'],
    ['no port', { spec: {} }, 422, 'Service "a" is invalid: spec.ports: Required value'],
    [
      'a port out of range',
      { spec: { ports: [{ port: 65536, targetPort: 1 }] } },
      422,
      'Service "a" is invalid: spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive',
    ],
    [
      'a bad name',
      { metadata: { name: 'A_b' } },
      422,
      /^Service "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123 label must consist of/,
    ],
    [
      'a version',
      { metadata: { name: 'a', resourceVersion: '3' } },
      400,
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'another namespace',
      { metadata: { name: 'a', namespace: 'x' } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
  ])('creating a service with %s', async (_what, change, code, message) => {
    await using cluster = await startTestCluster();
    const path = '/api/v1/namespaces/default/services?fieldValidation=Strict';
    const { body } = await call(cluster, 'POST', path, { ...serviceObject('a'), ...change });
    expect(body.code).toBe(code);
    if (typeof message === 'string') expect(body.message).toBe(message);
    else expect(body.message).toMatch(message);
  });

  test('what exists, and what was changed meanwhile', async () => {
    await using cluster = await startTestCluster();
    const stored = cluster.apply(serviceObject('a'));
    const path = '/api/v1/namespaces/default/services';
    const twice = await call(cluster, 'POST', path, serviceObject('a'));
    expect(twice.body).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'services "a" already exists',
      details: { name: 'a', kind: 'services' },
    });
    cluster.apply(serviceObject('a', { ports: [{ port: 81 }] }));
    const stale = await call(cluster, 'PUT', `${path}/a`, { ...stored });
    expect(stale.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on services "a": the object has been modified; please apply your changes to the latest version and try again',
    });
    const moved = await call(cluster, 'PUT', `${path}/a`, serviceObject('a', { clusterIP: '10.96.7.7' }));
    expect(moved.body).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(moved.body.message).toContain('may not change once set');
  });
});

test('a delete is answered with the service, or with a Status for a slice', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a'));
  const slice = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', endpoints: [] };
  const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
  const made = await call(cluster, 'POST', path, { ...slice, metadata: { name: 'a' } });
  expect(made.body).toMatchObject({ endpoints: null, ports: null });
  const deleted = await call(cluster, 'DELETE', '/api/v1/namespaces/default/services/a');
  expect(deleted.body).toMatchObject({ kind: 'Service', metadata: { name: 'a' } });
  expect((await call(cluster, 'DELETE', `${path}/a`)).body).toMatchObject({ kind: 'Status', status: 'Success' });
});

test('unknown members are dropped with a warning unless the client is strict', async () => {
  await using cluster = await startTestCluster();
  const { headers, body } = await call(cluster, 'POST', '/api/v1/namespaces/default/services', {
    ...serviceObject('a'),
    odd: 1,
  });
  expect(headers.get('warning')).toBe('299 - "unknown field \\"odd\\""');
  expect(body).not.toHaveProperty('odd');
});

test('forms of an answer', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a'));
  const get = async (accept: string): Promise<Awaited<ReturnType<typeof call>>> =>
    call(cluster, 'GET', '/api/v1/services', undefined, { Accept: accept });
  const table = await get('application/json;as=Table;v=v1;g=meta.k8s.io,application/json');
  expect(table.body.kind).toBe('Table');
  expect(recordsOf(table.body.columnDefinitions).map(({ name }) => name)).toEqual([
    'Name',
    'Type',
    'Cluster-IP',
    'External-IP',
    'Port(s)',
    'Age',
    'Selector',
  ]);
  expect(recordsOf(table.body.rows)[0]?.cells).toEqual([
    'a',
    'ClusterIP',
    '10.96.1.0',
    '<none>',
    '80/TCP',
    '0s',
    'app=a',
  ]);
  const partial = await get('application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1');
  expect(partial.body.kind).toBe('PartialObjectMetadataList');
  expect((await get('application/vnd.kubernetes.protobuf, */*')).body.kind).toBe('ServiceList');
  expect((await get('application/vnd.kubernetes.protobuf')).status).toBe(406);
  expect((await get('application/yaml')).headers.get('content-type')).toBe('application/yaml');
});

test('what is not JSON or YAML is not understood', async () => {
  await using cluster = await startTestCluster();
  const path = '/apis/apps/v1/namespaces/default/replicasets';
  const { status } = await call(cluster, 'POST', path, {}, { 'Content-Type': 'application/vnd.kubernetes.protobuf' });
  expect(status).toBe(415);
});

test('discovery, versions and health', async () => {
  await using cluster = await startTestCluster();
  const get = async (path: string, accept = 'application/json'): Promise<Awaited<ReturnType<typeof call>>> =>
    call(cluster, 'GET', path, undefined, { Accept: accept });
  expect((await get('/readyz')).body).toEqual({ text: 'ok' });
  expect((await get('/version')).body).toMatchObject({ major: '1' });
  expect(recordsOf((await get('/apis')).body.groups).map(({ name }) => name)).toContain('discovery.k8s.io');
  expect(recordsOf((await get('/apis/discovery.k8s.io/v1')).body.resources)[0]).toMatchObject({
    name: 'endpointslices',
    kind: 'EndpointSlice',
  });
  const aggregated = await get(
    '/apis',
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json',
  );
  expect(aggregated.body.kind).toBe('APIGroupDiscoveryList');
  const absent = await get('/apis/multicluster.x-k8s.io/v1alpha1/serviceimports');
  expect([absent.status, absent.body.text]).toEqual([404, '404 page not found\n']);
  const openApi = await get('/openapi/v3/api/v1');
  expect(recordOf(recordOf(openApi.body.components).schemas)).toHaveProperty(['core.v1.Service']);
});

test('a CustomResourceDefinition adds a resource', async () => {
  await using cluster = await startTestCluster();
  await cluster.loadText(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things, shortNames: [th]}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: one}
spec: {size: 3}
`);
  const { body } = await call(cluster, 'GET', '/apis/example.com/v1/things');
  expect(body).toMatchObject({ kind: 'ThingList', items: [{ kind: 'Thing', spec: { size: 3 } }] });
});

test('a dry run changes nothing', async () => {
  await using cluster = await startTestCluster();
  const version = cluster.resourceVersion;
  const { status, body } = await call(
    cluster,
    'POST',
    '/api/v1/namespaces/default/services?dryRun=All',
    serviceObject('a'),
  );
  expect(status).toBe(201);
  expect(textOf(recordOf(body.spec).clusterIP)).not.toBe('');
  expect(cluster.resourceVersion).toBe(version);
});

test('status is a subresource', async () => {
  await using cluster = await startTestCluster();
  cluster.apply(serviceObject('a', { type: 'LoadBalancer' }));
  const path = '/api/v1/namespaces/default/services/a';
  const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
  const merge = { 'Content-Type': 'application/merge-patch+json' };
  await call(cluster, 'PATCH', path, { status }, merge);
  expect((await call(cluster, 'GET', path)).body.status).toEqual({ loadBalancer: {} });
  await call(cluster, 'PATCH', `${path}/status`, { status, spec: { type: 'NodePort' } }, merge);
  const { body } = await call(cluster, 'GET', path);
  expect([body.status, recordOf(body.spec).type]).toEqual([status, 'LoadBalancer']);
});
