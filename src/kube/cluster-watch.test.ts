import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../log/logger.ts';
import { Registry } from '../metrics/registry.ts';
import { endpointAccess } from './access.ts';
import { ClusterWatch } from './cluster-watch.ts';
import { type Answer, listOf, openWatch, ScriptedApi } from './testing/scripted-api.ts';
import type { WatchOptions } from './watched-resource.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const PLAIN: WatchOptions = {
  labelSelector: '',
  namespaceLabelSelector: '',
  watchPods: false,
  watchEndpointSlices: true,
  multicluster: false,
};

const empty: Answer = (response, request) =>
  (request.query.has('watch') ? openWatch() : listOf('5', []))(response, request);

/** An API in which every resource is empty, or that says nothing. */
async function makeWatch(
  options: Partial<WatchOptions>,
  answers: 'empty' | 'none',
): Promise<{ api: ScriptedApi; watch: ClusterWatch; metrics: Registry }> {
  const api = await ScriptedApi.start(answers === 'empty' ? Array.from({ length: 100 }, () => empty) : []);
  const metrics = new Registry();
  const watch = new ClusterWatch({
    ...PLAIN,
    ...options,
    access: endpointAccess({ url: api.url }),
    version: '0',
    logger: silentLogger(),
    metrics,
    now: Date.now,
    random: Math.random,
  });
  closers.push(
    () => api.close(),
    () => watch.stop(),
  );
  return { api, watch, metrics };
}

describe('ClusterWatch', () => {
  it.each<[Partial<WatchOptions>, readonly string[]]>([
    [{}, ['/api/v1/namespaces ', '/api/v1/services ', '/apis/discovery.k8s.io/v1/endpointslices ']],
    [{ watchEndpointSlices: false }, ['/api/v1/namespaces ', '/api/v1/services ']],
    [
      { watchPods: true, labelSelector: 'a=b', namespaceLabelSelector: 'c' },
      [
        '/api/v1/namespaces c',
        '/api/v1/pods a=b',
        '/api/v1/services a=b',
        '/apis/discovery.k8s.io/v1/endpointslices a=b',
      ],
    ],
    [
      { multicluster: true, labelSelector: 'a=b', namespaceLabelSelector: 'c' },
      [
        '/api/v1/namespaces c',
        '/api/v1/services a=b',
        '/apis/discovery.k8s.io/v1/endpointslices a=b',
        '/apis/discovery.k8s.io/v1/endpointslices a=b,multicluster.kubernetes.io/service-name',
        '/apis/multicluster.x-k8s.io/v1alpha1/serviceimports c',
      ],
    ],
  ])('with %j lists what is needed', async (options, expected) => {
    const { api, watch } = await makeWatch(options, 'empty');
    expect(watch.hasSynced).toBe(false);
    watch.start();
    expect(await watch.waitForSync(5000)).toBe(true);
    const lists = api.requests.filter((request) => !request.query.has('watch'));
    expect(lists.map((one) => `${one.path} ${one.query.get('labelSelector') ?? ''}`).toSorted()).toEqual(expected);
    const ages = [...watch.ages().values()];
    expect(ages).toHaveLength(expected.length);
    for (const age of ages) expect(age).toBeLessThan(5);
  });

  it('gives up waiting, and stops while nothing answers', async () => {
    const { api, watch } = await makeWatch({}, 'none');
    watch.start();
    expect(await watch.waitForSync(50)).toBe(false);
    expect(await watch.waitForSync(60_000, AbortSignal.timeout(50))).toBe(false);
    expect(watch.ages().get('Service')).toBeUndefined();
    await watch.stop();
    expect(api.requests).toHaveLength(3);
  });

  it('shows how old what it knows is, until it stops', async () => {
    const { watch, metrics } = await makeWatch({ multicluster: true }, 'empty');
    const ages = (): string[] =>
      metrics
        .expose()
        .split('\n')
        .filter((line) => line.startsWith('clusterfirst_kubernetes_resource_age_seconds'));
    expect(ages()).toEqual([]);
    watch.start();
    await watch.waitForSync(5000);
    expect(ages().map((line) => /resource="(\w+)"} 0/.exec(line)?.[1])).toEqual([
      'endpointslices',
      'importedslices',
      'namespaces',
      'serviceimports',
      'services',
    ]);
    expect(metrics.expose()).toContain('clusterfirst_kubernetes_repairs_total{resource="services"} 0');
    await watch.stop();
    expect(ages()).toEqual([]);
  });
});
