import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  event,
  type ReflectorSetup,
  type RunningReflector,
  runReflector,
  service,
  serviceNames as names,
} from './testing/running-reflector.ts';
import { type Answer, listOf, openWatch, recorded, toLines } from './testing/scripted-api.ts';
import { transcript } from './testing/transcripts.ts';

const running: RunningReflector[] = [];

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function make(answers: readonly Answer[], setup?: ReflectorSetup): Promise<RunningReflector> {
  const made = await runReflector(answers, setup);
  running.push(made);
  return made;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 5 });

describe('Reflector', () => {
  it('lists in pages, then watches from the version of the list', async () => {
    const { api, store, asked, reflector } = await make(
      [recorded(transcript('firstPage')), recorded(transcript('nextPage')), openWatch()],
      { labelSelector: 'tier' },
    );
    expect(reflector.age).toBeUndefined();
    await until(() => expect(asked()).toHaveLength(3));
    expect(asked()).toEqual([
      'list 0',
      'next eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjIzLCJzdGFydCI6Ii9zaG9wL2FwaVx1MDAwMCJ9',
      'watch 223',
    ]);
    expect(names(store)).toEqual(['api', 'db', 'kubernetes', 'web']);
    expect(store.hasSynced).toBe(true);
    expect(reflector.age).toBeLessThan(5);
    const [list, next, watch] = api.requests.map((one) => Object.fromEntries(one.query));
    expect(list).toEqual({ limit: '500', resourceVersion: '0', labelSelector: 'tier' });
    expect(Object.keys(next ?? {}).toSorted()).toEqual(['continue', 'labelSelector', 'limit']);
    const watchQuery = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: '450', labelSelector: 'tier' };
    expect(watch).toEqual({ ...watchQuery, resourceVersion: '223' });
    expect(api.requests.map((one) => one.headers['accept-encoding'])).toEqual(['gzip', 'gzip', 'identity']);
  });

  it('follows the events of a watch, and watches again from the bookmark when its time is up', async () => {
    const { store, asked, lines } = await make([
      recorded(transcript('wholeList')),
      recorded(transcript('serviceChanges')),
      openWatch([event('MODIFIED', service('web', '231', { clusterIP: '10.96.0.99' }))]),
    ]);
    await until(() => expect(store.servicesByAddress('10.96.0.99')).toHaveLength(1));
    expect(asked()).toEqual(['list 0', 'watch 223', 'watch 230']);
    expect(names(store)).toEqual(['api', 'db', 'kubernetes', 'web']);
    expect(lines).toEqual([]);
  });

  it('follows EndpointSlices and Pods', async () => {
    const slices = await make([recorded(transcript('slices')), recorded(transcript('sliceChanges')), openWatch()], {
      kind: 'EndpointSlice',
    });
    await until(() => expect(slices.asked()).toHaveLength(3));
    expect(slices.store.endpointSlices('shop', 'web')[0]?.endpoints).toEqual([]);
    expect(slices.store.endpointSlices('shop', 'db')[0]?.endpoints[0]?.hostname).toBe('h0');
    const pods = await make([recorded(transcript('pods')), recorded(transcript('podChanges')), openWatch()], {
      kind: 'Pod',
    });
    const seen: string[] = [];
    pods.store.onChange((change) =>
      seen.push(`${change.name} ${change.addresses.join()} ${change.after === undefined}`),
    );
    await until(() => expect(pods.asked()).toHaveLength(3));
    expect(pods.api.requests[0]?.query.get('fieldSelector')).toBe(
      'status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown',
    );
    expect(pods.store.count('Pod')).toBe(0);
    expect(seen).toEqual(
      expect.arrayContaining(['two 10.244.1.10 false', 'two 10.244.1.10 true', 'one 10.244.1.9 true']),
    );
  });

  it('reads events whatever the pieces they come in', async () => {
    const text = Buffer.from(toLines([event('ADDED', service('ä', '6')), event('ADDED', service('b', '7'))]));
    const { store } = await make([
      listOf('5', []),
      (response) => {
        response.writeHead(200);
        for (const octet of text) response.write(Uint8Array.of(octet));
      },
    ]);
    await until(() => expect(names(store)).toEqual(['b', 'ä']));
  });

  it('names the right that is missing, once, keeps trying, and says when it is over', async () => {
    const forbidden = recorded(transcript('forbidden'));
    const { store, lines, asked } = await make([forbidden, forbidden, forbidden, listOf('5', []), openWatch()], {
      kind: 'EndpointSlice',
    });
    await until(() => expect(asked()).toHaveLength(5));
    expect(store.hasSynced).toBe(true);
    expect(lines).toEqual([
      '[ERROR] plugin/kubernetes: Failed to watch: failed to list *v1.EndpointSlice: endpointslices.discovery.k8s.io is ' +
        'forbidden: User "no-slices" cannot list resource "endpointslices" in API group "discovery.k8s.io" at the ' +
        'cluster scope; grant list and watch on endpointslices in API group discovery.k8s.io with a ClusterRole',
      '[INFO] plugin/kubernetes: watching *v1.EndpointSlice again',
    ]);
  });

  it('names the resource that the cluster does not have', async () => {
    const { lines } = await make([recorded({ status: 404, body: '404 page not found' })], { kind: 'ServiceImport' });
    await until(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toContain(
      'failed to list *v1alpha1.ServiceImport: 404 page not found; this cluster has no ' +
        'serviceimports.multicluster.x-k8s.io in version v1alpha1: install its CustomResourceDefinition',
    );
  });

  it('changes nothing after it was stopped', async () => {
    const { api, reflector, store } = await make([listOf('5', []), openWatch()]);
    await until(() => expect(api.requests).toHaveLength(2));
    await reflector.stop();
    expect(store.hasSynced).toBe(true);
    expect(api.requests).toHaveLength(2);
  });
});
