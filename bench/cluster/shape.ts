import type { JsonObject } from '../../src/devcluster/objects.ts';

/** A Service of the measured cluster, with both families of addresses, or headless. */
export interface ServiceShape {
  readonly namespace: string;
  readonly name: string;
  /** IPv4 and IPv6; none for a headless one. */
  readonly addresses: readonly string[];
  /** IPv4 of its pods. */
  readonly endpoints: readonly string[];
}

export interface ClusterShape {
  readonly namespaces: readonly string[];
  readonly services: readonly ServiceShape[];
  readonly headless: readonly ServiceShape[];
}

export const CLUSTER_DOMAIN = 'cluster.local';
export const PORTS: readonly { readonly name: string; readonly port: number }[] = [
  { name: 'http', port: 80 },
  { name: 'metrics', port: 9090 },
];

const NAMESPACES = 10;
const HEADLESS_SERVICES = 10;
const HEADLESS_ENDPOINTS = 50;
const ENDPOINTS = 2;
/** The first cluster addresses are those of the system's own services in a real cluster. */
const FIRST_ADDRESS = 256;

/** A cluster with this many services besides the headless ones of 50 endpoints; at most 60,000, as the addresses allow. */
export function clusterShape(services: number): ClusterShape {
  const namespaces = Array.from({ length: NAMESPACES }, (_, i) => `team-${i}`);
  const namespaceOf = (i: number): string => namespaces[i % NAMESPACES] ?? '';
  return {
    namespaces,
    services: Array.from({ length: services }, (_, i) => ({
      namespace: namespaceOf(i),
      name: `backend-${i}`,
      addresses: [`10.96.${lowOctets(i + FIRST_ADDRESS)}`, `fd00:10:96::${(i + FIRST_ADDRESS).toString(16)}`],
      endpoints: Array.from({ length: ENDPOINTS }, (_, n) => `10.244.${lowOctets(i * ENDPOINTS + n)}`),
    })),
    headless: Array.from({ length: HEADLESS_SERVICES }, (_, i) => ({
      namespace: namespaceOf(i),
      name: `database-${i}`,
      addresses: [],
      endpoints: Array.from({ length: HEADLESS_ENDPOINTS }, (_, n) => `10.245.${i}.${n + 1}`),
    })),
  };
}

/** The objects of the cluster, as `DevCluster.apply` takes them. */
export function* clusterObjects(shape: ClusterShape): Generator<JsonObject> {
  for (const name of shape.namespaces) yield { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  for (const service of [...shape.services, ...shape.headless]) {
    yield serviceObject(service);
    yield sliceObject(service);
  }
}

function serviceObject({ namespace, name, addresses }: ServiceShape): JsonObject {
  const clusterIPs = addresses.length === 0 ? ['None'] : [...addresses];
  const families = addresses.length === 0 ? ['IPv4'] : ['IPv4', 'IPv6'];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/name': name } },
    spec: {
      type: 'ClusterIP',
      clusterIP: clusterIPs[0] ?? 'None',
      clusterIPs,
      ipFamilies: families,
      ipFamilyPolicy: families.length === 2 ? 'RequireDualStack' : 'SingleStack',
      ports: PORTS.map((port) => ({ ...port, protocol: 'TCP' })),
    },
  };
}

function sliceObject({ namespace, name, addresses, endpoints }: ServiceShape): JsonObject {
  const isHeadless = addresses.length === 0;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-x7f2k`, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: endpoints.map((address, n) => ({
      addresses: [address],
      conditions: { ready: true },
      ...(isHeadless ? { hostname: `${name}-${n}` } : {}),
    })),
    ports: PORTS.map((port) => ({ ...port, protocol: 'TCP' })),
  };
}

function lowOctets(number: number): string {
  return `${number >> 8}.${number & 255}`;
}
