import { stringify } from 'yaml';

/** A context of a kubeconfig file. */
export interface KubeconfigContext {
  readonly name: string;
  /** Undefined: no authentication. */
  readonly token: string | undefined;
}

/** A kubeconfig file for one server; the first context is the current one. https is not verified. */
export function kubeconfig(server: string, contexts: readonly KubeconfigContext[]): string {
  const insecure = server.startsWith('https:') ? { 'insecure-skip-tls-verify': true } : {};
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'devcluster', cluster: { server, ...insecure } }],
    users: contexts.map(({ name, token }) => ({ name, user: token === undefined ? {} : { token } })),
    contexts: contexts.map(({ name }) => ({ name, context: { cluster: 'devcluster', user: name } })),
    'current-context': contexts[0]?.name ?? '',
  });
}
