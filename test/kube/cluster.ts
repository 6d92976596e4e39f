import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../../src/devcluster/certificate.ts';
import { kubeconfig } from '../../src/devcluster/kubeconfig.ts';
import { recordOf, textOf } from '../../src/devcluster/objects.ts';
import { claimPorts } from '../conformance/ports.ts';
import { AdminClient } from './admin-client.ts';
import { ApiServer, USERS, tokenOf } from './api-server.ts';
import { PROGRAMS } from './build.ts';
import { type Etcd, startEtcd } from './etcd.ts';
import { applyFile } from './manifests.ts';
import { Proxy } from './proxy.ts';

export interface KubeClusterOptions {
  /** Default: ranges that fit all manifests of the vectors. */
  readonly serviceRanges?: string;
  /** Whether a watch may begin with a list. Default: true. */
  readonly streamedLists?: boolean;
  /** Whether the server answers from its memory; else every list comes from etcd, in pages. Default: true. */
  readonly watchCache?: boolean;
  /** Default: the one that is built with the API server. */
  readonly etcdProgram?: string;
}

/** As the vectors' manifests say in `# service-cluster-ip-range:`. */
const SERVICE_RANGES = '10.96.0.0/16,fd00:10:96::/108';
/** The account that CoreDNS has in every cluster. */
const ACCOUNT_PATH = '/api/v1/namespaces/kube-system/serviceaccounts/coredns';
/** What the API server makes by itself, some of it a moment after it is ready. */
const SYSTEM_PATHS = [
  '/api/v1/namespaces/default',
  '/api/v1/namespaces/kube-system',
  '/api/v1/namespaces/kube-public',
  '/api/v1/namespaces/kube-node-lease',
  '/api/v1/namespaces/default/services/kubernetes',
];
const SYSTEM_TIMEOUT_MS = 20_000;
const PAUSE_MS = 50;

/** etcd and kube-apiserver on loopback ports, with the standard rights of a DNS server. */
export class KubeCluster implements AsyncDisposable {
  readonly admin: AdminClient;
  readonly server: ApiServer;
  readonly etcd: Etcd;
  /** The API with the rights of the service account kube-system/coredns. */
  readonly proxy: Proxy;
  /** For whatever a test wants to write; gone with the cluster. */
  readonly directory: string;
  readonly #resources: AsyncDisposableStack;

  private constructor(
    parts: Pick<KubeCluster, 'admin' | 'server' | 'etcd' | 'proxy' | 'directory'>,
    resources: AsyncDisposableStack,
  ) {
    this.admin = parts.admin;
    this.server = parts.server;
    this.etcd = parts.etcd;
    this.proxy = parts.proxy;
    this.directory = parts.directory;
    this.#resources = resources;
  }

  static async start(options: KubeClusterOptions = {}): Promise<KubeCluster> {
    await using resources = new AsyncDisposableStack();
    const directory = await mkdtemp(join(tmpdir(), 'test-kube-'));
    resources.defer(() => rm(directory, { recursive: true, force: true }));
    const ports = resources.use(await claimPorts());
    const etcd = await startEtcd(
      options.etcdProgram ?? PROGRAMS.etcd,
      directory,
      await ports.next(),
      await ports.next(),
    );
    resources.defer(() => etcd.stop());
    const server = new ApiServer({
      program: PROGRAMS.kubeApiserver,
      directory,
      port: await ports.next(),
      etcdUrl: etcd.url,
      serviceRanges: options.serviceRanges ?? SERVICE_RANGES,
      streamedLists: options.streamedLists ?? true,
      watchCache: options.watchCache ?? true,
    });
    await server.prepare(selfSigned(Date.now()));
    await server.start();
    resources.defer(() => server.kill());
    const admin = new AdminClient(server.url, tokenOf('admin'));
    resources.defer(() => admin.close());
    await untilThere(admin, SYSTEM_PATHS);
    await applyFile(admin, join(import.meta.dirname, 'rights.yaml'));
    const proxy = new Proxy(server.url, await accountToken(admin));
    await proxy.up();
    resources.defer(() => proxy.stop());
    return new KubeCluster({ admin, server, etcd, proxy, directory }, resources.move());
  }

  /** A kubeconfig file's text with a context for each user, and `stranger`, whom nobody knows. */
  get kubeconfig(): string {
    return kubeconfig(
      this.server.url,
      [...USERS, 'stranger'].map((name) => ({ name, token: tokenOf(name) })),
    );
  }

  /** A new token of the service account kube-system/coredns. */
  async accountToken(): Promise<string> {
    return await accountToken(this.admin);
  }

  /** Makes the service account anew: its tokens are worth nothing from now on. */
  async replaceAccount(): Promise<void> {
    await this.admin.delete(ACCOUNT_PATH);
    await applyFile(this.admin, join(import.meta.dirname, 'rights.yaml'));
  }

  /**
   * Forgets all old versions: etcd by compaction, the API server, which remembers by itself what it has sent, by a new
   * start. Connections are dropped.
   */
  async forget(): Promise<void> {
    // Who has seen the last version would not notice.
    await this.admin.apply('/api/v1/namespaces/kube-public/configmaps/forget', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'forget' },
      data: { at: new Date().toISOString() },
    });
    await this.etcd.compact();
    await this.restart();
  }

  /** Ends the API server as a crash would, and starts it again. */
  async restart(): Promise<void> {
    await this.server.kill();
    await this.server.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

async function accountToken(admin: AdminClient): Promise<string> {
  const answer = await admin.call('POST', `${ACCOUNT_PATH}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {},
  });
  return textOf(recordOf(answer['status'])['token']);
}

async function untilThere(admin: AdminClient, paths: readonly string[]): Promise<void> {
  const deadline = performance.now() + SYSTEM_TIMEOUT_MS;
  for (const path of paths) {
    while ((await admin.ask('GET', path)).status !== 200) {
      if (performance.now() > deadline) throw new Error(`the API server has not made ${path}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
