import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { type ApiAccess, KubeConfigError, makeTls, parseServer, readConfigFile, TokenFile } from './access.ts';

/** Where kubelet puts a pod's service account. */
const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Access as the pod's own service account, from KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT and the files
 * `token`, `ca.crt` and `namespace`. Throws KubeConfigError outside a cluster.
 */
export function inClusterAccess(
  environment: Readonly<Record<string, string | undefined>>,
  directory: string = SERVICE_ACCOUNT_DIRECTORY,
): ApiAccess {
  const host = environment['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = environment['KUBERNETES_SERVICE_PORT'] ?? '';
  if (host === '' || port === '') {
    throw new KubeConfigError(
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this is not a pod; ' +
        'use `kubeconfig FILE` or `endpoint URL` in the kubernetes block',
    );
  }
  const token = new TokenFile(join(directory, 'token'));
  const caFile = join(directory, 'ca.crt');
  const ca = { file: caFile, what: 'the certificate authority' };
  return {
    server: parseServer(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`, 'https', 'KUBERNETES_SERVICE_HOST'),
    tls: makeTls({ ca, cert: undefined, key: undefined }, caFile),
    namespace: readNamespace(join(directory, 'namespace')),
    authorization: () => `Bearer ${token.read()}`,
  };
}

/** The pod's namespace; the file may be missing where tokens are projected by hand. */
function readNamespace(path: string): string {
  try {
    return readConfigFile(path, 'the namespace').toString('utf8').trim();
  } catch {
    return 'default';
  }
}
