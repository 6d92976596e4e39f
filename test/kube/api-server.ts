import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerIdentity } from '../../src/devcluster/certificate.ts';
import { type ChildServer, startChild } from './child-process.ts';
import { send } from './send.ts';

/** Users of the token file, by name; `NAME-token` is the token. Rights come from RBAC: see system-objects.ts. */
export const USERS: readonly string[] = ['admin', 'reader', 'no-slices', 'nobody'];

export function tokenOf(user: string): string {
  return `${user}-token`;
}

export interface ApiServerOptions {
  readonly program: string;
  /** For keys, certificates and tokens. */
  readonly directory: string;
  readonly port: number;
  readonly etcdUrl: string;
  /** As `--service-cluster-ip-range` takes them: one range, or one of each family. */
  readonly serviceRanges: string;
  readonly streamedLists: boolean;
  readonly watchCache: boolean;
}

/** Migrating its storage and its built-in roles takes a server some seconds; two cores may be busy besides. */
const START_TIMEOUT_MS = 90_000;

/** A kube-apiserver without controllers: what is applied is what there is. */
export class ApiServer {
  readonly url: string;
  readonly #options: ApiServerOptions;
  readonly #certificateFile: string;
  #certificate = '';
  #child: ChildServer | undefined;

  constructor(options: ApiServerOptions) {
    this.url = `https://127.0.0.1:${options.port}`;
    this.#options = options;
    this.#certificateFile = join(options.directory, 'server.crt');
  }

  /** What clients have to trust, PEM. */
  get certificate(): string {
    return this.#certificate;
  }

  /** Lines of the log so far. */
  get lines(): readonly string[] {
    return this.#child?.lines ?? [];
  }

  /** Writes the files that the server needs; `identity` is what it shows to clients. */
  async prepare(identity: ServerIdentity): Promise<void> {
    const { directory } = this.#options;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const users = USERS.map((user) => {
      const groups = user === 'admin' ? ',"system:masters"' : '';
      return `${tokenOf(user)},${user},uid-${user}${groups}\n`;
    });
    await this.useIdentity(identity);
    await writeFile(
      join(directory, 'service-account.key'),
      privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    );
    await writeFile(join(directory, 'tokens.csv'), users.join(''));
  }

  /** Replaces key and certificate; valid from the next start. */
  async useIdentity(identity: ServerIdentity): Promise<void> {
    await writeFile(join(this.#options.directory, 'server.key'), identity.key);
    await writeFile(this.#certificateFile, identity.certificate);
    this.#certificate = identity.certificate;
  }

  async start(): Promise<void> {
    this.#child = await startChild(this.#command(), () => this.#isReady(), START_TIMEOUT_MS);
  }

  /** Drops all connections, and refuses new ones until the next start. */
  async kill(): Promise<void> {
    await this.#child?.kill();
    this.#child = undefined;
  }

  #command(): [string, ...string[]] {
    const { program, directory, port, etcdUrl, serviceRanges, streamedLists, watchCache } = this.#options;
    const file = (name: string): string => join(directory, name);
    const flags = {
      'etcd-servers': etcdUrl,
      'bind-address': '127.0.0.1',
      'advertise-address': '192.0.2.1',
      'secure-port': port,
      'cert-dir': directory,
      'tls-cert-file': this.#certificateFile,
      'tls-private-key-file': file('server.key'),
      'service-cluster-ip-range': serviceRanges,
      'authorization-mode': 'RBAC',
      'token-auth-file': file('tokens.csv'),
      'anonymous-auth': false,
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': file('service-account.key'),
      'service-account-signing-key-file': file('service-account.key'),
      // Accounts for pods come from a controller, which is not there.
      'disable-admission-plugins': 'ServiceAccount',
      'endpoint-reconciler-type': 'none',
      'watch-cache': watchCache,
      'feature-gates': `WatchList=${streamedLists}`,
    };
    return [program, ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`)];
  }

  async #isReady(): Promise<boolean> {
    const answer = await send(`${this.url}/readyz`, { token: tokenOf('admin') }).catch(() => undefined);
    return answer?.status === 200;
  }
}
