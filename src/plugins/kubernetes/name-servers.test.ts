import { describe, expect, test } from 'vitest';
import { testCluster } from './testing/ask.ts';

const CLUSTER = 'kubernetes cluster.local in-addr.arpa ip6.arpa';

const NODATA = ['NOERROR', 'au cluster.local. 5 SOA'];
const NXDOMAIN = ['NXDOMAIN', 'au cluster.local. 5 SOA'];

describe('name servers', () => {
  test('are the addresses of this server', async () => {
    const { show } = testCluster(CLUSTER, { localAddresses: ['192.0.2.2', 'fd00::2'] });
    const addresses = ['ad ns.dns.cluster.local. 5 A 192.0.2.2', 'ad ns.dns.cluster.local. 5 AAAA fd00::2'];
    expect(await show('cluster.local NS')).toEqual([
      'NOERROR',
      'an cluster.local. 5 NS ns.dns.cluster.local.',
      ...addresses,
    ]);
    expect(await show('ns.dns.cluster.local A')).toEqual(['NOERROR', 'an ns.dns.cluster.local. 5 A 192.0.2.2']);
    expect(await show('ns.dns.cluster.local SRV')).toEqual(NODATA);
    expect(await show('ns.dns.cluster.local TXT')).toEqual(NXDOMAIN);
    expect(await show('x.ns.dns.cluster.local A')).toEqual(NXDOMAIN);
  });

  test('are asked for in any letter case', async () => {
    const { show } = testCluster(CLUSTER, { localAddresses: ['192.0.2.2'] });
    expect(await show('NS.dns.CLUSTER.local A')).toEqual(['NOERROR', 'an NS.dns.CLUSTER.local. 5 A 192.0.2.2']);
    expect(await show('CLUSTER.local NS')).toEqual([
      'NOERROR',
      'an CLUSTER.local. 5 NS ns.dns.CLUSTER.local.',
      'ad ns.dns.CLUSTER.local. 5 A 192.0.2.2',
    ]);
  });

  test('are the services that this server is an endpoint of', async () => {
    const { show } = testCluster(CLUSTER, { localAddresses: ['10.244.1.2'] });
    expect(await show('cluster.local NS')).toEqual([
      'NOERROR',
      'an cluster.local. 5 NS web.shop.svc.cluster.local.',
      'ad web.shop.svc.cluster.local. 5 A 10.96.0.20',
    ]);
    expect(await show('ns.dns.cluster.local A')).toEqual(['NOERROR', 'an ns.dns.cluster.local. 5 A 10.96.0.20']);
  });

  test('are the endpoints of such a service when it is headless', async () => {
    const { show } = testCluster(CLUSTER, { localAddresses: ['10.244.1.22'] });
    expect(await show('cluster.local NS')).toEqual([
      'NOERROR',
      'an cluster.local. 5 NS db-0.db.shop.svc.cluster.local.',
      'an cluster.local. 5 NS db-1.db.shop.svc.cluster.local.',
      'ad db-0.db.shop.svc.cluster.local. 5 A 10.244.1.21',
      'ad db-1.db.shop.svc.cluster.local. 5 A 10.244.1.22',
    ]);
  });
});
