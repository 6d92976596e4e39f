import { afterEach, describe, expect, it, vi } from 'vitest';
import { Logger } from '../log/logger.ts';
import { Registry } from '../metrics/registry.ts';
import { type ApiAccess, endpointAccess } from './access.ts';
import { ApiClient } from './client.ts';
import { SharedValues } from './decode.ts';
import { jsonWire } from './json-wire.ts';
import { Reflector } from './reflector.ts';
import type { ReflectorTiming } from './reflector-timing.ts';
import type { ResourceKind, Service } from './resources.ts';
import { ClusterStore } from './store.ts';
import type { Answer, SeenRequest } from './testing/scripted-api.ts';
import { cutWatch, listOf, openWatch, recorded, ScriptedApi, toLines } from './testing/scripted-api.ts';
import { transcript } from './testing/transcripts.ts';
import { watchedResources } from './watched-resource.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Made {
  readonly api: ScriptedApi;
  readonly store: ClusterStore;
  readonly reflector: Reflector;
  readonly lines: string[];
  /** The requests in short: `list 0`, `next TOKEN`, `watch 223`. */
  readonly asked: () => string[];
}

interface MakeOptions {
  readonly kind?: ResourceKind;
  readonly timing?: Partial<ReflectorTiming>;
  readonly labelSelector?: string;
  readonly access?: (url: string) => ApiAccess;
}

/** A running reflector against an API that gives these answers; waits are a hundredth of the real ones. */
async function make(answers: readonly Answer[], options: MakeOptions = {}): Promise<Made> {
  const { kind = 'Service', labelSelector = '', timing } = options;
  const api = await ScriptedApi.start(answers);
  const access = options.access?.(api.url) ?? endpointAccess({ url: api.url });
  const client = new ApiClient({ access, version: '0', metrics: new Registry(), now: Date.now });
  const everything = { watchPods: true, watchEndpointSlices: true, multicluster: true };
  const resource = watchedResources({ labelSelector, namespaceLabelSelector: '', ...everything }).find(
    (one) => one.kind === kind,
  );
  if (resource === undefined) throw new TypeError(kind);
  const store = new ClusterStore({ kinds: [kind], now: Date.now });
  const lines: string[] = [];
  const logger = Logger.create((line) => lines.push(line)).withPrefix('plugin/kubernetes');
  const common = { client, store, wire: jsonWire, shared: new SharedValues(), logger, now: Date.now };
  const quick = { initialWait: 8, maximumWait: 300, shortWatch: 0, ...timing };
  const reflector = new Reflector({ resource, ...common, random: () => 0.5, timing: quick });
  closers.push(
    () => api.close(),
    () => client.close(),
    () => reflector.stop(),
  );
  reflector.start();
  return { api, store, reflector, lines, asked: () => api.requests.map(inShort) };
}

function inShort({ query }: SeenRequest): string {
  if (query.has('watch')) return `watch ${query.get('resourceVersion')}`;
  return query.has('continue') ? `next ${query.get('continue')}` : `list ${query.get('resourceVersion')}`;
}

function service(name: string, resourceVersion: string, spec: object = {}): object {
  return { metadata: { namespace: 'shop', name, resourceVersion }, spec };
}

function event(type: string, object: object): object {
  return { type, object };
}

const names = (store: ClusterStore): string[] => [...store.services()].map((one) => one.name).toSorted();

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

  it('starts over when the token for the next page is too old', async () => {
    const { store, asked, api } = await make([
      recorded(transcript('firstPage')),
      recorded(transcript('continueGone')),
      listOf('300', [service('web', '299')]),
      openWatch(),
    ]);
    await until(() => expect(asked().at(-1)).toBe('watch 300'));
    expect(asked()[2]).toBe('list ');
    expect(api.requests[2]?.query.has('limit')).toBe(false);
    expect(names(store)).toEqual(['web']);
  });

  it('lists anew after 410 in an event, and applies the list as a difference', async () => {
    const untouched = service('same', '100', { clusterIP: '10.96.0.1' });
    const { store, asked, lines } = await make([
      listOf('223', [untouched, service('gone', '101'), service('changed', '102')]),
      recorded(transcript('watchGone')),
      listOf('254', [untouched, service('changed', '250', { clusterIP: '10.96.0.2' }), service('new', '251')]),
      openWatch(),
    ]);
    const changes: string[] = [];
    let same: Service | undefined;
    store.onSynced(() => {
      same = store.service('shop', 'same');
      store.onChange((change) => changes.push(change.name));
    });
    await until(() => expect(asked()).toEqual(['list 0', 'watch 223', 'list 223', 'watch 254']));
    expect(names(store)).toEqual(['changed', 'new', 'same']);
    expect(same).toBeDefined();
    expect(store.service('shop', 'same')).toBe(same);
    expect(changes).toEqual(['changed', 'new', 'gone']);
    expect(lines).toEqual([
      '[INFO] plugin/kubernetes: Warning: watch ended with error: *v1.Service: too old resource version: 223 (254)',
    ]);
  });

  it('lists anew after 410 as a status, from the newest version if need be', async () => {
    const gone = recorded({ ...transcript('continueGone') });
    const { asked, api } = await make([listOf('5', []), gone, gone, listOf('9', []), openWatch()]);
    await until(() => expect(asked()).toEqual(['list 0', 'watch 5', 'list 5', 'list ', 'watch 9']));
    expect(api.requests[2]?.query.get('resourceVersionMatch')).toBe('NotOlderThan');
  });

  it('lists the newest version when the server does not know the version yet', async () => {
    const future = recorded(transcript('versionTooLarge'));
    const { asked } = await make([listOf('99999999', []), future, listOf('223', []), openWatch()]);
    await until(() => expect(asked()).toEqual(['list 0', 'watch 99999999', 'list ', 'watch 223']));
  });

  it('takes up a watch that is cut in the middle of an object', async () => {
    const whole = toLines([event('ADDED', service('a', '6'))]);
    const { store, asked, lines } = await make([
      listOf('5', []),
      cutWatch(whole + toLines([event('ADDED', service('b', '7'))]).slice(0, 40)),
      openWatch([event('ADDED', service('b', '7'))]),
    ]);
    await until(() => expect(names(store)).toEqual(['a', 'b']));
    expect(asked()).toEqual(['list 0', 'watch 5', 'watch 6']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('[INFO] plugin/kubernetes: Warning: watch ended with error: *v1.Service: Get "http://');
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

  it('rebuilds a silent watch from the last version', async () => {
    const { asked, lines } = await make(
      [listOf('5', []), openWatch(), openWatch([event('ADDED', service('a', '6'))])],
      {
        timing: { watchSilence: 60 },
      },
    );
    await until(() => expect(asked().slice(0, 4)).toEqual(['list 0', 'watch 5', 'watch 5', 'watch 6']));
    expect(lines[0]).toContain('no byte for 0.06 s: i/o timeout');
  });

  it('gives up a list that falls silent', async () => {
    const { asked, store } = await make([(): void => {}, listOf('5', [])], { timing: { listSilence: 60 } });
    await until(() => expect(asked()).toEqual(['list 0', 'list 0', 'watch 5']));
    expect(store.hasSynced).toBe(true);
  });

  it('reads the token anew after 401', async () => {
    const tokens = ['old', 'old', 'new'];
    const { api, store } = await make([recorded(transcript('unauthorized')), listOf('5', [])], {
      access: (url) => ({ ...endpointAccess({ url }), authorization: () => `Bearer ${tokens.shift() ?? 'new'}` }),
    });
    await until(() => expect(store.hasSynced).toBe(true));
    expect(api.requests.slice(0, 2).map((one) => one.headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
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

  it('waits as long as Retry-After says', async () => {
    const busy = recorded({ status: 429, headers: { 'retry-after': '1' }, body: {} });
    const started = Date.now();
    const { asked } = await make([busy, listOf('5', [])]);
    await until(() => expect(asked()).toHaveLength(3));
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
  });

  it('does not hurry when watches end at once', async () => {
    const ended = recorded({ status: 200, lines: [] });
    const { asked, lines } = await make([listOf('5', []), ended, ended, ended], {
      timing: { shortWatch: 500, initialWait: 200 },
    });
    await until(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toContain('very short watch');
    expect(asked()).toEqual(['list 0', 'watch 5']);
    await until(() => expect(asked()).toHaveLength(3));
  });

  it('skips objects that it cannot use, with a warning, and goes on', async () => {
    const broken = service('web', '7', { ports: 'none' });
    const { store, lines, asked } = await make([
      listOf('5', [service('web', '2'), service('bad', '3', { clusterIPs: [5] }), null, { metadata: null }]),
      openWatch([
        event('MODIFIED', broken),
        event('ADDED', {}),
        event('STRANGE', {}),
        event('ADDED', service('late', '8')),
        event('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }),
      ]),
      listOf('9', [broken, service('late', '8')]),
      openWatch(),
    ]);
    await until(() => expect(asked()).toEqual(['list 0', 'watch 5', 'list 8', 'watch 9']));
    expect(names(store)).toEqual(['late', 'web']);
    expect(store.service('shop', 'web')?.resourceVersion).toBe('2');
    expect(lines).toEqual([
      '[WARNING] plugin/kubernetes: skipping *v1.Service shop/bad: clusterIPs has an element that is not a string',
      '[WARNING] plugin/kubernetes: skipping *v1.Service (no name): metadata.name is missing',
      '[WARNING] plugin/kubernetes: skipping *v1.Service shop/web: ports is not a list',
      '[WARNING] plugin/kubernetes: skipping an event of unknown type STRANGE for *v1.Service',
      '[INFO] plugin/kubernetes: Warning: watch ended with error: *v1.Service: too old',
    ]);
  });

  it('survives answers that are not what an API says', async () => {
    const { store, lines } = await make([
      (response) => response.writeHead(200).end('<html>'),
      recorded({ status: 200, body: [] }),
      (response) => response.writeHead(200).end('{"metadata":{"resourceVersion":"5"},"items":[{"a":1},'),
      listOf('5', [service('a', '1')]),
      (response) => response.writeHead(200).end('{"type":\n'),
      openWatch(),
    ]);
    await until(() => expect(names(store)).toEqual(['a']));
    await until(() => expect(lines.join('\n')).toContain('failed to watch *v1.Service: the answer is not JSON'));
    expect(lines[0]).toContain('failed to list *v1.Service: the answer is not JSON: "<html>"');
    expect(lines[1]).toContain('failed to list *v1.Service: the answer is not a list');
  });

  it('changes nothing after it was stopped', async () => {
    const { api, reflector, store } = await make([listOf('5', []), openWatch()]);
    await until(() => expect(api.requests).toHaveLength(2));
    await reflector.stop();
    expect(store.hasSynced).toBe(true);
    expect(api.requests).toHaveLength(2);
  });
});
