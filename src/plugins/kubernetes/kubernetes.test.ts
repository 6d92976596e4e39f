import { afterEach, describe, expect, test } from 'vitest';
import { rcodeName } from '../../dns/codes.ts';
import { type Answer, listOf, openWatch, recorded, ScriptedApi } from '../../kube/testing/scripted-api.ts';
import { ConfigurationError, type NamedInstance } from '../../plugin-api/context.ts';
import { setUp, testBlock, testQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { kubernetes } from './kubernetes.ts';
import { manifests } from './testing/ask.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const KINDS = { services: 'Service', namespaces: 'Namespace', endpointslices: 'EndpointSlice', pods: 'Pod' } as const;

/** An API server with the objects of the test data, which never change; it refuses to list `forbidden`. Returns its URL. */
async function serveApi(forbidden?: keyof typeof KINDS): Promise<string> {
  return (await startApi(forbidden)).url;
}

async function startApi(forbidden?: keyof typeof KINDS): Promise<ScriptedApi> {
  const lists = Object.entries(KINDS).map(([plural, kind]) => {
    const items = manifests('shop.yaml').filter((object) => isKind(object, kind));
    return [plural, plural === forbidden ? recorded({ status: 403, body: {} }) : listOf('1', items)] as const;
  });
  const answer: Answer = (response, request) => {
    if (request.query.has('watch')) return openWatch()(response, request);
    return lists.find(([plural]) => request.path.endsWith(`/${plural}`))?.[1](response, request);
  };
  const api = await ScriptedApi.start(Array.from({ length: 100 }, () => answer));
  closing.push(() => api.close());
  return api;
}

function isKind(object: unknown, kind: string): boolean {
  return typeof object === 'object' && object !== null && 'kind' in object && object.kind === kind;
}

async function start(block: string, instances: readonly NamedInstance[] = []): Promise<TestSetup> {
  const plugin = setUp(kubernetes, `kubernetes cluster.local {\n${block}\n}`, {
    block: testBlock({ instances: () => instances }),
  });
  closing.push(async () => plugin.instance.stop?.('shutdown'));
  await plugin.instance.start?.();
  return plugin;
}

async function rcodeOf(plugin: TestSetup, name: string): Promise<string> {
  return rcodeName((await plugin.ask({ name }))?.rcode ?? -1);
}

describe('start', () => {
  test('waits until all is there', async () => {
    const plugin = await start(`endpoint ${await serveApi()}`);
    expect(plugin.instance.ready?.()).toBe(true);
    expect(await rcodeOf(plugin, 'web.shop.svc.cluster.local')).toBe('NOERROR');
    expect(await rcodeOf(plugin, 'nope.shop.svc.cluster.local')).toBe('NXDOMAIN');
    expect(plugin.log.filter((line) => line.includes('unsynced'))).toEqual([]);
  });

  test('goes on without the API after startup_timeout', async () => {
    const plugin = await start('endpoint http://127.0.0.1:1\nstartup_timeout 600ms');
    expect(plugin.instance.ready?.()).toBe(false);
    expect(await rcodeOf(plugin, 'web.shop.svc.cluster.local')).toBe('SERVFAIL');
    expect(plugin.log).toContain('[INFO] waiting for Kubernetes API before starting server');
    expect(plugin.log.at(-1)).toBe('[WARNING] starting server with unsynced Kubernetes API');
  });

  test('answers with what it may see, and names the right that is missing', async () => {
    const plugin = await start(`endpoint ${await serveApi('endpointslices')}\nstartup_timeout 300ms`);
    expect(plugin.instance.ready?.()).toBe(false);
    expect(await rcodeOf(plugin, 'web.shop.svc.cluster.local')).toBe('NOERROR');
    expect(await rcodeOf(plugin, 'db.shop.svc.cluster.local')).toBe('SERVFAIL');
    expect(plugin.log.join('\n')).toMatch(/\[ERROR\] .*EndpointSlice.*grant list and watch on endpointslices/);
  });

  test.each([
    ['with plugin metadata', [{ name: 'metadata', instance: {} }], 'web'],
    ['without, when nobody asks for its labels', [], undefined],
  ])('labels queries with the pod that asks, %s', async (_, instances, app) => {
    const plugin = await start(`endpoint ${await serveApi()}\npods verified`, instances);
    const metadata = new Map<string, () => string>();

    const query = testQuery({ name: 'example.com', client: { address: '10.244.1.2', port: 1 }, metadata });
    plugin.instance.describe?.(query, metadata);
    expect(metadata.get('kubernetes/client-pod-name')?.()).toBe('web-7d-a');
    expect(metadata.get('kubernetes/client-label/app')?.()).toBe(app);
  });

  test.each([
    ['kubeconfig /nowhere/config', /^plugin\/kubernetes: \/nowhere\/config: .*cannot be read/, 3],
    ['endpoint https://127.0.0.1:1\ntls /nowhere/cert /nowhere/key /nowhere/ca', /^plugin\/kubernetes: \/nowhere/, 4],
  ])('is refused with %s', async (block, message, line) => {
    const error: unknown = await start(block).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    if (!(error instanceof ConfigurationError)) return;
    expect(error.message).toMatch(message);
    expect(error.place?.line).toBe(line);
  });
});

describe('requests to the API server', () => {
  // Three lists, of services, namespaces and slices, and three watches; before each list a streamed one is refused.
  const REQUESTS = 9;

  test.each([
    ['without limits', '', 0],
    ['with apiserver_qps and apiserver_burst', `apiserver_qps 20\napiserver_burst 1`, (REQUESTS - 1) / 20],
    ['with apiserver_qps alone', 'apiserver_qps 20', 0],
    ['with apiserver_burst alone', 'apiserver_burst 8', (REQUESTS - 8) / 5],
    ['with apiserver_qps 0', 'apiserver_qps 0\napiserver_max_inflight 0', 0],
    ['with apiserver_max_inflight', 'apiserver_max_inflight 1', 0],
  ])('%s', async (_, block, seconds) => {
    const api = await startApi();
    const begun = performance.now();
    const { metrics } = await start(`endpoint ${api.url}\n${block}`);
    await expect.poll(() => api.requests.filter(({ query }) => query.has('watch')).length, { timeout: 5000 }).toBe(3);
    const took = (performance.now() - begun) / 1000;
    expect(took).toBeGreaterThanOrEqual(seconds - 0.01);
    const waited = /^coredns_kubernetes_rest_client_rate_limiter_duration_seconds_sum\{.*\} (.*)$/m.exec(
      metrics.expose(),
    );
    if (seconds === 0) expect(waited?.[1]).toBe('0');
    else expect(Number(waited?.[1])).toBeGreaterThan(0);
  });
});

test('a stop ends a start that still waits', async () => {
  const plugin = setUp(kubernetes, 'kubernetes cluster.local {\nendpoint http://127.0.0.1:1\n}');
  const started = plugin.instance.start?.();
  await plugin.instance.stop?.('shutdown');
  await started;
  expect(plugin.log.filter((line) => line.includes('unsynced'))).toEqual([]);
});

test.each([
  ['without unready_after', '', true],
  ['within unready_after', 'unready_after 1h', true],
  ['after unready_after', 'unready_after 50ms', false],
])('%s a silent API leaves it ready: %s', async (_when, option, ready) => {
  const plugin = await start(`endpoint ${await serveApi()}\n${option}`);
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(plugin.instance.ready?.()).toBe(ready);
  expect(await rcodeOf(plugin, 'web.shop.svc.cluster.local')).toBe('NOERROR');
});
