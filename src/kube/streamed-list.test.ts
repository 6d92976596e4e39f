import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Service } from './resources.ts';
import { encodeEvent, encodeList } from './testing/protobuf-encoder.ts';
import {
  bookmark,
  event,
  type ReflectorSetup,
  type RunningReflector,
  runReflector,
  service,
  serviceNames as names,
} from './testing/running-reflector.ts';
import { type Answer, cutWatch, listOf, openWatch, recorded, STREAMS_REFUSED } from './testing/scripted-api.ts';
import { transcript } from './testing/transcripts.ts';

const running: RunningReflector[] = [];

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function make(answers: readonly Answer[], setup: ReflectorSetup = {}): Promise<RunningReflector> {
  const made = await runReflector(answers, { api: { streams: true }, ...setup });
  running.push(made);
  return made;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 5 });

const END = bookmark('9', true);

const NO_PROGRESS = {
  kind: 'Status',
  code: 500,
  reason: 'InternalError',
  message: 'Internal error occurred: storage feature RequestWatchProgress is disabled',
};

/** A watch in the binary form that stays open. */
function binaryWatch(...events: readonly object[]): Answer {
  return (out) => {
    out.writeHead(200, { 'content-type': 'application/vnd.kubernetes.protobuf;stream=watch' });
    for (const one of events) out.write(encodeEvent('Service', one));
  };
}

describe('a streamed list', () => {
  it('is asked for first, and goes on as a watch', async () => {
    const { api, store, asked, reflector } = await make([
      recorded(transcript('streamedList')),
      openWatch([event('DELETED', service('db', '249'))]),
    ]);
    await until(() => expect(asked()).toEqual(['stream ', 'watch 248']));
    await until(() => expect(store.count('Service')).toBe(3));
    expect(store.hasSynced).toBe(true);
    expect(store.service('shop', 'web')?.resourceVersion).toBe('248');
    expect(reflector.age).toBeLessThan(5);
    expect(Object.fromEntries(api.requests[0]?.query ?? [])).toEqual({
      watch: 'true',
      sendInitialEvents: 'true',
      resourceVersionMatch: 'NotOlderThan',
      resourceVersion: '',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '450',
    });
    expect(api.requests.map((one) => one.headers.accept)).toEqual([
      'application/vnd.kubernetes.protobuf, application/json',
      'application/vnd.kubernetes.protobuf, application/json',
    ]);
  });

  it('is not in force before its end', async () => {
    const { store } = await make([openWatch([event('ADDED', service('a', '1'))])]);
    await until(() => expect(names(store)).toEqual(['a']));
    expect(store.hasSynced).toBe(false);
  });

  it('is applied as a difference, at least as new as what is stored', async () => {
    const same = service('same', '1');
    const expired = event('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
    const { store, asked, counted } = await make([
      openWatch([event('ADDED', same), event('ADDED', service('gone', '2')), END, bookmark('12'), expired]),
      openWatch([event('ADDED', same), event('ADDED', service('new', '14')), bookmark('15', true)]),
    ]);
    let before: Service | undefined;
    store.onSynced(() => {
      before = store.service('shop', 'same');
    });
    await until(() => expect(names(store)).toEqual(['new', 'same']));
    expect(asked()).toEqual(['stream ', 'stream 12']);
    expect(store.service('shop', 'same')).toBe(before);
    expect(counted('relists_total{resource="services",reason="expired"}')).toBe(1);
    expect(counted('repairs_total{resource="services"}')).toBe(0);
  });

  it('takes changes that come before its end', async () => {
    const { store, lines } = await make([
      openWatch([
        event('ADDED', service('a', '1')),
        event('ADDED', service('b', '2')),
        bookmark('3'),
        event('MODIFIED', service('a', '4', { clusterIP: '10.96.0.4' })),
        event('DELETED', service('b', '5')),
        event('STRANGE', {}),
        event('ADDED', {}),
        END,
        event('ADDED', service('c', '10')),
      ]),
    ]);
    await until(() => expect(names(store)).toEqual(['a', 'c']));
    expect(store.servicesByAddress('10.96.0.4')).toHaveLength(1);
    expect(lines).toEqual([
      '[WARNING] plugin/kubernetes: skipping an event of unknown type STRANGE for *v1.Service',
      '[WARNING] plugin/kubernetes: skipping *v1.Service (no name): metadata.name is missing',
    ]);
  });

  it.each([
    ['Invalid', STREAMS_REFUSED],
    ['Bad Request', { status: 400, body: { kind: 'Status', reason: 'BadRequest', code: 400 } }],
    // What an API server says whose etcd is older than 3.4.25.
    ['an event after it was accepted', { status: 200, lines: [event('ERROR', NO_PROGRESS)] }],
  ])('that is refused with %s is never asked for again', async (_, refusal) => {
    const { asked, lines } = await make([
      recorded(refusal),
      listOf('5', []),
      recorded(transcript('watchGone')),
      listOf('6', []),
      openWatch(),
    ]);
    await until(() => expect(asked()).toEqual(['stream ', 'list 0', 'watch 5', 'list 5', 'watch 6']));
    expect(lines).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['is cut', cutWatch('{"type":"ADDED"')],
    ['ends before its end', recorded({ status: 200, lines: [event('ADDED', service('a', '1'))] })],
    ['falls silent', openWatch([event('ADDED', service('a', '1'))])],
    ['is not what it should be', recorded({ status: 200, lines: [5] })],
  ])('that %s is followed by a list in pages, and asked for another time', async (_, answer) => {
    const { asked, store } = await make(
      [answer, listOf('5', [service('b', '2')]), recorded(transcript('watchGone')), openWatch([END])],
      { timing: { streamSilence: 60 } },
    );
    await until(() => expect(asked()).toEqual(['stream ', 'list 0', 'watch 5', 'stream 5']));
    await until(() => expect(names(store)).toEqual([]));
  });

  it('of a version that is forgotten is asked for anew from the newest', async () => {
    const { asked } = await make([
      openWatch([END, event('ERROR', { kind: 'Status', code: 410, reason: 'Expired' })]),
      recorded(transcript('continueGone')),
      openWatch([END]),
    ]);
    await until(() => expect(asked()).toEqual(['stream ', 'stream 9', 'stream ']));
  });
});

describe('the binary form', () => {
  it('is read wherever the server gives it', async () => {
    const { store, asked } = await make(
      [
        (out) => {
          out.writeHead(200, { 'content-type': 'application/vnd.kubernetes.protobuf' });
          out.end(encodeList('Service', { resourceVersion: '5' }, [service('a', '1'), service('b', '2')]));
        },
        binaryWatch(event('ADDED', service('c', '6')), event('DELETED', service('a', '7')), bookmark('8')),
      ],
      { api: { streams: false } },
    );
    await until(() => expect(names(store)).toEqual(['b', 'c']));
    expect(asked()).toEqual(['list 0', 'watch 5']);
  });

  it('is read in streamed lists', async () => {
    const { store } = await make([
      binaryWatch(event('ADDED', service('a', '1')), END, event('ADDED', service('b', '10'))),
    ]);
    await until(() => expect(names(store)).toEqual(['a', 'b']));
    expect(store.hasSynced).toBe(true);
  });

  it.each([406, 415])('is not asked for again where it is refused with %i', async (status) => {
    const { api, store } = await make([recorded({ status, body: {} }), openWatch([END])]);
    await until(() => expect(store.hasSynced).toBe(true));
    expect(api.requests.map((one) => one.headers.accept)).toEqual([
      'application/vnd.kubernetes.protobuf, application/json',
      'application/json',
    ]);
  });

  it('is not asked for where there is none', async () => {
    const { api } = await make([openWatch([END])], { kind: 'ServiceImport' });
    await until(() => expect(api.requests).toHaveLength(1));
    expect(api.requests[0]?.headers.accept).toBe('application/json');
  });
});
