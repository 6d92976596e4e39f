import { expect, test } from 'vitest';
import { DomainName } from '../../dns/name.ts';
import { type NameRules, type ParsedName, parseName } from './parse-name.ts';

const ZONE = DomainName.parse('cluster.local');
const PLAIN: NameRules = { multicluster: false, zonal: false };
const ZONAL: NameRules = { multicluster: false, zonal: true };
const MULTICLUSTER: NameRules = { multicluster: true, zonal: true };

/** Only the parts that are not empty. */
function parts(parsed: ParsedName | undefined): Record<string, unknown> | undefined {
  if (parsed === undefined) return undefined;
  return Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== '' && value !== undefined));
}

const web = { kind: 'svc', namespace: 'shop', service: 'web' };

test.each<readonly [string, NameRules, object | undefined]>([
  ['cluster.local', PLAIN, {}],
  ['svc.cluster.local', PLAIN, { kind: 'svc' }],
  ['POD.cluster.local', PLAIN, { kind: 'pod' }],
  ['foo.cluster.local', PLAIN, undefined],
  ['shop.foo.cluster.local', PLAIN, undefined],
  ['shop.svc.cluster.local', PLAIN, { kind: 'svc', namespace: 'shop' }],
  ['Web.SHOP.svc.Cluster.Local', PLAIN, web],
  ['web-0.web.shop.svc.cluster.local', PLAIN, { ...web, endpoint: 'web-0' }],
  ['_http._tcp.web.shop.svc.cluster.local', PLAIN, { ...web, port: 'http', protocol: 'tcp' }],
  ['http.tcp.web.shop.svc.cluster.local', PLAIN, { ...web, port: 'http', protocol: 'tcp' }],
  ['__http._tcp.web.shop.svc.cluster.local', PLAIN, { ...web, port: '_http', protocol: 'tcp' }],
  ['_._tcp.web.shop.svc.cluster.local', PLAIN, { ...web, protocol: 'tcp' }],
  ['a.b.c.web.shop.svc.cluster.local', PLAIN, undefined],
  ['a.b.c.web.shop.svc.cluster.local', ZONAL, undefined],
  ['a.b.c.1-2-3-4.shop.pod.cluster.local', ZONAL, undefined],
  ['eu.pin._zone.web.shop.svc.cluster.local', PLAIN, undefined],
  ['EU.PIN._zone.web.shop.svc.cluster.local', ZONAL, { ...web, topology: { zone: 'eu', mode: 'pin' } }],
  ['eu.1.prefer._zone.web.shop.svc.cluster.local', ZONAL, { ...web, topology: { zone: 'eu.1', mode: 'prefer' } }],
  ['pin._zone.web.shop.svc.cluster.local', ZONAL, { ...web, port: 'pin', protocol: 'zone' }],
  ['eu.pin._zone.web.shop.pod.cluster.local', ZONAL, undefined],
  ['eu.pin._zone.web.shop.svc.cluster.local', MULTICLUSTER, undefined],
  ['web-0.east.web.shop.svc.cluster.local', MULTICLUSTER, { ...web, endpoint: 'web-0', cluster: 'east' }],
  ['_http.tcp.web.shop.svc.cluster.local', MULTICLUSTER, { ...web, port: 'http', protocol: 'tcp' }],
  // Octets that no Kubernetes name has cannot be mistaken for others, nor break a log line.
  ['a\\.b\\010.shop.svc.cluster.local', PLAIN, { ...web, service: 'a\\.b\\010' }],
  ['\\195\\164X.shop.svc.cluster.local', PLAIN, { ...web, service: '\\195\\164x' }],
])('%s %o', (name, rules, expected) => {
  expect(parts(parseName(DomainName.parse(name), ZONE, rules))).toEqual(expected);
});

test('the zone can be the root', () => {
  expect(parts(parseName(DomainName.parse('web.shop.svc'), DomainName.root, PLAIN))).toEqual(web);
  expect(parts(parseName(DomainName.root, DomainName.root, PLAIN))).toEqual({});
});
