import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Service } from './resources.ts';
import {
  bookmark,
  event,
  type ReflectorSetup,
  type RunningReflector,
  runReflector,
  service,
  serviceNames as names,
} from './testing/running-reflector.ts';
import { type Answer, cutWatch, listOf, openWatch, recorded, ScriptedApi, toLines } from './testing/scripted-api.ts';
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

describe('a Reflector survives', () => {
  it('compaction while a list is read: the token for the next page is forgotten', async () => {
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

  it('410 as an event in the middle of a watch: a list is applied as a difference', async () => {
    const untouched = service('same', '100', { clusterIP: '10.96.0.1' });
    const { store, asked, lines, counted } = await make([
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
    expect(counted('watch_restarts_total{resource="services",reason="expired"}')).toBe(1);
    expect(counted('relists_total{resource="services",reason="expired"}')).toBe(1);
  });

  it('410 as the status of a watch, and of the list after it', async () => {
    const gone = recorded({ ...transcript('continueGone') });
    const { asked, api } = await make([listOf('5', []), gone, gone, listOf('9', []), openWatch()]);
    await until(() => expect(asked()).toEqual(['list 0', 'watch 5', 'list 5', 'list ', 'watch 9']));
    expect(api.requests[2]?.query.get('resourceVersionMatch')).toBe('NotOlderThan');
  });

  it('a version that the server does not know yet', async () => {
    const future = recorded(transcript('versionTooLarge'));
    const { asked } = await make([listOf('99999999', []), future, listOf('223', []), openWatch()]);
    await until(() => expect(asked()).toEqual(['list 0', 'watch 99999999', 'list ', 'watch 223']));
  });

  it('a connection that is cut in the middle of an object', async () => {
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

  it('a watch that stays open and says nothing', async () => {
    const { asked, lines } = await make(
      [listOf('5', []), openWatch(), openWatch([event('ADDED', service('a', '6'))])],
      {
        timing: { watchSilence: 60 },
      },
    );
    await until(() => expect(asked().slice(0, 4)).toEqual(['list 0', 'watch 5', 'watch 5', 'watch 6']));
    expect(lines[0]).toContain('no byte for 0.06 s: i/o timeout');
  });

  it('a list that falls silent', async () => {
    const { asked, store } = await make([(): void => {}, listOf('5', [])], { timing: { listSilence: 60 } });
    await until(() => expect(asked()).toEqual(['list 0', 'list 0', 'watch 5']));
    expect(store.hasSynced).toBe(true);
  });

  const busy = { status: 429, body: { kind: 'Status', code: 429, reason: 'TooManyRequests' } };
  const later = recorded({ ...busy, headers: { 'retry-after': '1' } });
  const laterInStatus = recorded({ ...busy, body: { ...busy.body, details: { retryAfterSeconds: 1 } } });
  it.each<[string, Answer, readonly Answer[], ReflectorSetup]>([
    ['a list', later, [later, listOf('5', [])], {}],
    ['a list, in the Status', laterInStatus, [laterInStatus, listOf('5', [])], {}],
    ['a watch', later, [listOf('5', []), later], {}],
    ['a streamed list', later, [later, openWatch([bookmark('5', true)])], { api: { streams: true } }],
  ])('429 with Retry-After for %s', async (_, refusal, answers, setup) => {
    const times: number[] = [];
    const noting = answers.map(
      (answer): Answer =>
        (response, request) => {
          times.push(performance.now());
          answer(response, request);
        },
    );
    const after: Answer = (response, request) => {
      times.push(performance.now());
      openWatch()(response, request);
    };
    const { store } = await make([...noting, after], setup);
    // The request after the one that was refused.
    await until(() => expect(times.length).toBeGreaterThanOrEqual(answers.indexOf(refusal) + 2));
    await until(() => expect(store.hasSynced).toBe(true));
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(990);
  });

  it('watches that end at once', async () => {
    const ended = recorded({ status: 200, lines: [] });
    const { asked, lines } = await make([listOf('5', []), ended, ended, ended], {
      timing: { shortWatch: 500, initialWait: 200 },
    });
    await until(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toContain('very short watch');
    expect(asked()).toEqual(['list 0', 'watch 5']);
    await until(() => expect(asked()).toHaveLength(3));
  });

  it('objects that are unknown or half valid', async () => {
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

  it('answers that are not what an API says', async () => {
    const { store, lines } = await make([
      (response) => response.writeHead(200).end('<html>'),
      recorded({ status: 200, body: [] }),
      (response) => response.writeHead(200).end('{"metadata":{"resourceVersion":"5"},"items":[{"a":1},'),
      listOf('5', [service('a', '1')]),
      (response) => response.writeHead(200).end('{"type":\n'),
      listOf('6', [service('a', '1'), service('b', '6')]),
      openWatch(),
    ]);
    await until(() => expect(names(store)).toEqual(['a', 'b']));
    await until(() => expect(lines.join('\n')).toContain('failed to watch *v1.Service: the answer is not JSON'));
    expect(lines[0]).toContain('failed to list *v1.Service: the answer is not JSON: "<html>"');
    expect(lines[1]).toContain('failed to list *v1.Service: the answer is not a list');
  });

  it('bookmarks: a watch that is cut goes on from the last one', async () => {
    const { asked, counted } = await make([
      listOf('5', []),
      cutWatch(toLines([bookmark('40'), bookmark('90')])),
      openWatch(),
    ]);
    await until(() => expect(asked()).toEqual(['list 0', 'watch 5', 'watch 90']));
    expect(counted('watch_restarts_total{resource="services",reason="cut"}')).toBe(1);
  });

  it('compaction while no watch was open: a list closes the gap', async () => {
    const { asked, store } = await make([
      listOf('223', [service('gone', '2')]),
      cutWatch(''),
      recorded(transcript('watchGone')),
      listOf('254', [service('new', '250')]),
      openWatch(),
    ]);
    await until(() => expect(asked()).toEqual(['list 0', 'watch 223', 'watch 223', 'list 223', 'watch 254']));
    expect(names(store)).toEqual(['new']);
  });

  it('an API server that is restarted: what is stored stays, and the watch goes on where it was', async () => {
    const { api, store, lines, asked } = await make([listOf('5', [service('a', '1')]), openWatch([bookmark('6')])]);
    await until(() => expect(asked()).toEqual(['list 0', 'watch 5']));
    const { port } = api;
    await api.close();
    await until(() => expect(lines.join()).toContain('connect: connection refused'));
    expect(names(store)).toEqual(['a']);
    const back = await ScriptedApi.start([openWatch([event('ADDED', service('b', '7'))])], { port });
    await until(() => expect(names(store)).toEqual(['a', 'b']));
    expect(back.requests[0]?.query.get('resourceVersion')).toBe('6');
    expect(lines.at(-1)).toBe('[INFO] plugin/kubernetes: watching *v1.Service again');
    await back.close();
  });

  it('errors in the binary form', async () => {
    const { lines } = await make([recorded(transcript('forbiddenBinary')), listOf('5', [])]);
    await until(() => expect(lines).toHaveLength(2));
    expect(lines[0]).toContain('services is forbidden: User "nobody"');
  });
});
