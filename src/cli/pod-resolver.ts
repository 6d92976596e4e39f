import { isIP } from 'node:net';
import type { ApiAccess } from '../kube/access.ts';
import { ApiError } from '../kube/api-error.ts';
import { ApiClient } from '../kube/client.ts';
import { CredentialError } from '../kube/issued-credentials.ts';
import { DecodeError, isJsonObject } from '../kube/json.ts';
import { TransportError } from '../kube/transport-error.ts';
import { type PodDNS, type PodResolver, podResolverFile } from '../kubelet/pod-resolver-file.ts';
import type { ResolverFile } from '../kubelet/resolver-file.ts';
import { Registry } from '../metrics/registry.ts';
import type { KubeletSettings } from './node-dns.ts';
import { decodePod, type Pod } from './pod-dns.ts';
import { productVersion } from './product.ts';
import type { ResolverConfiguration } from './stub-resolver.ts';
import { UserError } from './user-error.ts';

/** What resolver libraries take when nothing says otherwise (resolv.conf(5)). */
const DEFAULT_NDOTS = 1;
/** More count as this (resolv.conf(5)). */
const MAXIMUM_NDOTS = 15;
/** Milliseconds without a word from the API server. */
const SILENCE = 5000;

/** An ordinary pod of the namespace. */
export function ordinaryPod(namespace: string): Pod {
  const dns: PodDNS = { namespace, dnsPolicy: 'ClusterFirst', hostNetwork: false, dnsConfig: undefined };
  return { name: '', dns, nodeAddresses: [] };
}

/** The resolv.conf of a pod on a node with these settings and this file. */
export function resolverOf(pod: Pod, settings: KubeletSettings, nodeFile: ResolverFile | undefined): PodResolver {
  const { clusterDNS, clusterDomain } = settings;
  return podResolverFile(pod.dns, {
    clusterDNS,
    clusterDomain,
    resolvConf: nodeFile,
    nodeAddresses: pod.nodeAddresses,
  });
}

/** What a resolver library makes of a resolv.conf, but for the addresses of its servers. */
export function libraryConfiguration({ searches, options }: ResolverFile): Omit<ResolverConfiguration, 'server'> {
  const ndots = options.find((option) => option.startsWith('ndots:'))?.slice('ndots:'.length);
  // Libraries read the digits at the start; without any they see a zero.
  const number = ndots === undefined ? DEFAULT_NDOTS : Number(/^\d*/.exec(ndots)?.[0] ?? 0);
  return { search: searches, ndots: Math.min(number, MAXIMUM_NDOTS) };
}

/** The nameservers that a resolver library would ask: those that are addresses. */
export function libraryServers({ nameservers }: ResolverFile): readonly string[] {
  return nameservers.filter((address) => isIP(address) !== 0);
}

/** A pod of a cluster. Throws UserError. */
export async function readPod(namespace: string, name: string, access: ApiAccess): Promise<Pod> {
  const client = new ApiClient({ access, version: productVersion(), metrics: new Registry(), now: Date.now });
  try {
    const chunks: Uint8Array[] = [];
    const body = await client.open({
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`,
      query: {},
      accept: 'application/json',
      gzip: false,
      signal: AbortSignal.timeout(SILENCE),
      silence: SILENCE,
    });
    for await (const chunk of body) chunks.push(chunk);
    const pod: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (isJsonObject(pod)) return decodePod(pod);
    throw new UserError(`the API server's answer about pod ${namespace}/${name} is no object`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      throw new UserError(
        `there is no pod ${name} in namespace ${namespace}; \`kubectl get pods -n ${namespace}\` lists them`,
        { cause: error },
      );
    }
    if (error instanceof CredentialError) throw new UserError(error.message, { cause: error });
    if (error instanceof ApiError || error instanceof TransportError || error instanceof DecodeError) {
      throw new UserError(
        `the API server ${access.server.href} does not tell about pod ${namespace}/${name}: ${error.message}; check --kubeconfig`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    client.close();
  }
}
