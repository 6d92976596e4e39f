import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KubeCluster, type KubeClusterOptions } from '../kube/cluster.ts';
import {
  applyFile,
  applyFolder,
  applyManifests,
  deleteManifests,
  parseManifests,
  removeEverything,
} from '../kube/manifests.ts';
import type { ApiState } from './case.ts';
import type { ClusterServer } from './cluster.ts';

const MULTICLUSTER_RIGHTS = join(import.meta.dirname, '../kube/multicluster-rights.yaml');

/** A real kube-apiserver with etcd, without controllers. `{{api}}` has the rights of CoreDNS's service account. */
export async function startKubeApiserver(options?: KubeClusterOptions): Promise<ClusterServer> {
  const cluster = await KubeCluster.start(options);
  const { admin, proxy, directory } = cluster;
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, cluster.kubeconfig);
  return {
    placeholders: new Map([
      ['api', proxy.url],
      ['apihost', new URL(proxy.url).host],
      ['kubeconfig', kubeconfig],
    ]),
    async load(folder) {
      const manifests = await applyFolder(admin, folder);
      const hasImports = manifests.some(({ kind }) => kind === 'ServiceImport');
      if (hasImports) await applyFile(admin, MULTICLUSTER_RIGHTS);
    },
    apply: (manifests) => applyManifests(admin, parseManifests(manifests)),
    delete: (manifests) => deleteManifests(admin, parseManifests(manifests)),
    become: (state) => become(cluster, state),
    async reset() {
      await proxy.up();
      await removeEverything(admin);
    },
    stop: () => cluster[Symbol.asyncDispose](),
  };
}

async function become(cluster: KubeCluster, state: ApiState): Promise<void> {
  const { proxy } = cluster;
  switch (state) {
    case 'up':
      return await proxy.up();
    case 'down':
      return await proxy.refuse();
    case 'hang':
      return await proxy.hang();
    case 'cut':
      return proxy.cut();
    case 'compact':
      return await cluster.forget();
  }
}
