import type { KubeletEvent } from './kubelet-event.ts';
import { mergeOptions, type ResolverFile } from './resolver-file.ts';
import { fitLimits } from './resolver-limits.ts';

/** What of a pod its resolv.conf depends on; names as in the API (core/v1 PodSpec). */
export interface PodDNS {
  readonly namespace: string;
  /** What is no policy of Kubernetes counts as ClusterFirst. */
  readonly dnsPolicy: string;
  readonly hostNetwork: boolean;
  readonly dnsConfig: PodDNSConfig | undefined;
}

/** core/v1 PodDNSConfig */
export interface PodDNSConfig {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** Without a value, or with an empty one, the name stands alone. */
  readonly options: readonly { readonly name: string; readonly value: string }[];
}

/** What of a node its pods' resolv.conf depends on; names as in KubeletConfiguration. */
export interface NodeDNS {
  readonly clusterDNS: readonly string[];
  /** Empty for none. */
  readonly clusterDomain: string;
  /** The file that `resolvConf` names; undefined when it is the empty string. */
  readonly resolvConf: ResolverFile | undefined;
  readonly nodeAddresses: readonly string[];
}

export interface PodResolver {
  readonly file: ResolverFile;
  /** Whose DNS is asked: the cluster's, that of the node, or none but what dnsConfig names. */
  readonly source: 'cluster' | 'node' | 'none';
  readonly events: readonly KubeletEvent[];
}

/** The resolv.conf that kubelet gives a pod. */
export function podResolverFile(pod: PodDNS, node: NodeDNS): PodResolver {
  const wanted = sourceOf(pod);
  const missing = wanted === 'cluster' && node.clusterDNS.length === 0;
  const source = missing ? 'node' : wanted;
  const base = BASES[source](pod, node);
  const { file, events } = fitLimits(pod.dnsConfig === undefined ? base : withConfig(base, pod.dnsConfig));
  return { file, source, events: [...(missing ? missingClusterDNS(pod) : []), ...events] };
}

function sourceOf({ dnsPolicy, hostNetwork }: PodDNS): PodResolver['source'] {
  if (dnsPolicy === 'None') return 'none';
  if (dnsPolicy === 'Default' || (dnsPolicy === 'ClusterFirst' && hostNetwork)) return 'node';
  return 'cluster';
}

const BASES: Readonly<Record<PodResolver['source'], (pod: PodDNS, node: NodeDNS) => ResolverFile>> = {
  none: () => EMPTY,
  node: (_, { resolvConf, nodeAddresses }) => resolvConf ?? loopback(nodeAddresses),
  cluster({ namespace }, { clusterDNS, clusterDomain, resolvConf = EMPTY }) {
    const own = [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
    return {
      nameservers: clusterDNS,
      searches: clusterDomain === '' ? resolvConf.searches : unique([...own, ...resolvConf.searches]),
      // A name with fewer than five dots is tried below the search list first: enough for _PORT._PROTOCOL.SERVICE.NAMESPACE.svc.
      options: ['ndots:5'],
    };
  },
};

const EMPTY: ResolverFile = { nameservers: [], searches: [], options: [] };

/** A node without resolv.conf: its pods ask themselves, and search nothing. */
function loopback(nodeAddresses: readonly string[]): ResolverFile {
  const addresses = nodeAddresses.map((address) => (address.includes(':') ? '::1' : '127.0.0.1'));
  return { nameservers: addresses.length > 0 ? addresses : ['127.0.0.1'], searches: ['.'], options: [] };
}

function withConfig(base: ResolverFile, { nameservers, searches, options }: PodDNSConfig): ResolverFile {
  return {
    nameservers: unique([...base.nameservers, ...nameservers]),
    searches: unique([...base.searches, ...searches]),
    options: mergeOptions([
      ...base.options,
      ...options.map(({ name, value }) => (value === '' ? name : `${name}:${value}`)),
    ]),
  };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** It is said of both. */
function missingClusterDNS({ dnsPolicy }: PodDNS): KubeletEvent[] {
  const message = `kubelet does not have ClusterDNS IP configured and cannot create Pod using "${dnsPolicy}" policy. Falling back to "Default" policy.`;
  return (['node', 'pod'] as const).map((object) => ({ object, reason: 'MissingClusterDNS', message }));
}
