import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KubeCluster, type KubeClusterOptions } from './cluster.ts';
import { type Access, type DnsServer, startDnsServer, watchAnswer } from './dns-server.ts';
import { SERVICES, openShop, putService, putSlice, serviceBody } from './shop.ts';

const NXDOMAIN = ['NXDOMAIN'];
/** What a change takes at most when nothing is wrong. */
const AT_ONCE_MS = 2_000;
/** Four pages of a list in pages. */
const MANY = 1_600;

/** Ways that API servers list: by a watch that begins with the list, from memory at once, or from etcd in pages. */
const SERVERS: readonly { readonly name: string; readonly options: KubeClusterOptions }[] = [
  { name: 'streamed lists', options: {} },
  { name: 'no streamed lists', options: { streamedLists: false } },
  { name: 'lists in pages from etcd', options: { streamedLists: false, watchCache: false } },
  ...olderEtcd(),
];

/** An etcd without progress notifications on request, such as 3.4: the API server refuses streamed lists by itself. */
function olderEtcd(): typeof SERVERS {
  const program = process.env['TEST_KUBE_OLDER_ETCD'];
  return program === undefined ? [] : [{ name: 'an older etcd', options: { etcdProgram: program } }];
}

for (const { name, options } of SERVERS) {
  describe(`an API server with ${name}`, () => {
    let cluster: KubeCluster;
    let access: Access;
    let server: DnsServer;

    beforeAll(async () => {
      cluster = await KubeCluster.start(options);
      await openShop(cluster);
      access = { directory: join(cluster.directory, 'server'), options: `endpoint ${cluster.proxy.url}` };
      server = await startDnsServer(access);
      await server.becomes('web.shop', ['10.96.0.20']);
    });

    afterAll(async () => {
      await server[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    });

    test('what is made, changed and deleted shows at once', async () => {
      expect(await server.answer('new.shop')).toEqual(NXDOMAIN);
      await putService(cluster, 'new', '10.96.1.1');
      await server.becomes('new.shop', ['10.96.1.1'], AT_ONCE_MS);
      await cluster.admin.delete(`${SERVICES}/new`);
      await server.becomes('new.shop', NXDOMAIN, AT_ONCE_MS);
      await putSlice(cluster, 'headless', ['10.244.0.1', '10.244.0.2']);
      await putService(cluster, 'headless', 'None');
      await server.becomes('headless.shop', ['10.244.0.1', '10.244.0.2'], AT_ONCE_MS);
      await putSlice(cluster, 'headless', ['10.244.0.2']);
      await server.becomes('headless.shop', ['10.244.0.2'], AT_ONCE_MS);
    });

    test('a restart of the API server is not noticed, and what changes after it shows', async () => {
      const answers = watchAnswer(server, 'web.shop');
      await cluster.server.kill();
      expect(await server.isReady()).toBe(true);
      await cluster.server.start();
      await putService(cluster, 'after-restart', '10.96.1.2');
      await server.becomes('after-restart.shop', ['10.96.1.2']);
      expect(await answers()).toEqual(['10.96.0.20']);
    });

    test('a connection that is cut is taken up where it was', async () => {
      const answers = watchAnswer(server, 'web.shop');
      const before = await expiredLists(server);
      cluster.proxy.cut();
      await putService(cluster, 'after-cut', '10.96.1.3');
      await server.becomes('after-cut.shop', ['10.96.1.3']);
      expect(await answers()).toEqual(['10.96.0.20']);
      expect(await expiredLists(server)).toBe(before);
    });

    test('what happened before versions that are forgotten is found by a new list', async () => {
      await putService(cluster, 'goes', '10.96.1.4');
      await server.becomes('goes.shop', ['10.96.1.4']);
      const before = await expiredLists(server);
      const answers = watchAnswer(server, 'web.shop');
      await cluster.proxy.refuse();
      await cluster.admin.delete(`${SERVICES}/goes`);
      await putService(cluster, 'comes', '10.96.1.5');
      await cluster.forget();
      await cluster.proxy.up();
      await server.becomes('goes.shop', NXDOMAIN);
      await server.becomes('comes.shop', ['10.96.1.5']);
      expect(await answers()).toEqual(['10.96.0.20']);
      expect(await expiredLists(server)).toBe(before + 1);
    });

    test('a list of many objects is complete', async () => {
      await makeMany(cluster);
      await server.becomes(`s${MANY - 1}.shop`, [addressOf(MANY - 1)]);
      await using fresh = await startDnsServer({ ...access, directory: join(cluster.directory, 'fresh') });
      const missing: number[] = [];
      for (let i = 0; i < MANY; i++) {
        if ((await fresh.answer(`s${i}.shop`))[0] !== addressOf(i)) missing.push(i);
      }
      expect(missing).toEqual([]);
    });
  });
}

/** How often services were listed again because the server had forgotten the version. */
async function expiredLists(server: DnsServer): Promise<number> {
  const relists = await server.series('clusterfirst_kubernetes_relists_total');
  return relists.get('{resource="services",reason="expired"}') ?? 0;
}

/** Cluster addresses outside those that tests give by hand. */
function addressOf(i: number): string {
  return `10.96.${16 + (i >> 7)}.${1 + (i & 127)}`;
}

/** So many requests at a time keep a server busy that has one core. */
const REQUESTS_AT_A_TIME = 8;

async function makeMany({ admin }: KubeCluster): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < MANY) {
      const i = next++;
      await admin.call('POST', SERVICES, serviceBody(`s${i}`, addressOf(i)));
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_A_TIME }, worker));
}
