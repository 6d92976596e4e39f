import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a kubeconfig file `config` with one context, `main`, of the user `u` in this cluster. Returns its path. */
export function writeKubeconfig(directory: string, cluster: object, user: object, more: object = {}): string {
  const path = join(directory, 'config');
  const config = {
    'current-context': 'main',
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    ...more,
  };
  writeFileSync(path, JSON.stringify(config));
  return path;
}
