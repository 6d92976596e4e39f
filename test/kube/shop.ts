import type { JsonObject } from '../../src/devcluster/objects.ts';
import type { KubeCluster } from './cluster.ts';

/** Where services of the namespace `shop` are. */
export const SERVICES = '/api/v1/namespaces/shop/services';
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices';

/** A cluster in whose namespace `shop` there is the service `web`, at 10.96.0.20. */
export async function openShop(cluster: KubeCluster): Promise<void> {
  await cluster.admin.call('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
  await putService(cluster, 'web', '10.96.0.20');
}

export async function putService({ admin }: KubeCluster, name: string, clusterIP: string): Promise<void> {
  await admin.apply(`${SERVICES}/${name}`, {
    apiVersion: 'v1',
    kind: 'Service',
    ...serviceBody(name, clusterIP),
  });
}

export function serviceBody(name: string, clusterIP: string): JsonObject {
  return {
    metadata: { name },
    spec: { clusterIP, selector: { app: name }, ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
  };
}

/** A pod as its node's kubelet reports it. */
export async function putPod({ admin }: KubeCluster, name: string, status: JsonObject): Promise<void> {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name } };
  await admin.apply(podPath(name), { ...pod, spec: { containers: [{ name: 'c', image: 'none' }] } });
  await admin.apply(`${podPath(name)}/status`, { ...pod, status });
}

/** Where a pod of the namespace `shop` is. */
export function podPath(name: string): string {
  return `/api/v1/namespaces/shop/pods/${name}`;
}

export async function putSlice({ admin }: KubeCluster, service: string, addresses: readonly string[]): Promise<void> {
  const name = `${service}-1`;
  await admin.apply(`${SLICES}/${name}`, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': service } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
  });
}
