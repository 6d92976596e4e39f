import { type ApiAccess, endpointAccess } from '../kube/access.ts';
import { kubeconfigAccess } from '../kube/kubeconfig.ts';
import type { Terminal } from './command.ts';
import { findSession } from './dev-session.ts';
import { UserError } from './user-error.ts';

/** The cluster that `--kubeconfig` names; else the embedded one if it runs, else that of KUBECONFIG. Throws UserError. */
export function clusterAccess(kubeconfig: string | undefined, terminal: Terminal): ApiAccess {
  const given = kubeconfig ?? terminal.environment['KUBECONFIG'];
  const session = kubeconfig === undefined ? findSession() : undefined;
  if (session !== undefined) return endpointAccess({ url: session.apiServer });
  if (given !== undefined && given !== '') return kubeconfigAccess(given);
  throw new UserError(
    'no embedded cluster is running: start one with `clusterfirst dev`, or name your cluster with --kubeconfig FILE',
  );
}
