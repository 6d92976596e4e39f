/** How many of what the cluster has. */
export interface ClusterSize {
  readonly services: number;
  readonly endpoints: number;
  readonly headlessServices: number;
  readonly headlessEndpoints: number;
  readonly namespaces: number;
}

export const BIG_CLUSTER: ClusterSize = {
  services: 10_000,
  endpoints: 2,
  headlessServices: 500,
  headlessEndpoints: 50,
  namespaces: 50,
};

/** The objects of a cluster in the API's JSON form, about as large as real ones are. */
export interface ClusterObjects {
  readonly Service: object[];
  readonly EndpointSlice: object[];
  readonly Namespace: object[];
}

export function makeCluster(size: ClusterSize): ClusterObjects {
  const objects: ClusterObjects = { Service: [], EndpointSlice: [], Namespace: [] };
  for (let i = 0; i < size.namespaces; i++) {
    const name = `team-${i}`;
    objects.Namespace.push({
      metadata: { ...meta('', name, i, { 'kubernetes.io/metadata.name': name }) },
      status: { phase: 'Active' },
    });
  }
  for (let i = 0; i < size.services + size.headlessServices; i++) {
    const headless = i >= size.services;
    const namespace = `team-${i % size.namespaces}`;
    const name = headless ? `database-${i}` : `backend-${i}`;
    objects.Service.push(makeService(namespace, name, i, headless));
    objects.EndpointSlice.push(
      makeSlice(namespace, name, i, headless ? size.headlessEndpoints : size.endpoints, headless),
    );
  }
  return objects;
}

function makeService(namespace: string, name: string, i: number, headless: boolean): object {
  const clusterIP = headless ? 'None' : `10.96.${i >> 8}.${i & 255}`;
  return {
    metadata: meta(namespace, name, i, appLabels(name)),
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      ipFamilies: ['IPv4'],
      selector: appLabels(name),
      ports: [
        { name: 'http', protocol: 'TCP', port: 80 },
        { name: 'metrics', protocol: 'TCP', port: 9090 },
      ],
    },
    status: { loadBalancer: {} },
  };
}

function makeSlice(namespace: string, name: string, i: number, endpoints: number, headless: boolean): object {
  const annotations = { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-02T03:04:05Z' };
  return {
    metadata: {
      ...meta(namespace, `${name}-x7f2k`, i, { ...appLabels(name), 'kubernetes.io/service-name': name }),
      annotations,
    },
    addressType: 'IPv4',
    endpoints: Array.from({ length: endpoints }, (_, n) => ({
      addresses: [`10.${128 + (i >> 8)}.${i & 255}.${n + 1}`],
      conditions: { ready: true },
      ...(headless ? { hostname: `${name}-${n}` } : {}),
      targetRef: { kind: 'Pod', name: headless ? `${name}-${n}` : `${name}-7d9f8b6c5d-${(i * 2 + n).toString(36)}` },
      zone: `eu-central-1${'abc'[n % 3] ?? 'a'}`,
    })),
    ports: [
      { name: 'http', protocol: 'TCP', port: 8080 },
      { name: 'metrics', protocol: 'TCP', port: 9090 },
    ],
  };
}

function meta(namespace: string, name: string, i: number, labels: object): object {
  return {
    name,
    namespace,
    uid: `1f606b85-953f-4953-8588-${String(i).padStart(12, '0')}`,
    resourceVersion: String(1_000_000 + i),
    labels,
    managedFields: [
      {
        manager: 'helm',
        operation: 'Apply',
        apiVersion: 'v1',
        fieldsV1: { 'f:metadata': { 'f:labels': {} }, 'f:spec': {} },
      },
    ],
  };
}

function appLabels(name: string): object {
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': `${name}-production`,
    'app.kubernetes.io/managed-by': 'Helm',
  };
}
