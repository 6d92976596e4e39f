import { describe, expect, test } from 'vitest';
import { A } from '../../dns/records/a.ts';
import { typeName } from '../../dns/types.ts';
import { isLater } from '../../plugin-api/later.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { testQuery, type TestResolve } from '../../plugin-api/testing.ts';
import { testCluster } from './testing/ask.ts';

const CLUSTER = 'kubernetes cluster.local';
const NODATA = ['NOERROR', 'au cluster.local. 5 SOA'];
const NXDOMAIN = ['NXDOMAIN', 'au cluster.local. 5 SOA'];

/** Answers as if the outside had an A record for every name. */
const outside: TestResolve = (query, { name, type }) => {
  const record = A.make(name, 60, { address: Uint8Array.of(198, 51, 100, 80) });
  return makeReply(query, { answers: typeName(type) === 'A' ? [record] : [] });
};

/** The same, but only after a wait. */
function later(resolve: TestResolve): TestResolve {
  return async (...parts) => resolve(...parts);
}

/** A service that is an alias of the next one. */
function link(i: number): unknown {
  return {
    kind: 'Service',
    metadata: { name: `c${i}`, namespace: 'shop' },
    spec: { type: 'ExternalName', externalName: `c${i + 1}.shop.svc.cluster.local` },
  };
}

describe('aliases', () => {
  const { show } = testCluster(CLUSTER, { resolve: outside });

  test.each<readonly [string, ...string[]]>([
    [
      'ext.shop.svc.cluster.local A',
      'NOERROR',
      'an ext.shop.svc.cluster.local. 5 CNAME www.example.com.',
      'an www.example.com. 60 A 198.51.100.80',
    ],
    ['ext.shop.svc.cluster.local AAAA', 'NOERROR', 'an ext.shop.svc.cluster.local. 5 CNAME www.example.com.'],
    ['ext.shop.svc.cluster.local CNAME', 'NOERROR', 'an ext.shop.svc.cluster.local. 5 CNAME www.example.com.'],
    ['ext.shop.svc.cluster.local SRV', ...NODATA],
    ['ext.shop.svc.cluster.local TXT', ...NODATA],
    ['_http._tcp.ext.shop.svc.cluster.local A', ...NXDOMAIN],
    ['x.ext.shop.svc.cluster.local CNAME', ...NXDOMAIN],
    [
      'EXT-chain.shop.svc.cluster.local A',
      'NOERROR',
      'an EXT-chain.shop.svc.cluster.local. 5 CNAME ext-in.shop.svc.cluster.local.',
      'an ext-in.shop.svc.cluster.local. 5 CNAME web.shop.svc.cluster.local.',
      'an web.shop.svc.cluster.local. 5 A 10.96.0.20',
    ],
    ['ext-chain.shop.svc.cluster.local AAAA', ...NODATA],
    [
      'ext-dual.shop.svc.cluster.local AAAA',
      'NOERROR',
      'an ext-dual.shop.svc.cluster.local. 5 CNAME dual.shop.svc.cluster.local.',
      'an dual.shop.svc.cluster.local. 5 AAAA fd00:10:96::103',
    ],
    ['ext-self.shop.svc.cluster.local A', ...NODATA],
    [
      'ext-self.shop.svc.cluster.local CNAME',
      'NOERROR',
      'an ext-self.shop.svc.cluster.local. 5 CNAME ext-self.shop.svc.cluster.local.',
    ],
    ['loop-a.shop.svc.cluster.local A', ...NODATA],
    ['ext-missing.shop.svc.cluster.local A', ...NODATA],
    ['ext-ip.shop.svc.cluster.local A', ...NXDOMAIN],
    ['ext-ip.shop.svc.cluster.local CNAME', ...NXDOMAIN],
    [
      '_http._tcp.fqdn.shop.svc.cluster.local A',
      'NOERROR',
      'an _http._tcp.fqdn.shop.svc.cluster.local. 5 CNAME www.example.com.',
      'an www.example.com. 60 A 198.51.100.80',
    ],
    ['fqdn.shop.svc.cluster.local SRV', ...NODATA],
  ])('%s', async (question, ...lines) => {
    expect(await show(question)).toEqual(lines);
  });
});

describe('the outside', () => {
  const question = 'ext.shop.svc.cluster.local A';
  const alias = 'an ext.shop.svc.cluster.local. 5 CNAME www.example.com.';
  test.each<readonly [string, TestResolve, readonly string[]]>([
    ['answers later', later(outside), ['NOERROR', alias, 'an www.example.com. 60 A 198.51.100.80']],
    ['does not know the name', (query) => makeReply(query, { rcode: 3 }), ['NOERROR', alias]],
    ['fails', later((query) => makeReply(query, { rcode: 2 })), ['NOERROR', alias]],
    ['says nothing', () => null, NODATA],
    ['gives a part', (query) => makeReply(query, { truncated: true }), ['NOERROR TC', alias]],
  ])('%s', async (_, resolve, lines) => {
    expect(await testCluster(CLUSTER, { resolve }).show(question)).toEqual(lines);
  });

  test('answers that are there give replies that are', () => {
    const { answers } = testCluster(CLUSTER);
    const query = testQuery({ name: 'ext.shop.svc.cluster.local', resolve: outside });
    expect(isLater(answers.handle(query, () => null))).toBe(false);
  });
});

test('a chain has an end', async () => {
  const last = {
    kind: 'Service',
    metadata: { name: 'c20', namespace: 'shop' },
    spec: { clusterIPs: ['10.96.0.20'] },
  };
  const namespace = { kind: 'Namespace', metadata: { name: 'shop' } };
  const objects = [namespace, last, ...Array.from({ length: 20 }, (_, i) => link(i))];
  const { show } = testCluster(CLUSTER, { objects });
  expect(await show('c9.shop.svc.cluster.local A')).toHaveLength(13);
  expect(await show('c8.shop.svc.cluster.local A')).toEqual(NODATA);
});
