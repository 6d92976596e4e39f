import { describe, expect, test } from 'vitest';

import { ClusterStore } from '../../kube/store.ts';
import { applyManifest } from '../../kube/testing/fill-store.ts';
import { manifests, testCluster } from './testing/ask.ts';

/** A question, and the lines of the reply as TestCluster.show gives them. */
type Row = readonly [question: string, ...lines: string[]];

const CLUSTER = 'kubernetes cluster.local in-addr.arpa ip6.arpa';
const insecure = testCluster(`${CLUSTER} {\n pods insecure\n}`);

const NODATA = ['NOERROR', 'au cluster.local. 5 SOA'];
const NXDOMAIN = ['NXDOMAIN', 'au cluster.local. 5 SOA'];
const REVERSE_NXDOMAIN = ['NXDOMAIN', 'au in-addr.arpa. 5 SOA'];

describe('services with a cluster address', () => {
  test.each<Row>([
    ['web.shop.svc.cluster.local A', 'NOERROR', 'an web.shop.svc.cluster.local. 5 A 10.96.0.20'],
    ['web.shop.svc.cluster.local AAAA', ...NODATA],
    ['dual.shop.svc.cluster.local A', 'NOERROR', 'an dual.shop.svc.cluster.local. 5 A 10.96.0.23'],
    ['dual.shop.svc.cluster.local AAAA', 'NOERROR', 'an dual.shop.svc.cluster.local. 5 AAAA fd00:10:96::103'],
    [
      'dual.shop.svc.cluster.local SRV',
      'NOERROR',
      'an dual.shop.svc.cluster.local. 5 SRV 0 50 80 dual.shop.svc.cluster.local.',
      'ad dual.shop.svc.cluster.local. 5 A 10.96.0.23',
      'ad dual.shop.svc.cluster.local. 5 AAAA fd00:10:96::103',
    ],
    ['_dns._udp.api.shop.svc.cluster.local A', 'NOERROR', 'an _dns._udp.api.shop.svc.cluster.local. 5 A 10.96.0.21'],
    [
      '_dns._udp.api.shop.svc.cluster.local SRV',
      'NOERROR',
      'an _dns._udp.api.shop.svc.cluster.local. 5 SRV 0 100 53 api.shop.svc.cluster.local.',
      'ad api.shop.svc.cluster.local. 5 A 10.96.0.21',
    ],
    ['dns.udp.api.shop.svc.cluster.local A', 'NOERROR', 'an dns.udp.api.shop.svc.cluster.local. 5 A 10.96.0.21'],
    ['__dns._udp.api.shop.svc.cluster.local A', ...NXDOMAIN],
    ['_dns._tcp.api.shop.svc.cluster.local SRV', ...NXDOMAIN],
    [
      '_._tcp.plain.shop.svc.cluster.local SRV',
      'NOERROR',
      'an _._tcp.plain.shop.svc.cluster.local. 5 SRV 0 100 8000 plain.shop.svc.cluster.local.',
      'ad plain.shop.svc.cluster.local. 5 A 10.96.0.22',
    ],
    ['portless.shop.svc.cluster.local A', 'NOERROR', 'an portless.shop.svc.cluster.local. 5 A 10.96.0.24'],
    ['portless.shop.svc.cluster.local SRV', ...NODATA],
    ['10-244-1-2.web.shop.svc.cluster.local A', 'NOERROR', 'an 10-244-1-2.web.shop.svc.cluster.local. 5 A 10.244.1.2'],
    ['10-244-1-3.web.shop.svc.cluster.local A', ...NXDOMAIN],
    ['pod.svc.svc.cluster.local A', 'NOERROR', 'an pod.svc.svc.cluster.local. 5 A 10.96.0.43'],
    ['web.data.svc.cluster.local A', 'NOERROR', 'an web.data.svc.cluster.local. 5 A 10.96.0.39'],
    ['lost.gone.svc.cluster.local A', ...NXDOMAIN],
    ['nope.shop.svc.cluster.local A', ...NXDOMAIN],
    ['web.shop.svc.cluster.local MX', ...NODATA],
    ['web.shop.svc.cluster.local ANY', ...NODATA],
    ['web.shop.svc.cluster.local CNAME', ...NODATA],
    ['web.shop.svc.cluster.local TXT', ...NODATA],
    ['web.shop.svc.cluster.local PTR', ...NODATA],
    ['nope.shop.svc.cluster.local HTTPS', ...NXDOMAIN],
    ['nope.shop.svc.cluster.local SOA', ...NODATA],
  ])('%s', async (question, ...lines) => {
    expect(await insecure.show(question)).toEqual(lines);
  });
});

describe('headless services', () => {
  test.each<Row>([
    [
      'db.shop.svc.cluster.local A',
      'NOERROR',
      'an db.shop.svc.cluster.local. 5 A 10.244.1.21',
      'an db.shop.svc.cluster.local. 5 A 10.244.1.22',
    ],
    ['db.shop.svc.cluster.local AAAA', ...NODATA],
    [
      'db.shop.svc.cluster.local SRV',
      'NOERROR',
      'an db.shop.svc.cluster.local. 5 SRV 0 25 5432 db-0.db.shop.svc.cluster.local.',
      'an db.shop.svc.cluster.local. 5 SRV 0 25 9187 db-0.db.shop.svc.cluster.local.',
      'an db.shop.svc.cluster.local. 5 SRV 0 25 5432 db-1.db.shop.svc.cluster.local.',
      'an db.shop.svc.cluster.local. 5 SRV 0 25 9187 db-1.db.shop.svc.cluster.local.',
      'ad db-0.db.shop.svc.cluster.local. 5 A 10.244.1.21',
      'ad db-1.db.shop.svc.cluster.local. 5 A 10.244.1.22',
    ],
    [
      '_pg._tcp.db.shop.svc.cluster.local SRV',
      'NOERROR',
      'an _pg._tcp.db.shop.svc.cluster.local. 5 SRV 0 50 5432 db-0.db.shop.svc.cluster.local.',
      'an _pg._tcp.db.shop.svc.cluster.local. 5 SRV 0 50 5432 db-1.db.shop.svc.cluster.local.',
      'ad db-0.db.shop.svc.cluster.local. 5 A 10.244.1.21',
      'ad db-1.db.shop.svc.cluster.local. 5 A 10.244.1.22',
    ],
    ['db-1.db.shop.svc.cluster.local A', 'NOERROR', 'an db-1.db.shop.svc.cluster.local. 5 A 10.244.1.22'],
    ['db-2.db.shop.svc.cluster.local A', ...NXDOMAIN],
    ['10-244-1-21.db.shop.svc.cluster.local A', ...NXDOMAIN],
    ['n0.both.shop.svc.cluster.local A', 'NOERROR', 'an n0.both.shop.svc.cluster.local. 5 A 10.244.1.44'],
    ['n0.both.shop.svc.cluster.local AAAA', 'NOERROR', 'an n0.both.shop.svc.cluster.local. 5 AAAA fd00:10:244::43'],
    [
      'fd00-10-244-1--0.both.shop.svc.cluster.local AAAA',
      'NOERROR',
      'an fd00-10-244-1--0.both.shop.svc.cluster.local. 5 AAAA fd00:10:244:1::',
    ],
    ['twice.shop.svc.cluster.local A', 'NOERROR', 'an twice.shop.svc.cluster.local. 5 A 10.244.1.71'],
    [
      'twice.shop.svc.cluster.local SRV',
      'NOERROR',
      'an twice.shop.svc.cluster.local. 5 SRV 0 50 80 t.twice.shop.svc.cluster.local.',
      'ad t.twice.shop.svc.cluster.local. 5 A 10.244.1.71',
    ],
    ['quiet.shop.svc.cluster.local A', ...NXDOMAIN],
    ['bare.shop.svc.cluster.local A', 'NOERROR', 'an bare.shop.svc.cluster.local. 5 A 10.244.1.47'],
    ['bare.shop.svc.cluster.local SRV', ...NODATA],
    [
      '10-244-1-56.named.shop.svc.cluster.local A',
      'NOERROR',
      'an 10-244-1-56.named.shop.svc.cluster.local. 5 A 10.244.1.56',
    ],
    ['worker-1.named.shop.svc.cluster.local A', ...NXDOMAIN],
    ['ghost.shop.svc.cluster.local A', ...NXDOMAIN],
  ])('%s', async (question, ...lines) => {
    expect(await insecure.show(question)).toEqual(lines);
  });
});

describe('names that only have names below them, and those that have not', () => {
  test.each<Row>([
    ['cluster.local A', ...NODATA],
    ['cluster.local TXT', ...NXDOMAIN],
    ['cluster.local NS', ...NODATA],
    ['svc.cluster.local SRV', ...NODATA],
    ['svc.cluster.local TXT', ...NXDOMAIN],
    ['shop.svc.cluster.local A', ...NODATA],
    ['shop.svc.cluster.local TXT', ...NXDOMAIN],
    ['gone.svc.cluster.local A', ...NXDOMAIN],
    ['shop.pod.cluster.local A', ...NODATA],
    ['foo.cluster.local A', ...NXDOMAIN],
    ['dns.cluster.local A', ...NXDOMAIN],
    ['a.b.c.web.shop.svc.cluster.local A', ...NXDOMAIN],
    ['www.example.com.shop.svc.cluster.local A', ...NXDOMAIN],
    ['a\\.b.shop.svc.cluster.local A', ...NXDOMAIN],
    ['web\\.shop.svc.cluster.local A', ...NXDOMAIN],
    ['*.shop.svc.cluster.local A', ...NXDOMAIN],
    ['dns-version.cluster.local TXT', 'NOERROR', 'an dns-version.cluster.local. 28800 TXT "1.1.0"'],
    ['dns-version.cluster.local A', ...NXDOMAIN],
    ['x.dns-version.cluster.local TXT', ...NXDOMAIN],
    ['cluster.local AXFR', 'REFUSED'],
    ['example.com A', 'passed on'],
  ])('%s', async (question, ...lines) => {
    expect(await insecure.show(question)).toEqual(lines);
  });
});

describe('reverse names', () => {
  test.each<Row>([
    ['20.0.96.10.in-addr.arpa PTR', 'NOERROR', 'an 20.0.96.10.in-addr.arpa. 5 PTR web.shop.svc.cluster.local.'],
    ['21.1.244.10.in-addr.arpa PTR', 'NOERROR', 'an 21.1.244.10.in-addr.arpa. 5 PTR db-0.db.shop.svc.cluster.local.'],
    ['71.1.244.10.in-addr.arpa PTR', 'NOERROR', 'an 71.1.244.10.in-addr.arpa. 5 PTR t.twice.shop.svc.cluster.local.'],
    [
      '16.1.244.10.in-addr.arpa PTR',
      'NOERROR',
      'an 16.1.244.10.in-addr.arpa. 5 PTR 10-244-1-16.ghost.shop.svc.cluster.local.',
    ],
    ['66.0.96.10.in-addr.arpa PTR', 'NOERROR', 'an 66.0.96.10.in-addr.arpa. 5 PTR lost.gone.svc.cluster.local.'],
    [
      '3.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa PTR',
      'NOERROR',
      'an 3.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa. 5 PTR dual.shop.svc.cluster.local.',
    ],
    ['15.1.244.10.in-addr.arpa PTR', ...REVERSE_NXDOMAIN],
    ['8.8.8.8.in-addr.arpa PTR', ...REVERSE_NXDOMAIN],
    ['20.0.96.10.in-addr.arpa A', ...REVERSE_NXDOMAIN],
    ['0.96.10.in-addr.arpa PTR', ...REVERSE_NXDOMAIN],
    ['web.shop.svc.in-addr.arpa A', ...REVERSE_NXDOMAIN],
    ['in-addr.arpa PTR', 'NOERROR', 'au in-addr.arpa. 5 SOA'],
  ])('%s', async (question, ...lines) => {
    expect(await insecure.show(question)).toEqual(lines);
  });

  test('targets are below the first zone that may name services', async () => {
    const { show } = testCluster('kubernetes 10.in-addr.arpa k8s.example cluster.local');
    expect(await show('20.0.96.10.in-addr.arpa PTR')).toEqual([
      'NOERROR',
      'an 20.0.96.10.in-addr.arpa. 5 PTR web.shop.svc.k8s.example.',
    ]);
  });

  test('the root can be that zone', async () => {
    const { show } = testCluster('kubernetes .');
    expect(await show('20.0.96.10.in-addr.arpa PTR')).toEqual([
      'NOERROR',
      'an 20.0.96.10.in-addr.arpa. 5 PTR web.shop.svc.',
    ]);
  });
});

describe('before the first lists are complete', () => {
  const namespace = { kind: 'Namespace', metadata: { name: 'shop' } };
  const service = {
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { clusterIPs: ['10.96.0.20'] },
  };

  test.each<readonly [string, readonly string[], readonly string[]]>([
    [
      'web.shop.svc.cluster.local A',
      ['SERVFAIL', 'au cluster.local. 5 SOA'],
      ['NOERROR', 'an web.shop.svc.cluster.local. 5 A 10.96.0.20'],
    ],
    ['nope.shop.svc.cluster.local A', ['SERVFAIL', 'au cluster.local. 5 SOA'], ['SERVFAIL', 'au cluster.local. 5 SOA']],
    ['foo.cluster.local A', ['SERVFAIL', 'au cluster.local. 5 SOA'], ['SERVFAIL', 'au cluster.local. 5 SOA']],
    ['svc.cluster.local A', NODATA, NODATA],
    ['svc.cluster.local TXT', ['SERVFAIL', 'au cluster.local. 5 SOA'], ['SERVFAIL', 'au cluster.local. 5 SOA']],
    ['8.8.8.8.in-addr.arpa PTR', ['SERVFAIL', 'au in-addr.arpa. 5 SOA'], ['SERVFAIL', 'au in-addr.arpa. 5 SOA']],
  ])('%s', async (question, atFirst, withSome) => {
    const store = new ClusterStore({ kinds: ['Service', 'Namespace', 'EndpointSlice'], now: () => 0 });
    const { show } = testCluster(CLUSTER, { store });
    expect(await show(question)).toEqual(atFirst);
    applyManifest(store, 'Namespace', namespace);
    applyManifest(store, 'Service', service);
    expect(await show(question)).toEqual(withSome);
  });
});

function webAt(clusterIP: string): unknown {
  return {
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { clusterIPs: [clusterIP], ports: [{ port: 80 }] },
  };
}

test('answers follow the store', async () => {
  const { show, store } = testCluster(CLUSTER, { objects: manifests('shop.yaml') });
  expect(await show('web.shop.svc.cluster.local A')).toContain('an web.shop.svc.cluster.local. 5 A 10.96.0.20');
  applyManifest(store, 'Service', webAt('10.96.0.99'));
  expect(await show('web.shop.svc.cluster.local A')).toEqual([
    'NOERROR',
    'an web.shop.svc.cluster.local. 5 A 10.96.0.99',
  ]);
  expect(await show('99.0.96.10.in-addr.arpa PTR')).toContain(
    'an 99.0.96.10.in-addr.arpa. 5 PTR web.shop.svc.cluster.local.',
  );
  store.remove('Service', 'shop', 'web');
  expect(await show('web.shop.svc.cluster.local A')).toEqual(NXDOMAIN);
  expect(await show('db.shop.svc.cluster.local A')).toHaveLength(3);
  store.remove('EndpointSlice', 'shop', 'db-1');
  expect(await show('db.shop.svc.cluster.local A')).toEqual(NXDOMAIN);
});
