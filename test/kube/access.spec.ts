import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { selfSigned } from '../../src/devcluster/certificate.ts';
import { listOf } from '../../src/devcluster/objects.ts';
import { KubeCluster } from './cluster.ts';
import { type DnsServer, startDnsServer, watchAnswer } from './dns-server.ts';
import { openShop, putService, putSlice } from './shop.ts';

const EXEC_VERSION = 'client.authentication.k8s.io/v1';
const COREDNS_ROLE = '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:coredns';

describe('rights and certificates', () => {
  let cluster: KubeCluster;
  let server: DnsServer;
  let tokenFile: string;
  let authorityFile: string;

  beforeAll(async () => {
    cluster = await KubeCluster.start();
    await openShop(cluster);
    tokenFile = join(cluster.directory, 'token');
    authorityFile = join(cluster.directory, 'authority.crt');
  });

  // Each fault is on its own: the first waits after failures are short again.
  beforeEach(async () => {
    await writeFile(tokenFile, await cluster.accountToken());
    await writeFile(authorityFile, cluster.server.certificate);
    const path = join(cluster.directory, 'kubeconfig-account');
    await writeFile(path, accountKubeconfig(cluster, { tokenFile }, authorityFile));
    server = await startDnsServer({ directory: join(cluster.directory, 'server'), options: `kubeconfig ${path}` });
    await server.becomes('web.shop', ['10.96.0.20']);
    return () => server[Symbol.asyncDispose]();
  });

  afterAll(() => cluster[Symbol.asyncDispose]());

  test('a token that is worth nothing any more is named, and the next one is used', async () => {
    const answers = watchAnswer(server, 'web.shop');
    await cluster.replaceAccount();
    await cluster.restart();
    await server.says(/\[ERROR\].*failed to (list|watch) \*v1\.Service: .*check the token/);
    await writeFile(tokenFile, await cluster.accountToken());
    await putService(cluster, 'after-rotation', '10.96.2.1');
    await server.becomes('after-rotation.shop', ['10.96.2.1']);
    expect(await answers()).toEqual(['10.96.0.20']);
  });

  test('an exec plugin is run again when its token is worth nothing any more, and nobody notices', async () => {
    const path = join(cluster.directory, 'kubeconfig-exec');
    const plugin = join(cluster.directory, 'plugin');
    const credential = { kind: 'ExecCredential', apiVersion: EXEC_VERSION, status: { token: 'TOKEN' } };
    const [before, after] = JSON.stringify(credential).split('TOKEN');
    await writeFile(plugin, `#!/bin/sh\nprintf '%s%s%s' '${before}' "$(cat '${tokenFile}')" '${after}'\n`);
    await chmod(plugin, 0o755);
    const exec = { apiVersion: EXEC_VERSION, command: './plugin', interactiveMode: 'Never' };
    await writeFile(path, accountKubeconfig(cluster, { exec }, authorityFile));
    await using fresh = await startDnsServer({
      directory: join(cluster.directory, 'exec'),
      options: `kubeconfig ${path}`,
    });
    await fresh.becomes('web.shop', ['10.96.0.20']);
    await cluster.replaceAccount();
    await writeFile(tokenFile, await cluster.accountToken());
    await cluster.restart();
    await putService(cluster, 'after-plugin', '10.96.2.5');
    await fresh.becomes('after-plugin.shop', ['10.96.2.5']);
    expect(fresh.lines.join('\n')).not.toContain('check the token');
  });

  test('a right that is taken away is named, and used when it is back', async () => {
    const answers = watchAnswer(server, 'web.shop');
    const role = await cluster.admin.call('GET', COREDNS_ROLE);
    await cluster.admin.call('PUT', COREDNS_ROLE, { ...role, rules: listOf(role['rules']).slice(0, 1) });
    await cluster.restart();
    await server.says(
      /\[ERROR\].*EndpointSlice.*grant list and watch on endpointslices in API group discovery\.k8s\.io/,
    );
    await putService(cluster, 'without-slices', '10.96.2.4');
    await server.becomes('without-slices.shop', ['10.96.2.4']);
    expect(await server.isReady()).toBe(true);
    const { metadata: _, ...restored } = role;
    await cluster.admin.apply(COREDNS_ROLE, { ...restored, metadata: { name: 'system:coredns' } });
    await putService(cluster, 'with-slices', 'None');
    await putSlice(cluster, 'with-slices', ['10.244.2.2']);
    await server.becomes('with-slices.shop', ['10.244.2.2']);
    expect(await answers()).toEqual(['10.96.0.20']);
  });

  test('a certificate of another authority is trusted when the authority is on disk', async () => {
    const answers = watchAnswer(server, 'web.shop');
    const renewed = selfSigned(Date.now());
    await writeFile(authorityFile, renewed.certificate);
    await cluster.server.kill();
    await cluster.server.useIdentity(renewed);
    await cluster.server.start();
    await putService(cluster, 'renewed', '10.96.2.2');
    await server.becomes('renewed.shop', ['10.96.2.2']);
    expect(await answers()).toEqual(['10.96.0.20']);
  });
});

/** A kubeconfig as it is in a pod: the authority, and what `user` names, are files that others renew. */
function accountKubeconfig(cluster: KubeCluster, user: object, authorityFile: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: cluster.server.url, 'certificate-authority': authorityFile } }],
    users: [{ name: 'coredns', user }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'coredns' } }],
    'current-context': 'c',
  });
}
