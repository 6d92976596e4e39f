import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  bookmark,
  event,
  type ReflectorSetup,
  type RunningReflector,
  runReflector,
  service,
  serviceNames as names,
} from './testing/running-reflector.ts';
import { type Answer, listOf, openWatch, recorded } from './testing/scripted-api.ts';
import { transcript } from './testing/transcripts.ts';

const running: RunningReflector[] = [];

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

async function make(answers: readonly Answer[], setup: ReflectorSetup = {}): Promise<RunningReflector> {
  const made = await runReflector(answers, { timing: { relistInterval: 60 }, ...setup });
  running.push(made);
  return made;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 5 });

const RELISTS = 'relists_total{resource="services",reason="periodic"}';
const REPAIRS = 'repairs_total{resource="services"}';

/** An open watch that sends more events when `send` is called. */
function watch(): { answer: Answer; send: (...events: readonly object[]) => void } {
  let write: (events: readonly object[]) => void = () => {};
  return {
    answer: (out) => {
      out.writeHead(200).flushHeaders();
      write = (events) => events.forEach((one) => out.write(`${JSON.stringify(one)}\n`));
    },
    send: (...events) => write(events),
  };
}

describe('a periodic list', () => {
  it('changes nothing and counts no repairs when all is well', async () => {
    const objects = [service('a', '1'), service('b', '2')];
    const { asked, counted, store, api } = await make([listOf('5', objects), openWatch(), listOf('5', objects)]);
    const before = store.service('shop', 'a');
    await until(() => expect(counted(RELISTS)).toBe(1));
    expect(asked().slice(0, 3)).toEqual(['list 0', 'watch 5', 'list 5']);
    expect(api.requests[2]?.query.get('resourceVersionMatch')).toBe('NotOlderThan');
    expect(api.requests[2]?.query.has('limit')).toBe(false);
    expect(counted(REPAIRS)).toBe(0);
    expect(store.service('shop', 'a')).toBe(before ?? store.service('shop', 'a'));
    await until(() => expect(asked()).toHaveLength(4));
  });

  it('finds and repairs what the watch has missed', async () => {
    const { store, counted, lines } = await make([
      listOf('5', [service('same', '1'), service('gone', '2'), service('old', '3')]),
      openWatch([bookmark('20')]),
      listOf('20', [service('same', '1'), service('old', '11', { clusterIP: '10.96.0.11' }), service('missed', '12')]),
    ]);
    await until(() => expect(counted(REPAIRS)).toBe(3));
    expect(names(store)).toEqual(['missed', 'old', 'same']);
    expect(store.servicesByAddress('10.96.0.11')).toHaveLength(1);
    expect(lines).toEqual([
      '[WARNING] plugin/kubernetes: repaired 3 *v1.Service that the watch had missed; if this goes on, look for what is ' +
        'between here and the API server',
    ]);
  });

  it('waits for the watch where the list is ahead of it, and believes the watch', async () => {
    const { answer, send } = watch();
    const { store, counted } = await make([
      listOf('5', [service('gone', '1'), service('changed', '2'), service('lost', '3')]),
      answer,
      listOf('12', [service('changed', '10'), service('new', '11')]),
    ]);
    await until(() => expect(counted(RELISTS)).toBe(1));
    expect(names(store)).toEqual(['changed', 'gone', 'lost']);
    send(event('DELETED', service('gone', '9')), event('MODIFIED', service('changed', '10')));
    send(event('ADDED', service('new', '11')), event('MODIFIED', service('changed', '12')), bookmark('13'));
    await until(() => expect(counted(REPAIRS)).toBe(1));
    expect(names(store)).toEqual(['changed', 'new']);
    expect(store.service('shop', 'changed')?.resourceVersion).toBe('12');
  });

  it('believes no list that is older than the watch', async () => {
    const { asked, store, counted } = await make([
      listOf('5', [service('a', '1')]),
      openWatch([bookmark('9')]),
      listOf('8', []),
    ]);
    await until(() => expect(asked()).toHaveLength(4));
    expect(names(store)).toEqual(['a']);
    expect(counted(REPAIRS)).toBe(0);
  });

  it('leaves pods that are being deleted, and objects that cannot be used', async () => {
    const pod = (name: string, more: object = {}): object => ({
      metadata: { namespace: 'shop', name, resourceVersion: '1', ...more },
      status: { podIP: '10.1.1.1' },
    });
    const deleted = { resourceVersion: '7', deletionTimestamp: '2026-11-23T04:35:40Z' };
    const { asked, store, counted } = await make(
      [
        listOf('9', [pod('a'), pod('b')]),
        openWatch(),
        listOf('9', [pod('a', deleted), { ...pod('b', { resourceVersion: '8' }), status: 5 }, pod('c', deleted)]),
      ],
      { kind: 'Pod' },
    );
    await until(() => expect(asked()).toHaveLength(4));
    expect(store.podsByAddress('10.1.1.1').map((one) => one.name)).toEqual(['a', 'b']);
    expect(counted('repairs_total{resource="pods"}')).toBe(0);
  });

  it('is tried again later when it fails, and does not disturb the watch', async () => {
    const { asked, lines, counted } = await make([
      listOf('5', []),
      openWatch(),
      recorded(transcript('versionTooLarge')),
      listOf('5', []),
    ]);
    await until(() => expect(counted(RELISTS)).toBe(1));
    expect(asked().slice(0, 4)).toEqual(['list 0', 'watch 5', 'list 5', 'list 5']);
    expect(lines).toEqual([
      '[INFO] plugin/kubernetes: Warning: could not compare *v1.Service with the API: Timeout: Too large resource ' +
        'version: 99999999, current: 223',
    ]);
  });

  it('is forgotten when the reflector has to list anyway', async () => {
    const { answer, send } = watch();
    const { asked, store, counted } = await make([
      listOf('5', [service('a', '1')]),
      answer,
      listOf('50', [service('b', '2')]),
      listOf('60', [service('c', '3')]),
      openWatch(),
    ]);
    await until(() => expect(asked()).toHaveLength(3));
    send(event('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }));
    await until(() => expect(names(store)).toEqual(['c']));
    expect(counted(REPAIRS)).toBe(0);
  });
});
