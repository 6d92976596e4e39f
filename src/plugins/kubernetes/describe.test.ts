import { expect, test } from 'vitest';
import { fillStore } from '../../kube/testing/fill-store.ts';
import { testQuery } from '../../plugin-api/testing.ts';
import { describe as describeQuery } from './describe.ts';
import { manifests, readDirective } from './testing/ask.ts';

const store = fillStore(manifests('shop.yaml'), { kinds: ['Service', 'EndpointSlice', 'Namespace', 'Pod'] });

function labels(name: string, client: string, directive: string): Record<string, string> {
  const { zones, settings } = readDirective(directive).configuration;
  const metadata = new Map<string, () => string>();
  const query = testQuery({ name, client: { address: client, port: 1 }, metadata });
  describeQuery({ store, zones, zonal: settings.zonal, knowsPods: settings.pods === 'verified' }, query, metadata);
  return Object.fromEntries([...metadata].map(([label, value]) => [label.replace(/^kubernetes\//, ''), value()]));
}

const none = { endpoint: '', kind: '', namespace: '', 'port-name': '', protocol: '', service: '' };
const client = { 'client-namespace': 'shop', 'client-pod-name': 'web-7d-a', 'client-label/app': 'web' };

test.each<readonly [string, string, string, object]>([
  ['web.shop.svc.cluster.local', '', '192.0.2.1', { ...none, kind: 'svc', namespace: 'shop', service: 'web' }],
  [
    '_Http._tcp.web.shop.svc.cluster.local',
    '',
    '192.0.2.1',
    { ...none, kind: 'svc', namespace: 'shop', service: 'web', 'port-name': 'http', protocol: 'tcp' },
  ],
  ['cluster.local', '', '192.0.2.1', none],
  ['foo.cluster.local', '', '192.0.2.1', { 'parse-error': 'invalid query name' }],
  ['www.example.com', '', '192.0.2.1', {}],
  ['www.example.com', 'pods verified', '10.244.1.2', client],
  ['www.example.com', 'pods insecure', '10.244.1.2', {}],
  ['cluster.local', 'pods verified', '10.244.1.2', { ...none, ...client }],
  ['cluster.local', 'zonal', '192.0.2.1', { ...none, zone: '' }],
  [
    'eu.pin._zone.web.shop.svc.cluster.local',
    'zonal',
    '192.0.2.1',
    { ...none, kind: 'svc', namespace: 'shop', service: 'web', zone: 'eu' },
  ],
])('%s, %s, from %s', (name, option, address, expected) => {
  expect(labels(name, address, `kubernetes cluster.local {\n${option}\n}`)).toEqual(expected);
});
