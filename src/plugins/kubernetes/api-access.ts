import { type ApiAccess, endpointAccess, KubeConfigError } from '../../kube/access.ts';
import { kubeconfigAccess } from '../../kube/kubeconfig.ts';
import { ConfigurationError, type SetupContext } from '../../plugin-api/context.ts';
import type { KubernetesStanza } from './configuration.ts';

/** How the directive says to reach the API server. Throws ConfigurationError. */
export function openAccess(stanza: KubernetesStanza, context: SetupContext): ApiAccess {
  try {
    return access(stanza, context);
  } catch (error) {
    if (!(error instanceof KubeConfigError)) throw error;
    const { given, line } = stanza;
    const place = (given.get('kubeconfig') ?? given.get('tls') ?? given.get('endpoint') ?? line).name.place;
    throw new ConfigurationError(`plugin/kubernetes: ${error.message}`, place);
  }
}

function access({ options }: KubernetesStanza, context: SetupContext): ApiAccess {
  const { endpoint, kubeconfig, tls } = options;
  const [file, contextName] = kubeconfig ?? [];
  if (file !== undefined) return kubeconfigAccess(context.resolvePath(file), contextName);
  if (endpoint === undefined) return context.clusterAccess();
  if (tls === undefined) return endpointAccess({ url: endpoint });
  return endpointAccess({
    url: endpoint,
    certFile: context.resolvePath(tls.certFile),
    keyFile: context.resolvePath(tls.keyFile),
    caFile: context.resolvePath(tls.caFile),
  });
}
