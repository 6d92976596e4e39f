import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../src/cli/check.ts';
import { startServing } from '../../src/cli/serving.ts';
import { freePort, runCommand, temporaryFolder } from '../../src/cli/testing.ts';
import { DevCluster } from '../../src/devcluster/dev-cluster.ts';
import { endpointAccess } from '../../src/kube/access.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { systemClock } from '../../src/plugin-api/clock.ts';
import { type Fence, fencesOf } from './fences.ts';
import { filesOf, root } from './source-files.ts';

const pages = filesOf('README.md', 'docs/**/*.md', 'src/plugins/*/README.md', 'examples/**/*.md');
const fences = fencesOf('corefile', pages).map((fence): [string, Fence] => [`${fence.page}:${fence.line}`, fence]);

/** Certificates for tests in the place of those that are named. */
function withCertificates(text: string): string {
  const file = (name: string): string => join(root, 'src/transport/stream/testdata', name);
  const pair = `${file('server.pem')} ${file('server.key')}`;
  return text.replaceAll(
    /^( *)tls (\S+\.crt) (\S+)( \S+\.crt)?/gm,
    (_line, indent: string, _certificate, _key, authority?: string) =>
      `${indent}tls ${pair}${authority === undefined ? '' : ` ${file('ca.pem')}`}`,
  );
}

/** Probes and metrics with free ports in the place of fixed ones, and our cluster in the place of the one that is named. */
function movedHere(text: string, apiServer: string): string {
  return withCertificates(text)
    .replaceAll(/^( *)(health|ready|prometheus)\b(?: +[^\s{]+)?/gm, '$1$2 127.0.0.1:0')
    .replaceAll(/^( *)endpoint .*$/gm, `$1endpoint ${apiServer}`);
}

describe('Corefiles in the pages', () => {
  let cluster: DevCluster;

  beforeAll(async () => {
    cluster = await DevCluster.start({ clock: systemClock, logger: silentLogger() });
  });

  afterAll(() => cluster.stop());

  it.each(fences)('%s passes check', async (_where, { text }) => {
    using folder = temporaryFolder({ Corefile: withCertificates(text) });
    const { code, out } = await runCommand(check, [], { folder: folder.path });
    expect(out.filter((line) => line.includes(': error: '))).toEqual([]);
    expect(code).toBe(0);
  });

  it.each(fences)('%s starts', async (_where, { text }) => {
    const log: string[] = [];
    // An empty one: pages name folders that are read with all that is in them.
    using folder = temporaryFolder({});
    // The ports of the pages may be taken here, or not be allowed.
    const free = [await freePort(), await freePort(), await freePort()];
    const moved = new Map<number, number>();
    const running = await startServing({
      corefile: async () => ({ text: movedHere(text, cluster.url), file: 'Corefile' }),
      workingDirectory: folder.path,
      environment: {},
      output: (line) => log.push(line),
      mapPort(port) {
        const known = moved.get(port) ?? free[moved.size] ?? 0;
        moved.set(port, known);
        return known;
      },
      clusterAccess: () => endpointAccess({ url: cluster.url }),
    });
    await running.stop();
    expect(log.filter((line) => /^\[(ERROR|FATAL)\]/.test(line))).toEqual([]);
  });
});
