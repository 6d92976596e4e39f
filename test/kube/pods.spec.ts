import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KubeCluster } from './cluster.ts';
import { type DnsServer, startDnsServer } from './dns-server.ts';
import { openShop, podPath, putPod } from './shop.ts';

const NXDOMAIN = ['NXDOMAIN'];

function running(...addresses: readonly string[]): { phase: string; podIP: string; podIPs: { ip: string }[] } {
  return { phase: 'Running', podIP: addresses[0] ?? '', podIPs: addresses.map((ip) => ({ ip })) };
}

describe('pods', () => {
  let cluster: KubeCluster;
  let server: DnsServer;

  beforeAll(async () => {
    cluster = await KubeCluster.start();
    await openShop(cluster);
    server = await startDnsServer({
      directory: join(cluster.directory, 'server'),
      options: `endpoint ${cluster.proxy.url}`,
    });
    await server.becomes('web.shop', ['10.96.0.20']);
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await cluster[Symbol.asyncDispose]();
  });

  test.each(['Succeeded', 'Failed'])('a pod has its address until it has %s', async (phase) => {
    await putPod(cluster, 'job', running('10.244.7.1', 'fd00:10:244::7:1'));
    await server.becomes('10-244-7-1.shop.pod', ['10.244.7.1']);
    await putPod(cluster, 'job', { ...running('10.244.7.1', 'fd00:10:244::7:1'), phase });
    await server.becomes('10-244-7-1.shop.pod', NXDOMAIN);
    // The address may be another pod's before the finished one is deleted.
    await putPod(cluster, 'next', running('10.244.7.1'));
    await server.becomes('10-244-7-1.shop.pod', ['10.244.7.1']);
    await cluster.admin.delete(podPath('job'));
    await cluster.admin.delete(podPath('next'));
    await server.becomes('10-244-7-1.shop.pod', NXDOMAIN);
  });

  test('a pod that comes back under its name has its new address only', async () => {
    await putPod(cluster, 'db-0', running('10.244.7.2'));
    await server.becomes('10-244-7-2.shop.pod', ['10.244.7.2']);
    await cluster.admin.delete(podPath('db-0'));
    await putPod(cluster, 'db-0', running('10.244.7.3'));
    await server.becomes('10-244-7-3.shop.pod', ['10.244.7.3']);
    expect(await server.answer('10-244-7-2.shop.pod')).toEqual(NXDOMAIN);
  });

  test('what happened to pods while nobody watched is found', async () => {
    await putPod(cluster, 'gone', running('10.244.7.4'));
    await putPod(cluster, 'db-1', running('10.244.7.5'));
    await server.becomes('10-244-7-5.shop.pod', ['10.244.7.5']);
    await cluster.proxy.refuse();
    await cluster.admin.delete(podPath('gone'));
    await cluster.admin.delete(podPath('db-1'));
    await putPod(cluster, 'db-1', running('10.244.7.6'));
    await cluster.forget();
    await cluster.proxy.up();
    await server.becomes('10-244-7-6.shop.pod', ['10.244.7.6']);
    await server.becomes('10-244-7-4.shop.pod', NXDOMAIN);
    expect(await server.answer('10-244-7-5.shop.pod')).toEqual(NXDOMAIN);
  });
});
