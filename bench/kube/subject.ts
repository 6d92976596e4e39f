import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestCertificates } from '../../src/kube/testing/test-certificates.ts';
import type { Bundles } from './bundle.ts';
import { MeasuredProcess } from './measured-process.ts';

/** What watches the stand-in API, in a process of its own. */
export interface Subject {
  readonly process: MeasuredProcess;
  /** Resolves when everything is listed. */
  readonly synced: () => Promise<void>;
  /** Where it answers DNS queries; 0 when it does not. */
  readonly port: number;
}

export interface SubjectOptions {
  readonly bundles: Bundles;
  readonly kind: 'watch' | 'server';
  /** Of the API. */
  readonly url: string;
  readonly certificates: TestCertificates | undefined;
  /** For files; there for as long as the subject. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

export async function startSubject(options: SubjectOptions): Promise<Subject> {
  const { bundles, kind, url, certificates, environment } = options;
  const probe = ['--import', bundles.probe];
  if (kind === 'watch') {
    const child = new MeasuredProcess([...probe, bundles.watch, url, certificates?.ca ?? ''], environment);
    return { process: child, synced: async () => void (await child.message('syncedAfter')), port: 0 };
  }
  const [port, ready, metrics] = [await freePort(), await freePort(), await freePort()];
  const corefile = join(options.directory, 'Corefile');
  writeFileSync(corefile, corefileOf({ port, ready, metrics, url, certificates, upstream: await freePort() }));
  const child = new MeasuredProcess([...probe, bundles.server, corefile], environment);
  const synced = async (): Promise<void> => {
    for (;;) {
      if (child.hasEnded) throw new Error('the server ended; BENCH_VERBOSE=1 shows what it said');
      const response = await fetch(`http://127.0.0.1:${ready}/ready`).catch(() => undefined);
      if (response?.status === 200) return;
      await sleep(10);
    }
  };
  return { process: child, synced, port };
}

interface CorefileOptions {
  readonly port: number;
  readonly ready: number;
  readonly metrics: number;
  readonly upstream: number;
  readonly url: string;
  readonly certificates: TestCertificates | undefined;
}

/** The Corefile that kubeadm installs, with other ports, the stand-in API and nothing behind `forward`. */
function corefileOf({ port, ready, metrics, upstream, url, certificates }: CorefileOptions): string {
  const tls =
    certificates === undefined ? '' : `tls ${certificates.clientCert} ${certificates.clientKey} ${certificates.ca}`;
  return `.:${port} {
    bind 127.0.0.1
    errors
    ready 127.0.0.1:${ready}
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
        endpoint ${url}
        ${tls}
    }
    prometheus 127.0.0.1:${metrics}
    forward . 127.0.0.1:${upstream} {
        max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
