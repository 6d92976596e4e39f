import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What runs every load; the bench cannot do without. */
export const TOOLS: Readonly<Record<string, string>> = {
  dnsperf: 'dnsperf',
  taskset: 'util-linux',
  setpriv: 'util-linux',
};
const COREDNS_MODULE = 'github.com/coredns/coredns@v1.15.0';

/** Debian puts daemons there, and leaves it out of the PATH of users. */
const MORE_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** The path of a program in the PATH, beside it where daemons are, or in one more folder; undefined when there is none. */
export function findProgram(name: string, folder?: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...MORE_FOLDERS];
  return [...(folder === undefined ? [] : [folder]), ...folders].map((each) => join(each, name)).find(isProgram);
}

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where `go install` puts programs; undefined without Go. */
export function goFolder(): string | undefined {
  const go = findProgram('go');
  if (go === undefined) return undefined;
  const [bin = '', path = ''] = execFileSync(go, ['env', 'GOBIN', 'GOPATH'], { encoding: 'utf8' }).split('\n');
  return bin === '' ? join(path, 'bin') : bin;
}

/** Builds CoreDNS with Go, which shows what it does. Throws when that fails. */
export function installCoreDns(): void {
  const go = findProgram('go');
  if (go === undefined) throw new Error('--install-coredns needs Go (Debian: apt-get install golang, or go.dev)');
  const { status } = spawnSync(go, ['install', '-v', COREDNS_MODULE], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`go install ${COREDNS_MODULE} failed`);
}
