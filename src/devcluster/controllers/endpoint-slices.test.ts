import { join } from 'node:path';
import { expect, test } from 'vitest';

import { parseManifests, readManifests } from '../manifests.ts';
import { recordOf, recordsOf, textOf, textsOf, type JsonObject } from '../objects.ts';
import { startTestCluster } from '../testing.ts';

const FOLDER = join(import.meta.dirname, '../testdata/shop-made');

/** What matters of a slice; the order of endpoints and ports, names and times are chance. */
function essence(slice: JsonObject): JsonObject {
  const metadata = recordOf(slice.metadata);
  const endpoints = recordsOf(slice.endpoints).map((endpoint): JsonObject => {
    const { uid: _, ...target } = recordOf(endpoint.targetRef);
    return { ...endpoint, targetRef: target };
  });
  return {
    service: recordOf(metadata.labels)['kubernetes.io/service-name'],
    labels: metadata.labels,
    addressType: slice.addressType,
    endpoints: endpoints.toSorted((a, b) => (JSON.stringify(a.addresses) < JSON.stringify(b.addresses) ? -1 : 1)),
    ports: recordsOf(slice.ports).toSorted((a, b) => (textOf(a.name) < textOf(b.name) ? -1 : 1)),
  };
}

const identity = ({ service, addressType, ports }: JsonObject): string =>
  JSON.stringify([service, addressType, recordsOf(ports).map(({ port }) => port ?? null)]);
const byIdentity = (a: JsonObject, b: JsonObject): number => (identity(a) < identity(b) ? -1 : 1);

test('slices are those that kube-controller-manager writes', async () => {
  await using cluster = await startTestCluster({ controllers: true });
  await cluster.load(...['00-namespaces', '10-services', '20-pods'].map((name) => join(FOLDER, `${name}.yaml`)));
  const made = cluster.list('discovery.k8s.io/v1', 'EndpointSlice', 'shop').map((slice) => essence(slice));
  const recorded = readManifests(join(FOLDER, '30-slices.yaml'))
    .map(({ value }) => value)
    .filter(({ kind, metadata }) => kind === 'EndpointSlice' && recordOf(metadata).namespace === 'shop')
    .filter(({ metadata }) =>
      textOf(recordOf(recordOf(metadata).labels)['endpointslice.kubernetes.io/managed-by']).startsWith(
        'endpointslice-controller',
      ),
    )
    .map((slice) => essence(slice));
  expect(made.toSorted(byIdentity)).toEqual(recorded.toSorted(byIdentity));
});

function addresses(slices: readonly JsonObject[]): string[] {
  return slices
    .flatMap((slice) => recordsOf(slice.endpoints).flatMap((item) => [...textsOf(item.addresses)]))
    .toSorted();
}

const pod = (i: number, labels: string): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: pod-${i}, labels: {app: ${labels}}}, spec: {containers: [{name: a, image: b}]}}`;

test('slices follow pods and services', async () => {
  await using cluster = await startTestCluster({ controllers: true });
  const slices = (): readonly JsonObject[] =>
    cluster
      .list('discovery.k8s.io/v1', 'EndpointSlice', 'default')
      .filter((slice) => slice.metadata.name.startsWith('many'));
  await cluster.loadText(Array.from({ length: 230 }, (_, i) => pod(i, 'many')).join('\n---\n'));
  await cluster.loadText(
    '{apiVersion: v1, kind: Service, metadata: {name: many}, spec: {selector: {app: many}, ports: [{port: 80}]}}',
  );
  expect(
    slices()
      .map((slice) => recordsOf(slice.endpoints).length)
      .toSorted((a, b) => a - b),
  ).toEqual([30, 100, 100]);

  await cluster.loadText(pod(0, 'other'));
  expect(addresses(slices())).toHaveLength(229);
  for (const { value } of parseManifests(pod(1, 'many'), 'x')) cluster.delete(value);
  await cluster.settled();
  expect(addresses(slices())).toHaveLength(228);

  cluster.delete({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'many' } });
  await cluster.settled();
  expect(slices()).toEqual([]);
});
