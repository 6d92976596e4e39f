import { describe, expect, it } from 'vitest';
import type { ResourceKind } from './resources.ts';
import { ClusterStore } from './store.ts';
import type { StoreChange } from './store-change.ts';
import { applyManifest, fillStore, toResource } from './testing/fill-store.ts';

const KINDS: readonly ResourceKind[] = [
  'Service',
  'EndpointSlice',
  'Namespace',
  'Pod',
  'ServiceImport',
  'ImportedSlice',
];

function service(name: string, spec: object, resourceVersion = ''): object {
  return { kind: 'Service', metadata: { namespace: 'shop', name, resourceVersion }, spec };
}

function slice(name: string, owner: string, addresses: readonly string[], more: object = {}): object {
  return {
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name, labels: owner === '' ? {} : { 'kubernetes.io/service-name': owner } },
    endpoints: addresses.map((address) => ({ addresses: [address] })),
    ...more,
  };
}

function pod(name: string, namespace: string, podIP: string, more: object = {}): object {
  return { kind: 'Pod', metadata: { namespace, name, ...more }, status: { podIP, phase: 'Running' } };
}

const names = (objects: readonly { readonly name: string }[]): string[] => objects.map((object) => object.name);

/** A store whose clock stands where the test says, with a record of its changes. */
function recorded(manifests: readonly unknown[]): {
  store: ClusterStore;
  changes: StoreChange[];
  clock: { now: number };
} {
  const clock = { now: 1_000_000 };
  const store = fillStore(manifests, { kinds: KINDS, now: () => clock.now });
  const changes: StoreChange[] = [];
  store.onChange((change) => changes.push(change));
  return { store, changes, clock };
}

describe('ClusterStore look-ups', () => {
  it('finds services by name and by cluster address', () => {
    const { store } = recorded([
      service('web', { clusterIPs: ['10.96.0.20', 'FD00::0:20'] }),
      service('db', { clusterIP: 'None' }),
    ]);
    expect(store.service('shop', 'web')?.name).toBe('web');
    expect(store.service('other', 'web')).toBeUndefined();
    expect(names(store.servicesByAddress('10.96.0.20'))).toEqual(['web']);
    expect(names(store.servicesByAddress('fd00::20'))).toEqual(['web']);
    expect(store.servicesByAddress('None')).toEqual([]);
    expect(names([...store.services()]).toSorted()).toEqual(['db', 'web']);
    expect(store.count('Service')).toBe(2);
  });

  it('gives the slices of a service in the order of their names, endpoints in the order of the slice', () => {
    const { store } = recorded([
      slice('web-c', 'web', ['10.0.0.9', '10.0.0.1']),
      slice('web-a', 'web', ['10.0.0.5', '10.0.0.1']),
      slice('db-a', 'db', ['10.0.0.1']),
    ]);
    expect(names(store.endpointSlices('shop', 'web'))).toEqual(['web-a', 'web-c']);
    expect(
      store.endpointSlices('shop', 'web').flatMap((one) => one.endpoints.map((entry) => entry.address.text)),
    ).toEqual(['10.0.0.5', '10.0.0.1', '10.0.0.9', '10.0.0.1']);
    expect(names(store.endpointSlicesByAddress('10.0.0.1'))).toEqual(['db-a', 'web-a', 'web-c']);
    expect(names(store.endpointSlicesByAddress('10.0.0.9'))).toEqual(['web-c']);
    expect(store.endpointSlices('shop', 'nope')).toEqual([]);
  });

  it('finds no slice that has no service', () => {
    const { store } = recorded([slice('orphan', '', ['10.0.0.1'])]);
    expect(store.count('EndpointSlice')).toBe(1);
    expect(store.endpointSlicesByAddress('10.0.0.1')).toEqual([]);
    expect(store.endpointSlices('shop', '')).toEqual([]);
  });

  it('keeps imported slices apart', () => {
    const { store } = recorded([
      slice('imp', '', ['10.0.0.1'], {
        metadata: { namespace: 'shop', name: 'imp', labels: { 'multicluster.kubernetes.io/service-name': 'far' } },
      }),
      { kind: 'ServiceImport', metadata: { namespace: 'shop', name: 'far' }, spec: { type: 'Headless' } },
    ]);
    expect(names(store.importedSlices('shop', 'far'))).toEqual(['imp']);
    expect(store.endpointSlices('shop', 'far')).toEqual([]);
    expect(store.serviceImport('shop', 'far')?.headless).toBe(true);
  });

  it('finds pods by address, and in a namespace where several share it', () => {
    const { store } = recorded([pod('a', 'x', '10.1.1.1'), pod('b', 'y', '10.1.1.1'), pod('c', 'y', '10.1.1.2')]);
    expect(names(store.podsByAddress('10.1.1.1'))).toEqual(['a', 'b']);
    expect(store.podByAddress('10.1.1.1', 'y')?.name).toBe('b');
    expect(store.podByAddress('10.1.1.2', 'x')).toBeUndefined();
  });

  it('knows namespaces', () => {
    const { store, changes } = recorded([{ kind: 'Namespace', metadata: { name: 'shop' } }]);
    expect(store.hasNamespace('shop')).toBe(true);
    store.remove('Namespace', '', 'shop');
    expect(store.hasNamespace('shop')).toBe(false);
    expect(changes).toMatchObject([{ kind: 'Namespace', namespace: 'shop', name: 'shop', after: undefined }]);
  });
});

describe('ClusterStore changes', () => {
  it('says which services and addresses moved', () => {
    const { store, changes } = recorded([slice('s', 'web', ['10.0.0.1', '10.0.0.2'])]);
    applyManifest(store, 'EndpointSlice', slice('s', 'web', ['10.0.0.2', '10.0.0.3']));
    applyManifest(store, 'EndpointSlice', slice('s', 'db', ['10.0.0.2']));
    applyManifest(store, 'Service', service('web', { clusterIP: '10.96.0.1' }));
    applyManifest(store, 'Service', service('web', { clusterIP: '10.96.0.2' }));
    store.remove('Service', 'shop', 'web');
    applyManifest(store, 'Pod', pod('p', 'shop', '10.1.1.1'));
    expect(changes.map(({ services, addresses }) => ({ services, addresses }))).toEqual([
      { services: ['web'], addresses: ['10.0.0.3', '10.0.0.1'] },
      { services: ['web', 'db'], addresses: ['10.0.0.2', '10.0.0.3'] },
      { services: ['web'], addresses: ['10.96.0.1'] },
      { services: ['web'], addresses: ['10.96.0.1', '10.96.0.2'] },
      { services: ['web'], addresses: ['10.96.0.2'] },
      { services: [], addresses: ['10.1.1.1'] },
    ]);
    expect(names(store.endpointSlices('shop', 'db'))).toEqual(['s']);
    expect(store.endpointSlicesByAddress('10.0.0.3')).toEqual([]);
  });

  it('ignores an equal version, and is silent about what no answer uses', () => {
    const { store, changes } = recorded([service('web', { clusterIP: '10.96.0.1' }, '5')]);
    const before = store.service('shop', 'web');
    applyManifest(store, 'Service', service('web', { clusterIP: '10.96.0.9' }, '5'));
    expect(store.service('shop', 'web')).toBe(before);
    applyManifest(store, 'Service', service('web', { clusterIP: '10.96.0.1', sessionAffinity: 'None' }, '6'));
    expect(store.service('shop', 'web')?.resourceVersion).toBe('6');
    expect(store.servicesByAddress('10.96.0.1')).toEqual([store.service('shop', 'web')]);
    expect(changes).toEqual([]);
  });

  it('ignores pods that are being deleted, and keeps what it knew of them', () => {
    const { store, changes } = recorded([pod('a', 'shop', '10.1.1.1')]);
    applyManifest(store, 'Pod', pod('a', 'shop', '10.1.1.1', { deletionTimestamp: '2026-11-23T04:35:40Z' }));
    applyManifest(store, 'Pod', pod('b', 'shop', '10.1.1.2', { deletionTimestamp: '2026-11-23T04:35:40Z' }));
    expect(names(store.podsByAddress('10.1.1.1'))).toEqual(['a']);
    expect(store.podsByAddress('10.1.1.2')).toEqual([]);
    expect(changes).toEqual([]);
  });

  it('removes a pod whose name belongs to another one that is being deleted', () => {
    const uid = { uid: '0b0c1d5e-1111-4222-8333-444455556666' };
    const { store } = recorded([pod('db-0', 'shop', '10.1.1.1', uid)]);
    const next = { uid: '1b0c1d5e-1111-4222-8333-444455556666', deletionTimestamp: '2026-11-23T04:35:40Z' };
    applyManifest(store, 'Pod', pod('db-0', 'shop', '10.1.1.2', { ...uid, deletionTimestamp: '2026-11-23T04:35:40Z' }));
    expect(names(store.podsByAddress('10.1.1.1'))).toEqual(['db-0']);
    applyManifest(store, 'Pod', pod('db-0', 'shop', '10.1.1.2', next));
    expect(store.podsByAddress('10.1.1.1')).toEqual([]);
    expect(store.count('Pod')).toBe(0);
  });

  it('takes a pod of the same name, labels and address for another one when its uid is', () => {
    const { store } = recorded([pod('db-0', 'shop', '10.1.1.1', { uid: '0b0c1d5e-1111-4222-8333-444455556666' })]);
    applyManifest(store, 'Pod', pod('db-0', 'shop', '10.1.1.1', { uid: '1b0c1d5e-1111-4222-8333-444455556666' }));
    expect(store.podByAddress('10.1.1.1', 'shop')?.uid).toBe(0x1b_0c_1d_5e);
  });

  it.each<[string, ResourceKind, object | undefined, object | undefined, readonly string[]]>([
    ['a new service', 'Service', undefined, service('web', {}), ['internal']],
    ['a service that goes', 'Service', service('web', {}), undefined, ['internal']],
    ['ports', 'Service', service('web', {}), service('web', { ports: [{ port: 80 }] }), ['internal', 'external']],
    ['an external name', 'Service', service('web', {}), service('web', { externalName: 'x.y' }), ['internal']],
    ['a cluster address', 'Service', service('web', {}), service('web', { clusterIP: '10.9.9.9' }), ['internal']],
    [
      'an external address',
      'Service',
      service('web', {}),
      service('web', { externalIPs: ['203.0.113.1'] }),
      ['external'],
    ],
    ['endpoints', 'EndpointSlice', slice('s', 'web', []), slice('s', 'web', ['10.0.0.1']), ['internal']],
    ['an imported slice', 'ImportedSlice', slice('s', '', []), slice('s', '', ['10.0.0.1']), ['multicluster']],
    ['a new imported slice', 'ImportedSlice', undefined, slice('s', '', []), ['internal']],
    ['a pod address', 'Pod', pod('p', 'shop', '10.1.1.1'), pod('p', 'shop', '10.1.1.2'), ['internal']],
    ['pod labels', 'Pod', pod('p', 'shop', '10.1.1.1'), pod('p', 'shop', '10.1.1.1', { labels: { a: 'b' } }), []],
    ['an import', 'ServiceImport', service('far', {}), service('far', { type: 'Headless' }), ['multicluster']],
    ['a namespace', 'Namespace', undefined, { metadata: { name: 'x' } }, []],
  ])('%s moves the right serials', (_, kind, before, after, moved) => {
    const clock = { now: 0 };
    const store = new ClusterStore({ kinds: KINDS, now: () => clock.now });
    if (before !== undefined) applyManifest(store, kind, before);
    clock.now = 5_999;
    if (after !== undefined) applyManifest(store, kind, after);
    else if (before !== undefined) {
      const { namespace, name } = toResource(kind, before);
      store.remove(kind, namespace, name);
    }
    const serial: Record<string, number> = { internal: 0, external: 0, multicluster: 0 };
    for (const name of moved) serial[name] = 5;
    expect(store.serial).toEqual(serial);
  });

  it('stops telling who asks for that', () => {
    const store = new ClusterStore({ kinds: [], now: Date.now });
    let calls = 0;
    const end = store.onChange(() => calls++);
    applyManifest(store, 'Service', service('a', {}));
    end();
    applyManifest(store, 'Service', service('b', {}));
    expect(calls).toBe(1);
  });
});

describe('ClusterStore.beginRelist', () => {
  it('takes in a list as a difference', () => {
    const { store, changes } = recorded([
      service('same', { clusterIP: '10.96.0.1' }, '1'),
      service('changed', { clusterIP: '10.96.0.2' }, '2'),
      service('gone', { clusterIP: '10.96.0.3' }, '3'),
      service('broken', { clusterIP: '10.96.0.4' }, '4'),
    ]);
    const same = store.service('shop', 'same');
    const relist = store.beginRelist('Service');
    relist.add(toResource('Service', service('same', { clusterIP: '10.96.0.1' }, '1')));
    relist.add(toResource('Service', service('changed', { clusterIP: '10.96.0.9' }, '5')));
    relist.add(toResource('Service', service('new', { clusterIP: '10.96.0.5' }, '6')));
    relist.keep('shop', 'broken');
    expect(store.service('shop', 'gone')?.name).toBe('gone');
    relist.finish();
    expect(store.service('shop', 'same')).toBe(same);
    expect(store.service('shop', 'broken')?.name).toBe('broken');
    expect(changes.map((change) => change.name)).toEqual(['changed', 'new', 'gone']);
    expect(store.servicesByAddress('10.96.0.3')).toEqual([]);
  });

  it('keeps a pod that has begun to terminate', () => {
    const { store } = recorded([pod('a', 'shop', '10.1.1.1')]);
    const relist = store.beginRelist('Pod');
    relist.add(toResource('Pod', pod('a', 'shop', '10.1.1.1', { deletionTimestamp: '2026-11-23T04:35:40Z' })));
    relist.finish();
    expect(names(store.podsByAddress('10.1.1.1'))).toEqual(['a']);
  });

  it('marks kinds as synced, once', () => {
    const store = new ClusterStore({ kinds: ['Service', 'Namespace'], now: Date.now });
    const synced: ResourceKind[] = [];
    store.onSynced((kind) => synced.push(kind));
    store.beginRelist('Service').finish();
    expect([store.hasSynced, store.isSynced('Service'), store.isSynced('Namespace')]).toEqual([false, true, false]);
    store.beginRelist('Namespace').finish();
    store.beginRelist('Service').finish();
    expect(store.hasSynced).toBe(true);
    expect(synced).toEqual(['Service', 'Namespace']);
  });
});
