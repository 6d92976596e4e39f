import { join } from 'node:path';
import { type ChildServer, startChild } from './child-process.ts';

/** The store of an API server. */
export interface Etcd {
  readonly url: string;
  /** Forgets every version but the last. */
  compact(): Promise<void>;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 20_000;

/** Starts an etcd that keeps its data below `directory`. */
export async function startEtcd(program: string, directory: string, port: number, peerPort: number): Promise<Etcd> {
  const url = `http://127.0.0.1:${port}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const isReady = async (): Promise<boolean> => {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    return response?.ok === true;
  };
  const child: ChildServer = await startChild(
    [
      program,
      `--data-dir=${join(directory, 'etcd')}`,
      '--log-level=warn',
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      // Nothing here has to outlive a power cut.
      '--unsafe-no-fsync',
    ],
    isReady,
    START_TIMEOUT_MS,
  );
  return {
    url,
    async compact() {
      const key = Buffer.from('/').toString('base64');
      const range = await call(`${url}/v3/kv/range`, { key, limit: '1' });
      const header: unknown = Reflect.get(range, 'header');
      const revision: unknown = typeof header === 'object' && header !== null ? Reflect.get(header, 'revision') : '';
      await call(`${url}/v3/kv/compaction`, { revision, physical: true });
    },
    stop: () => child.kill(),
  };
}

async function call(url: string, body: object): Promise<object> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  const value: object = JSON.parse(text);
  return value;
}
