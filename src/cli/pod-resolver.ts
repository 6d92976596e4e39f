import type { ApiAccess } from '../kube/access.ts';
import { ApiError } from '../kube/api-error.ts';
import { ApiClient } from '../kube/client.ts';
import { isJsonObject, type JsonObject, objectField, objectsField, stringField, stringsField } from '../kube/json.ts';
import { Registry } from '../metrics/registry.ts';
import { productVersion } from './product.ts';
import type { ResolverConfiguration } from './stub-resolver.ts';
import { UserError } from './user-error.ts';

/** What kubelet writes into pods with dnsPolicy ClusterFirst. */
const CLUSTER_NDOTS = 5;
/** What resolver libraries take when nothing says otherwise. */
const DEFAULT_NDOTS = 1;
const CLUSTER_DOMAIN = 'cluster.local';
/** Milliseconds without a word from the API server. */
const SILENCE = 5000;

/** The search list and ndots of a pod, as kubelet would write them. Throws UserError. */
export async function resolverOfPod(
  namespace: string,
  name: string,
  access: ApiAccess,
): Promise<Omit<ResolverConfiguration, 'server'>> {
  const pod = await readPod(namespace, name, access);
  const spec = objectField(pod, 'spec');
  const policy = stringField(spec, 'dnsPolicy') || 'ClusterFirst';
  if (policy === 'Default' || (policy === 'ClusterFirst' && spec['hostNetwork'] === true)) {
    throw new UserError(
      `pod ${namespace}/${name} uses the resolver of its node (dnsPolicy ${policy}${policy === 'Default' ? '' : ' with hostNetwork'}), ` +
        'not the DNS of the cluster; ask as another pod',
    );
  }
  const base = policy === 'None' ? { search: [], ndots: DEFAULT_NDOTS } : resolverOfNamespace(namespace);
  const dnsConfig = objectField(spec, 'dnsConfig');
  const ndots = objectsField(dnsConfig, 'options').find((option) => stringField(option, 'name') === 'ndots');
  return {
    search: [...new Set([...base.search, ...stringsField(dnsConfig, 'searches')])],
    ndots: ndots === undefined ? base.ndots : Number(stringField(ndots, 'value')),
  };
}

/** What an ordinary pod of the namespace has. */
export function resolverOfNamespace(namespace: string): Omit<ResolverConfiguration, 'server'> {
  return {
    search: [`${namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN],
    ndots: CLUSTER_NDOTS,
  };
}

async function readPod(namespace: string, name: string, access: ApiAccess): Promise<JsonObject> {
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
    if (isJsonObject(pod)) return pod;
    throw new UserError(`the API server's answer about pod ${namespace}/${name} is no object`);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) {
      throw new UserError(
        `there is no pod ${name} in namespace ${namespace}; \`kubectl get pods -n ${namespace}\` lists them`,
        {
          cause: error,
        },
      );
    }
    throw error;
  } finally {
    client.close();
  }
}
