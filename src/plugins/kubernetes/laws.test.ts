import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { RCODE } from '../../dns/codes.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { PTR } from '../../dns/records/ptr.ts';
import { SRV } from '../../dns/records/srv.ts';
import { formatAddress } from '../../kube/address.ts';
import { testCluster } from './testing/ask.ts';

// Few values, so that clusters have duplicates, shared addresses and missing namespaces.
const name = fc.constantFrom('a', 'b', 'web', 'svc', 'pod');
const namespace = fc.constantFrom('shop', 'data', 'gone');
const ipv4 = fc.integer({ min: 1, max: 9 }).map((n) => `10.0.0.${n}`);
const ipv6 = fc.integer({ min: 1, max: 9 }).map((n) => `fd00::${n}`);
const port = fc.record({
  name: fc.constantFrom('http', 'dns', ''),
  port: fc.integer({ min: 1, max: 3 }),
  protocol: fc.constantFrom('TCP', 'UDP'),
});
const ports = fc.array(port, { maxLength: 3 });

const service = fc.record({
  kind: fc.constant('Service'),
  metadata: fc.record({ name, namespace }),
  spec: fc.oneof(
    fc.record({ clusterIPs: fc.uniqueArray(fc.oneof(ipv4, ipv6), { minLength: 1, maxLength: 2 }), ports }),
    fc.record({ clusterIPs: fc.constant(['None']), ports }),
  ),
});

const endpoint = fc.record({
  addresses: fc.array(fc.oneof(ipv4, ipv6), { minLength: 1, maxLength: 2 }),
  hostname: fc.constantFrom('', 'h0', 'h1'),
  conditions: fc.record({ ready: fc.boolean() }),
});

const slice = fc
  .record({ name: fc.constantFrom('s1', 's2', 's3'), namespace, service: name })
  .chain(({ name: own, namespace: where, service: of }) =>
    fc.record({
      kind: fc.constant('EndpointSlice'),
      metadata: fc.constant({ name: own, namespace: where, labels: { 'kubernetes.io/service-name': of } }),
      ports,
      endpoints: fc.array(endpoint, { maxLength: 4 }),
    }),
  );

const cluster = fc.record({
  services: fc.array(service, { maxLength: 8 }),
  slices: fc.array(slice, { maxLength: 8 }),
});

type Cluster = typeof cluster extends fc.Arbitrary<infer T> ? T : never;

const namespaces = ['shop', 'data'].map((own) => ({ kind: 'Namespace', metadata: { name: own } }));

/** The last object of a name counts, as in the API. */
function objectsOf({ services, slices }: Cluster): { metadata: { name: string; namespace: string } }[] {
  const objects = [...services, ...slices].map((object) => {
    return [`${object.kind}/${object.metadata.namespace}/${object.metadata.name}`, object] as const;
  });
  return [...new Map(objects).values()];
}

function addressesIn(records: readonly ResourceRecord[]): string[] {
  return records.flatMap((record) => (A.is(record) || AAAA.is(record) ? [formatAddress(record.data.address)] : []));
}

const CLUSTER = 'kubernetes cluster.local in-addr.arpa ip6.arpa';

test('the addresses of a service are its cluster addresses, or those of its ready endpoints', async () => {
  await fc.assert(
    fc.asyncProperty(cluster, async (generated) => {
      const objects = objectsOf(generated);
      const { ask } = testCluster(CLUSTER, { objects: [...namespaces, ...objects] });
      const kept = new Set<unknown>(objects);
      for (const { metadata, spec } of generated.services.filter((object) => kept.has(object))) {
        const slices = generated.slices.filter(
          (object) =>
            kept.has(object) &&
            object.metadata.namespace === metadata.namespace &&
            object.metadata.labels['kubernetes.io/service-name'] === metadata.name,
        );
        const ready = slices
          .flatMap(({ endpoints }) => endpoints)
          .filter(({ conditions }) => conditions.ready)
          .flatMap(({ addresses }) => addresses);
        const exists = metadata.namespace !== 'gone';
        const expected = new Set<string>(exists ? (spec.clusterIPs[0] === 'None' ? ready : spec.clusterIPs) : []);
        const owner = `${metadata.name}.${metadata.namespace}.svc.cluster.local`;
        const four = await ask(`${owner} A`);
        const six = await ask(`${owner} AAAA`);
        const given = [...addressesIn(four?.answers ?? []), ...addressesIn(six?.answers ?? [])];
        expect(given.toSorted()).toEqual([...expected].toSorted());
      }
    }),
  );
});

test('a name that exists for one type is never denied for another', async () => {
  const names = fc.tuple(
    fc.constantFrom('', 'h0.', 'h1.', '_http._tcp.', '_._udp.', '10-0-0-1.', 'fd00--1.'),
    name,
    namespace,
  );
  await fc.assert(
    fc.asyncProperty(cluster, names, async (generated, [prefix, own, where]) => {
      const { ask } = testCluster(CLUSTER, { objects: [...namespaces, ...objectsOf(generated)] });
      const rcodes = new Set<number | undefined>();
      for (const type of ['A', 'AAAA', 'SRV', 'CNAME', 'TXT', 'MX', 'NS', 'ANY', 'HTTPS']) {
        const reply = await ask(`${prefix}${own}.${where}.svc.cluster.local ${type}`);
        rcodes.add(reply?.rcode);
        const isEmpty = reply?.answers.length === 0;
        expect(reply?.authorities.length).toBe(isEmpty ? 1 : 0);
      }
      expect(rcodes.size).toBe(1);
    }),
  );
});

test('targets of SRV and PTR records exist and have the address that led to them', async () => {
  await fc.assert(
    fc.asyncProperty(cluster, fc.integer({ min: 1, max: 9 }), async (generated, n) => {
      const services = generated.services.filter(({ metadata }) => metadata.namespace !== 'gone');
      const objects = objectsOf({ ...generated, services });
      const { ask } = testCluster(CLUSTER, { objects: [...namespaces, ...objects] });
      for (const { metadata } of services) {
        const reply = await ask(`${metadata.name}.${metadata.namespace}.svc.cluster.local SRV`);
        for (const record of reply?.answers ?? []) {
          const target = SRV.is(record) ? record.data.target : undefined;
          const additionals = reply?.additionals.filter((additional) => target?.equals(additional.name) === true) ?? [];
          expect(additionals).not.toEqual([]);
          const four = await ask(`${target?.text ?? ''} A`);
          const six = await ask(`${target?.text ?? ''} AAAA`);
          const given = [...addressesIn(four?.answers ?? []), ...addressesIn(six?.answers ?? [])];
          expect(given).toEqual(expect.arrayContaining(addressesIn(additionals)));
        }
      }
      const reverse = await ask(`${n}.0.0.10.in-addr.arpa PTR`);
      for (const record of reverse?.answers ?? []) {
        const target = PTR.is(record) ? record.data.target : undefined;
        const four = await ask(`${target?.text ?? ''} A`);
        // Slices may be without a service, whose names then do not exist.
        if (four?.rcode === RCODE.NOERROR) expect(addressesIn(four.answers)).toContain(`10.0.0.${n}`);
      }
    }),
  );
});
