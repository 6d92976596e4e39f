import { describe, expect, test } from 'vitest';
import { DomainName } from '../../dns/name.ts';
import { printRecord } from '../../dns/presentation.ts';
import { ClusterStore } from '../../kube/store.ts';
import { manifests, testCluster, type ClusterOptions } from './testing/ask.ts';
import { ZoneTransfer } from './zone-transfer.ts';

const CLUSTER = 'kubernetes cluster.local in-addr.arpa';
// fillStore's moment.
const SERIAL = 1_700_000_000;

/** The records of a zone; a SOA is shortened to its owner. Undefined when it is no zone here. */
function transfer(
  directive: string,
  origin: string,
  options: ClusterOptions & { readonly serial?: number } = {},
): string[] | undefined {
  const found = new ZoneTransfer(testCluster(directive, options).parts).records(
    DomainName.parse(origin),
    options.serial,
  );
  if (found instanceof Error) return [found.message];
  if (found === undefined) return undefined;
  return [...found].map((record) =>
    printRecord(record)
      .replace(' IN ', ' ')
      .replace(/ SOA .*/, ' SOA'),
  );
}

describe('a transfer', () => {
  test.each<[what: string, service: string, expected: readonly string[]]>([
    [
      'a service with a cluster address',
      'api.shop',
      [
        'api.shop.svc.cluster.local. 5 A 10.96.0.21',
        'api.shop.svc.cluster.local. 5 SRV 0 100 80 api.shop.svc.cluster.local.',
        '_http._tcp.api.shop.svc.cluster.local. 5 SRV 0 100 80 api.shop.svc.cluster.local.',
        'api.shop.svc.cluster.local. 5 SRV 0 100 53 api.shop.svc.cluster.local.',
        '_dns._udp.api.shop.svc.cluster.local. 5 SRV 0 100 53 api.shop.svc.cluster.local.',
      ],
    ],
    [
      'one with two addresses',
      'dual.shop',
      [
        'dual.shop.svc.cluster.local. 5 A 10.96.0.23',
        'dual.shop.svc.cluster.local. 5 AAAA fd00:10:96::103',
        'dual.shop.svc.cluster.local. 5 SRV 0 100 80 dual.shop.svc.cluster.local.',
        '_http._tcp.dual.shop.svc.cluster.local. 5 SRV 0 100 80 dual.shop.svc.cluster.local.',
      ],
    ],
    [
      'a port without a name',
      'plain.shop',
      [
        'plain.shop.svc.cluster.local. 5 A 10.96.0.22',
        'plain.shop.svc.cluster.local. 5 SRV 0 100 8000 plain.shop.svc.cluster.local.',
      ],
    ],
    ['no ports', 'portless.shop', ['portless.shop.svc.cluster.local. 5 A 10.96.0.24']],
    [
      'a headless service: the ready endpoints, weights by slice',
      'db.shop',
      [
        'db.shop.svc.cluster.local. 5 A 10.244.1.21',
        'db-0.db.shop.svc.cluster.local. 5 A 10.244.1.21',
        '_pg._tcp.db.shop.svc.cluster.local. 5 SRV 0 50 5432 db-0.db.shop.svc.cluster.local.',
        '_metrics._tcp.db.shop.svc.cluster.local. 5 SRV 0 50 9187 db-0.db.shop.svc.cluster.local.',
        'db.shop.svc.cluster.local. 5 A 10.244.1.22',
        'db-1.db.shop.svc.cluster.local. 5 A 10.244.1.22',
        '_pg._tcp.db.shop.svc.cluster.local. 5 SRV 0 50 5432 db-1.db.shop.svc.cluster.local.',
        '_metrics._tcp.db.shop.svc.cluster.local. 5 SRV 0 50 9187 db-1.db.shop.svc.cluster.local.',
      ],
    ],
    [
      'a headless service without ports',
      'bare.shop',
      ['bare.shop.svc.cluster.local. 5 A 10.244.1.47', 'h0.bare.shop.svc.cluster.local. 5 A 10.244.1.47'],
    ],
    ['endpoints that are host names', 'fqdn.shop', []],
    ['an alias', 'ext.shop', ['ext.shop.svc.cluster.local. 5 CNAME www.example.com.']],
    ['an alias of an address', 'ext-ip.shop', []],
    ['a namespace that is not there', 'lost.gone', []],
  ])('has of %s', (_what, service, expected) => {
    const all = transfer(CLUSTER, 'cluster.local') ?? [];
    const owner = `${service}.svc.cluster.local.`;
    const own = all.filter((record) => {
      const [name = ''] = record.split(' ');
      return name === owner || name.endsWith(`.${owner}`);
    });
    expect(own).toEqual(expected);
  });

  test('begins and ends with the SOA, with the services in the order of their names', () => {
    const all = transfer(`${CLUSTER} {\nnamespaces data svc\n}`, 'cluster.local');
    expect(all).toEqual([
      'cluster.local. 5 SOA',
      'pod.svc.svc.cluster.local. 5 A 10.96.0.43',
      'pod.svc.svc.cluster.local. 5 SRV 0 100 80 pod.svc.svc.cluster.local.',
      '_http._tcp.pod.svc.svc.cluster.local. 5 SRV 0 100 80 pod.svc.svc.cluster.local.',
      'web.data.svc.cluster.local. 5 A 10.96.0.39',
      'web.data.svc.cluster.local. 5 SRV 0 100 80 web.data.svc.cluster.local.',
      '_http._tcp.web.data.svc.cluster.local. 5 SRV 0 100 80 web.data.svc.cluster.local.',
      'cluster.local. 5 SOA',
    ]);
  });

  test('has the name servers', () => {
    const options = { localAddresses: ['192.0.2.2'] };
    expect(transfer(`${CLUSTER} {\nnamespaces svc\n}`, 'cluster.local', options)?.slice(0, 3)).toEqual([
      'cluster.local. 5 SOA',
      'cluster.local. 5 NS ns.dns.cluster.local.',
      'ns.dns.cluster.local. 5 A 192.0.2.2',
    ]);
  });

  test('may begin at any name of a zone', () => {
    for (const origin of ['svc.cluster.local', 'x.y.cluster.local', 'in-addr.arpa', '10.in-addr.arpa']) {
      const all = transfer(`${CLUSTER} {\nnamespaces data\n}`, origin);
      expect(all?.slice(0, 2)).toEqual([`${origin}. 5 SOA`, `web.data.svc.${origin}. 5 A 10.96.0.39`]);
      expect(all?.at(-1)).toBe(`${origin}. 5 SOA`);
    }
  });

  test('of imported services has their addresses', () => {
    const directive = 'kubernetes cluster.local set.local {\nmulticluster set.local\n}';
    const all = transfer(directive, 'set.local', { objects: manifests('cluster-set.yaml') });
    expect(all).toEqual(
      expect.arrayContaining([
        'web.shop.svc.set.local. 5 A 10.250.0.1',
        '_http._tcp.web.shop.svc.set.local. 5 SRV 0 100 80 web.shop.svc.set.local.',
        'bare.shop.svc.set.local. 5 A 10.250.0.4',
        'db.shop.svc.set.local. 5 A 10.244.1.211',
        'db-0.db.shop.svc.set.local. 5 A 10.244.1.221',
      ]),
    );
    expect(all?.some((record) => record.includes('10.96.0.20'))).toBe(false);
  });

  test('leaves out empty services that do not exist', () => {
    const all = transfer(`${CLUSTER} {\nignore empty_service\n}`, 'cluster.local') ?? [];
    expect(all.filter((record) => record.startsWith('web.shop'))).not.toEqual([]);
    expect(all.filter((record) => record.startsWith('api.shop'))).toEqual([]);
  });

  test.each([
    ['cluster.local', SERIAL, 1],
    ['cluster.local', SERIAL - 1, undefined],
    ['cluster.local', SERIAL + 1, undefined],
    ['cluster.local', 0, undefined],
  ])('of %s to a client with version %i', (origin, serial, count) => {
    const all = transfer(CLUSTER, origin, { serial }) ?? [];
    if (count === undefined) expect(all.length).toBeGreaterThan(10);
    else expect(all.length).toBe(count);
  });

  test('outside of the zones is somebody else’s', () => {
    expect(transfer(CLUSTER, 'example.com')).toBeUndefined();
    expect(transfer(CLUSTER, 'local')).toBeUndefined();
  });

  test('waits for the first lists', () => {
    const store = new ClusterStore({ kinds: ['Service'], now: () => 0 });
    expect(transfer(CLUSTER, 'cluster.local', { store })).toEqual([
      'zone cluster.local. cannot be transferred before the Kubernetes API has been read',
    ]);
  });
});
