import { describe, expect, test } from 'vitest';
import { printRecord } from '../../dns/presentation.ts';
import { manifests, testCluster } from './testing/ask.ts';

/** A question, and the lines of the reply as TestCluster.show gives them. */
type Row = readonly [question: string, ...lines: string[]];

const CLUSTER = 'kubernetes cluster.local in-addr.arpa ip6.arpa';
const insecure = testCluster(`${CLUSTER} {\n pods insecure\n}`);

const NODATA = ['NOERROR', 'au cluster.local. 5 SOA'];
const NXDOMAIN = ['NXDOMAIN', 'au cluster.local. 5 SOA'];
const REVERSE_NXDOMAIN = ['NXDOMAIN', 'au in-addr.arpa. 5 SOA'];

/** The lines of a reply with this one record. */
function address(record: string): string[] {
  return ['NOERROR', `an ${record}`];
}

describe('names of pods', () => {
  const verified = testCluster(`${CLUSTER} {\n pods verified\n}`);
  const disabled = testCluster(CLUSTER);

  test.each<readonly [string, readonly string[], readonly string[]]>([
    [
      '10-244-1-2.shop.pod.cluster.local A',
      address('10-244-1-2.shop.pod.cluster.local. 5 A 10.244.1.2'),
      address('10-244-1-2.shop.pod.cluster.local. 5 A 10.244.1.2'),
    ],
    ['1-2-3-4.shop.pod.cluster.local A', address('1-2-3-4.shop.pod.cluster.local. 5 A 1.2.3.4'), NXDOMAIN],
    ['1-2-3-4.gone.pod.cluster.local A', NXDOMAIN, NXDOMAIN],
    ['10-244-1-2.data.pod.cluster.local A', address('10-244-1-2.data.pod.cluster.local. 5 A 10.244.1.2'), NXDOMAIN],
    [
      'fd00-10-244-9--.shop.pod.cluster.local AAAA',
      address('fd00-10-244-9--.shop.pod.cluster.local. 5 AAAA fd00:10:244:9::'),
      address('fd00-10-244-9--.shop.pod.cluster.local. 5 AAAA fd00:10:244:9::'),
    ],
    ['01-2-3-4.shop.pod.cluster.local A', NXDOMAIN, NXDOMAIN],
    ['1-2-3-.shop.pod.cluster.local A', NXDOMAIN, NXDOMAIN],
    ['web-7d-a.shop.pod.cluster.local A', NXDOMAIN, NXDOMAIN],
    ['shop.pod.cluster.local A', NODATA, NODATA],
    [
      'x.10-244-1-2.shop.pod.cluster.local A',
      address('x.10-244-1-2.shop.pod.cluster.local. 5 A 10.244.1.2'),
      address('x.10-244-1-2.shop.pod.cluster.local. 5 A 10.244.1.2'),
    ],
  ])('%s', async (question, whenInsecure, whenVerified) => {
    expect(await insecure.show(question)).toEqual(whenInsecure);
    expect(await verified.show(question)).toEqual(whenVerified);
    expect(await disabled.show(question)).toEqual(NXDOMAIN);
  });

  test('pods on the network of their node share a name and its weight', async () => {
    expect(await verified.show('192-0-2-100.shop.pod.cluster.local SRV')).toEqual([
      'NOERROR',
      'an 192-0-2-100.shop.pod.cluster.local. 5 SRV 0 50 0 192-0-2-100.shop.pod.cluster.local.',
      'ad 192-0-2-100.shop.pod.cluster.local. 5 A 192.0.2.100',
    ]);
  });
});

describe('options', () => {
  test.each<readonly [string, string, ...string[]]>([
    ['namespaces data', 'web.data.svc.cluster.local A', 'NOERROR', 'an web.data.svc.cluster.local. 5 A 10.96.0.39'],
    ['namespaces data', 'web.shop.svc.cluster.local A', ...NXDOMAIN],
    ['namespaces data', 'shop.svc.cluster.local A', ...NXDOMAIN],
    ['namespaces data', '20.0.96.10.in-addr.arpa PTR', ...REVERSE_NXDOMAIN],
    ['namespaces data', '21.1.244.10.in-addr.arpa PTR', ...REVERSE_NXDOMAIN],
    ['ignore empty_service', 'api.shop.svc.cluster.local A', ...NXDOMAIN],
    [
      'ignore empty_service',
      'web.shop.svc.cluster.local A',
      'NOERROR',
      'an web.shop.svc.cluster.local. 5 A 10.96.0.20',
    ],
    [
      'ignore empty_service',
      '21.0.96.10.in-addr.arpa PTR',
      'NOERROR',
      'an 21.0.96.10.in-addr.arpa. 5 PTR api.shop.svc.cluster.local.',
    ],
    ['noendpoints', 'web.shop.svc.cluster.local A', 'NOERROR', 'an web.shop.svc.cluster.local. 5 A 10.96.0.20'],
    ['noendpoints', 'db.shop.svc.cluster.local A', ...NXDOMAIN],
    [
      'endpoint_pod_names',
      'worker-1.named.shop.svc.cluster.local A',
      'NOERROR',
      'an worker-1.named.shop.svc.cluster.local. 5 A 10.244.1.56',
    ],
    ['endpoint_pod_names', '10-244-1-56.named.shop.svc.cluster.local A', ...NXDOMAIN],
    ['endpoint_pod_names', 'hidden.named.shop.svc.cluster.local A', ...NXDOMAIN],
    // A pod's name with dots is no label.
    [
      'endpoint_pod_names',
      '10-244-1-55.named.shop.svc.cluster.local A',
      'NOERROR',
      'an 10-244-1-55.named.shop.svc.cluster.local. 5 A 10.244.1.55',
    ],
    ['ttl 0', 'web.shop.svc.cluster.local A', 'NOERROR', 'an web.shop.svc.cluster.local. 0 A 10.96.0.20'],
    ['ttl 3600', 'nope.shop.svc.cluster.local A', 'NXDOMAIN', 'au cluster.local. 300 SOA'],
    ['fallthrough', 'nope.shop.svc.cluster.local A', 'passed on'],
    ['fallthrough', 'web.shop.svc.cluster.local AAAA', ...NODATA],
    ['fallthrough in-addr.arpa', 'nope.shop.svc.cluster.local A', ...NXDOMAIN],
    ['fallthrough in-addr.arpa', '8.8.8.8.in-addr.arpa PTR', 'passed on'],
    [
      'zonal',
      'eu-a.pin._zone.both.shop.svc.cluster.local A',
      'NOERROR',
      'an eu-a.pin._zone.both.shop.svc.cluster.local. 5 A 10.244.1.44',
    ],
    ['zonal', 'mars.pin._zone.both.shop.svc.cluster.local A', ...NODATA],
    [
      'zonal',
      'mars.prefer._zone.both.shop.svc.cluster.local A',
      'NOERROR',
      'an mars.prefer._zone.both.shop.svc.cluster.local. 5 A 10.244.1.44',
      'an mars.prefer._zone.both.shop.svc.cluster.local. 5 A 10.244.1.45',
    ],
    ['zonal', 'eu-a.pin._zone.quiet.shop.svc.cluster.local A', ...NODATA],
    ['zonal', 'eu-a.pin._zone.web.shop.svc.cluster.local A', ...NXDOMAIN],
    ['zonal', 'eu-a.pin._zone.ext.shop.svc.cluster.local A', ...NXDOMAIN],
    ['zonal', 'eu-a.other._zone.both.shop.svc.cluster.local A', ...NXDOMAIN],
    ['ttl 5', 'eu-a.pin._zone.both.shop.svc.cluster.local A', ...NXDOMAIN],
  ])('%s: %s', async (option, question, ...lines) => {
    expect(await testCluster(`${CLUSTER} {\n ${option}\n}`).show(question)).toEqual(lines);
  });
});

describe('imported services', () => {
  const directive = 'kubernetes cluster.local clusterset.local in-addr.arpa {\n multicluster clusterset.local\n}';
  const { show } = testCluster(directive, { objects: manifests('cluster-set.yaml') });
  const missing = ['NXDOMAIN', 'au clusterset.local. 5 SOA'];

  test.each<Row>([
    ['web.shop.svc.clusterset.local A', 'NOERROR', 'an web.shop.svc.clusterset.local. 5 A 10.250.0.1'],
    ['web.shop.svc.cluster.local A', 'NOERROR', 'an web.shop.svc.cluster.local. 5 A 10.96.0.20'],
    ['bare.shop.svc.clusterset.local A', ...missing],
    [
      '_http._tcp.db.shop.svc.clusterset.local SRV',
      'NOERROR',
      'an _http._tcp.db.shop.svc.clusterset.local. 5 SRV 0 25 80 db-0.east.db.shop.svc.clusterset.local.',
      'an _http._tcp.db.shop.svc.clusterset.local. 5 SRV 0 25 80 10-244-1-212.east.db.shop.svc.clusterset.local.',
      'an _http._tcp.db.shop.svc.clusterset.local. 5 SRV 0 25 80 local.db.shop.svc.clusterset.local.',
      'an _http._tcp.db.shop.svc.clusterset.local. 5 SRV 0 25 80 db-0.west.db.shop.svc.clusterset.local.',
      'ad db-0.east.db.shop.svc.clusterset.local. 5 A 10.244.1.211',
      'ad 10-244-1-212.east.db.shop.svc.clusterset.local. 5 A 10.244.1.212',
      'ad local.db.shop.svc.clusterset.local. 5 A 10.244.1.231',
      'ad db-0.west.db.shop.svc.clusterset.local. 5 A 10.244.1.221',
    ],
    [
      'db-0.west.db.shop.svc.clusterset.local A',
      'NOERROR',
      'an db-0.west.db.shop.svc.clusterset.local. 5 A 10.244.1.221',
    ],
    ['local.db.shop.svc.clusterset.local A', 'NOERROR', 'an local.db.shop.svc.clusterset.local. 5 A 10.244.1.231'],
    ['db-0.db.shop.svc.clusterset.local A', ...missing],
    [
      '10-244-1-201.east.web.shop.svc.clusterset.local A',
      'NOERROR',
      'an 10-244-1-201.east.web.shop.svc.clusterset.local. 5 A 10.244.1.201',
    ],
    ['db.shop.svc.cluster.local A', ...NXDOMAIN],
    ['211.1.244.10.in-addr.arpa PTR', ...REVERSE_NXDOMAIN],
  ])('%s', async (question, ...lines) => {
    expect(await show(question)).toEqual(lines);
  });

  test('have a serial of their own', async () => {
    const reply = await testCluster(directive, { objects: manifests('cluster-set.yaml') }).ask('clusterset.local SOA');
    expect(reply?.answers.map(printRecord)).toEqual([expect.stringContaining('hostmaster.clusterset.local. 0 7200')]);
  });
});
