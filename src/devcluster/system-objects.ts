import type { AddressRange, IpFamily } from './address-range.ts';
import type { JsonObject, KubeObject } from './objects.ts';

/** The namespaces of every cluster. */
export const SYSTEM_NAMESPACES: readonly string[] = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

export function namespaceObject(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** What a cluster with controllers has before anybody uses it. */
export interface SystemSettings {
  /** The range of cluster addresses; the API has its first one, DNS its tenth. */
  readonly serviceRange: AddressRange;
  /** Where this API server is. */
  readonly apiAddress: string;
  readonly apiPort: number;
  /** The Corefile of the ConfigMap kube-system/coredns; undefined: no ConfigMap. */
  readonly corefile: string | undefined;
  readonly nodes: readonly NodeSettings[];
}

export interface NodeSettings {
  readonly name: string;
  readonly zone: string;
  readonly address: string;
  /** Where its pods have their addresses, a block of each family. */
  readonly podRanges: readonly AddressRange[];
}

export function systemObjects(settings: SystemSettings): readonly KubeObject[] {
  const { corefile } = settings;
  return [
    ...SYSTEM_NAMESPACES.map((name) => namespaceObject(name)),
    ...settings.nodes.map((node) => nodeObject(node)),
    apiService(settings.serviceRange),
    apiSlice(settings),
    dnsService(settings.serviceRange),
    ...(corefile === undefined ? [] : [corefileMap(corefile)]),
  ];
}

/** The ConfigMap that CoreDNS reads in production. */
export function corefileMap(corefile: string): KubeObject {
  const metadata = { namespace: 'kube-system', name: 'coredns' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: corefile } };
}

function serviceSpec(family: IpFamily, clusterIP: string): JsonObject {
  return { clusterIP, clusterIPs: [clusterIP], ipFamilies: [family], ipFamilyPolicy: 'SingleStack' };
}

function apiService(range: AddressRange): KubeObject {
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name: 'kubernetes', labels },
    spec: {
      ...serviceSpec(range.family, range.at(1n)),
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  };
}

function apiSlice({ apiAddress, apiPort }: SystemSettings): KubeObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'default', name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: apiAddress.includes(':') ? 'IPv6' : 'IPv4',
    endpoints: [{ addresses: [apiAddress], conditions: { ready: true } }],
    ports: [{ name: 'https', port: apiPort, protocol: 'TCP' }],
  };
}

function servicePort(name: string, port: number, protocol: string): JsonObject {
  return { name, port, protocol, targetPort: port };
}

function dnsService(range: AddressRange): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      namespace: 'kube-system',
      name: 'kube-dns',
      labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
      annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
    },
    spec: {
      ...serviceSpec(range.family, range.at(10n)),
      selector: { 'k8s-app': 'kube-dns' },
      ports: [servicePort('dns', 53, 'UDP'), servicePort('dns-tcp', 53, 'TCP'), servicePort('metrics', 9153, 'TCP')],
    },
  };
}

function nodeObject({ name, zone, address, podRanges }: NodeSettings): KubeObject {
  const podCIDRs = podRanges.map(({ text }) => text);
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': zone.replace(/-?[a-z]$/, ''),
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: { podCIDR: podCIDRs[0] ?? '', podCIDRs },
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.32.0',
        osImage: 'simulated',
        kernelVersion: 'simulated',
        containerRuntimeVersion: 'simulated://1',
      },
    },
  };
}
