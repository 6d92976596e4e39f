import { expect, test } from 'vitest';
import { applyManifest } from '../../kube/testing/fill-store.ts';
import { ClusterExternalServices } from './external-services.ts';
import { manifests, testCluster } from './testing/ask.ts';

const balanced = (addresses: readonly string[], namespace = 'shop'): unknown => ({
  kind: 'Service',
  metadata: { name: 'lb', namespace },
  spec: {
    clusterIPs: ['10.96.0.30'],
    externalIPs: addresses,
    ports: [
      { name: 'http', port: 80, protocol: 'TCP' },
      { name: 'https', port: 443, protocol: 'TCP' },
    ],
  },
  status: { loadBalancer: { ingress: [{ hostname: 'lb.example.com' }] } },
});

function services(
  directive = 'kubernetes cluster.local',
  localAddresses: readonly string[] = [],
): ClusterExternalServices {
  const objects = [...manifests('shop.yaml'), balanced(['192.0.2.1']), balanced(['192.0.2.1'], 'data')];
  const { store, parts } = testCluster(directive, { objects });
  return new ClusterExternalServices({ store, lookup: parts.lookup, localAddresses, ttl: 5 });
}

/** `LABELS ADDRESS PORT` of each backend. */
function backends(of: ClusterExternalServices, key: string, headless = false, endpoint = ''): string[] {
  const [namespace = '', name = ''] = key.split('/');
  return of
    .backends(namespace, name, endpoint, headless)
    .map(({ labels, address, port }) => `${labels.join('.')} ${address.text} ${port.port}`);
}

const BALANCED = [
  'lb.shop 192.0.2.1 80',
  'lb.shop 192.0.2.1 443',
  'lb.shop lb.example.com 80',
  'lb.shop lb.example.com 443',
];

test.each<[key: string, headless: boolean, endpoint: string, expected: readonly string[]]>([
  ['shop/lb', false, '', BALANCED],
  ['shop/lb', false, 'anything', BALANCED],
  ['shop/lb', true, 'anything', BALANCED],
  ['shop/web', false, '', []],
  ['shop/web', true, '', []],
  ['shop/web', true, '10-244-1-2', ['10-244-1-2.web.shop 10.244.1.2 80']],
  ['shop/web', true, 'other', []],
  ['shop/db', false, '', []],
  [
    'shop/db',
    true,
    '',
    [
      'db-0.db.shop 10.244.1.21 5432',
      'db-0.db.shop 10.244.1.21 9187',
      'db-1.db.shop 10.244.1.22 5432',
      'db-1.db.shop 10.244.1.22 9187',
    ],
  ],
  ['shop/db', true, 'db-1', ['db-1.db.shop 10.244.1.22 5432', 'db-1.db.shop 10.244.1.22 9187']],
  ['shop/nope', true, '', []],
  ['gone/lost', true, '', []],
])('%s, headless %s, endpoint "%s"', (key, headless, endpoint, expected) => {
  expect(backends(services(), key, headless, endpoint)).toEqual(expected);
});

test('namespaces that are not served are not published', () => {
  const some = services('kubernetes cluster.local {\nnamespaces data\n}');
  expect(backends(some, 'shop/lb')).toEqual([]);
  expect(some.isExposed('shop')).toBe(false);
  expect(some.servicesAt('192.0.2.1')).toEqual([['lb', 'data']]);
  expect([...some.services(true)].map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(['data/lb']);
});

test('addresses lead to services, also after a change', () => {
  const objects = [...manifests('shop.yaml'), balanced(['192.0.2.1'])];
  const { store, parts } = testCluster('kubernetes cluster.local', { objects });
  const all = new ClusterExternalServices({ store, lookup: parts.lookup, localAddresses: [], ttl: 5 });
  expect(all.servicesAt('192.0.2.1')).toEqual([['lb', 'shop']]);
  applyManifest(store, 'Service', balanced(['192.0.2.2', '2001:DB8::2']));
  expect(all.servicesAt('192.0.2.1')).toEqual([]);
  expect(all.servicesAt('192.0.2.2')).toEqual([['lb', 'shop']]);
  expect(all.servicesAt('2001:db8::2')).toEqual([['lb', 'shop']]);
  expect(all.serial).toBe(1_700_000_000);
});

test.each<[what: string, own: readonly string[], headless: boolean, expected: readonly string[]]>([
  ['its own addresses', ['192.0.2.9'], false, ['192.0.2.9']],
  ['nothing of a service without external addresses', ['10.244.1.2'], false, []],
  ['nothing of a headless service', ['10.244.1.21'], false, []],
  ['the endpoints of one, with headless', ['10.244.1.21'], true, ['10.244.1.21', '10.244.1.22']],
])('the name server has %s', (_what, own, headless, expected) => {
  expect(
    services(undefined, own)
      .nameServers(headless)
      .map(({ text }) => text),
  ).toEqual(expected);
});
