import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { DevCluster } from '../../src/devcluster/dev-cluster.ts';
import { silentLogger } from '../../src/log/logger.ts';
import type { ApiState } from './case.ts';
import type { ClusterServer } from './cluster.ts';

/** A real API server makes this Service itself; the folders do not all have it. */
const API_SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: kubernetes, namespace: default}
spec:
  type: ClusterIP
  clusterIP: 10.96.0.1
  clusterIPs: [10.96.0.1]
  ipFamilies: [IPv4]
  ipFamilyPolicy: SingleStack
  ports:
  - {name: https, port: 443, protocol: TCP, targetPort: 6443}
`;

/** What a namespace of the vectors has in it. */
const NAMESPACED = [
  ['v1', 'Service'],
  ['v1', 'Pod'],
  ['discovery.k8s.io/v1', 'EndpointSlice'],
] as const;

/** The embedded API server, without controllers: what the manifests say is what there is. */
export async function startDevCluster(): Promise<ClusterServer> {
  const cluster = await DevCluster.start({
    clock: { now: () => Date.now() },
    logger: silentLogger(),
    controllers: false,
  });
  const empty = cluster.snapshot();
  const directory = await mkdtemp(join(tmpdir(), 'conformance-cluster-'));
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfigWithTokens);
  return {
    placeholders: new Map([
      ['api', cluster.url],
      ['apihost', new URL(cluster.url).host],
      ['kubeconfig', kubeconfig],
    ]),
    async load(folder) {
      await cluster.load(folder);
      if (cluster.get('v1', 'Service', 'default', 'kubernetes') === undefined) await cluster.loadText(API_SERVICE);
    },
    apply: (manifests) => cluster.loadText(manifests),
    async delete(manifests) {
      for (const name of namespacesIn(manifests)) emptyNamespace(cluster, name);
      cluster.deleteText(manifests);
      await cluster.settled();
    },
    become: (state) => become(cluster, state),
    reset: () => cluster.reset(empty),
    async stop() {
      await cluster.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function become(cluster: DevCluster, state: ApiState): Promise<void> {
  switch (state) {
    case 'up':
      return await cluster.faults.up();
    case 'down':
      return await cluster.faults.refuse();
    case 'hang':
      return await cluster.faults.hang();
    case 'cut':
      return cluster.faults.cut();
    case 'compact':
      return cluster.faults.compact();
  }
}

/** A namespace that goes takes along what is in it; without controllers nobody sees to that. */
function emptyNamespace(cluster: DevCluster, namespace: string): void {
  for (const [apiVersion, kind] of NAMESPACED) {
    for (const object of cluster.list(apiVersion, kind, namespace)) cluster.delete({ ...object, apiVersion, kind });
  }
}

function namespacesIn(manifests: string): string[] {
  const documents = parseAllDocuments(manifests).map((document): Manifest => document.toJS());
  return documents.flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : []));
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}
