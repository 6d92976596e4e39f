import { describe, expect, it } from 'vitest';
import { buildConfiguration } from './configuration.ts';
import { listenerLabel } from './listener.ts';
import type { ListenerPlan } from './listener-plan.ts';
import { idleHost, testOptions } from './testing.ts';

function plan(text: string): { readonly listeners: readonly ListenerPlan[]; readonly problems: readonly string[] } {
  const { options } = testOptions({ text });
  const { configuration, problems } = buildConfiguration({ text, file: 'Corefile' }, { ...options, host: idleHost() });
  return {
    listeners: configuration?.listeners ?? [],
    problems: problems.map(({ code, message, place }) => `${place.line}:${place.column} ${code} ${message}`),
  };
}

/** `dns://:53 a. b.` for each listener. */
function shown(text: string): string[] {
  const { listeners, problems } = plan(text);
  expect(problems).toEqual([]);
  return listeners.map(({ where, routes }) => [listenerLabel(where), ...routes.map(({ zone }) => zone.text)].join(' '));
}

describe('listeners', () => {
  it.each<[text: string, listeners: readonly string[]]>([
    ['. {\n say x\n}', ['dns://:53 .']],
    ['a.test b.test {\n say x\n}\nc.test {\n say y\n}', ['dns://:53 a.test. b.test. c.test.']],
    ['a.test {\n say x\n}\na.test:54 {\n say y\n}', ['dns://:53 a.test.', 'dns://:54 a.test.']],
    ['. {\n bind 127.0.0.1 ::1\n say x\n}', ['dns://127.0.0.1:53 .', 'dns://[::1]:53 .']],
    [
      '. {\n bind 127.0.0.1\n say x\n}\n. {\n bind 127.0.0.2\n say y\n}',
      ['dns://127.0.0.1:53 .', 'dns://127.0.0.2:53 .'],
    ],
    ['172.16.0.0/15 {\n say x\n}', ['dns://:53 16.172.in-addr.arpa. 17.172.in-addr.arpa.']],
    // The same port for another transport is another listener.
    ['.:853 tls://. {\n say x\n}', ['dns://:853 .', 'tls://:853 .']],
  ])('%j', (text, listeners) => {
    expect(shown(text)).toEqual(listeners);
  });

  it('are none for unix keys, for which CoreDNS serves nothing either', () => {
    const { listeners, problems } = plan('. unix:///run/dns.sock {\n say x\n}');
    expect(listeners.map(({ where }) => listenerLabel(where))).toEqual(['dns://:53']);
    expect(problems).toEqual([expect.stringContaining('1:3 corefile/key-style')]);
  });

  it('of several zones have one route for each', () => {
    const { listeners } = plan('a.test b.test {\n say x\n}');
    expect(listeners[0]?.routes.map(({ block }) => block.zones.length)).toEqual([2, 2]);
  });
});

describe('keys that cannot stand together', () => {
  it.each<[text: string, problems: readonly string[]]>([
    [
      'a.test a.test {\n say x\n}',
      ['1:8 server/defined-twice cannot serve dns://a.test.:53: it is already defined in line 1'],
    ],
    [
      'a.test {\n say x\n}\nA.Test:53 {\n say y\n}',
      ['4:1 server/defined-twice cannot serve dns://a.test.:53: it is already defined in line 1'],
    ],
    [
      '. {\n bind 127.0.0.1\n say x\n}\n. {\n bind 127.0.0.1\n say y\n}',
      ['5:1 server/defined-twice cannot serve dns://.:53 on 127.0.0.1: it is already defined in line 1'],
    ],
    [
      '. {\n say x\n}\n. {\n bind 127.0.0.1\n say y\n}',
      ['4:1 server/overlap cannot serve dns://.:53 on 127.0.0.1: the block in line 1 listens on all addresses'],
    ],
    [
      '. {\n bind 127.0.0.1\n say x\n}\n. {\n say y\n}',
      ['5:1 server/overlap cannot serve dns://.:53: the block in line 1 listens on one of the addresses'],
    ],
    [
      '10.0.0.0/8 10.in-addr.arpa {\n say x\n}',
      ['1:12 server/defined-twice cannot serve dns://10.in-addr.arpa.:53: it is already defined in line 1'],
    ],
    ['quic://. {\n say x\n}', ['1:1 server/unsupported-transport quic:// is not available in this version']],
    [
      '. grpc://. https3://. {\n say x\n}',
      [
        '1:3 server/unsupported-transport grpc:// is not available in this version',
        '1:12 server/unsupported-transport https3:// is not available in this version',
      ],
    ],
  ])('%j', (text, problems) => {
    expect(plan(text).problems).toEqual(problems);
  });
});

describe('blocks with a view', () => {
  it.each<[text: string, listeners: readonly string[]]>([
    ['. {\n only A\n say x\n}\n. {\n say y\n}', ['dns://:53 . .']],
    ['. {\n only A\n say x\n}\n. {\n only A\n say y\n}', ['dns://:53 . .']],
    ['. {\n only A\n say x\n}\n. {\n bind ::1\n say y\n}', ['dns://:53 .', 'dns://[::1]:53 .']],
  ])('stand with others of their zone: %j', (text, listeners) => {
    expect(shown(text)).toEqual(listeners);
  });

  it.each<[text: string, problems: readonly string[]]>([
    [
      '. {\n say x\n}\n. {\n only A\n say y\n}',
      ['4:1 server/shadowed no query of dns://.:53 reaches this block: the one in line 1 takes them all'],
    ],
    [
      '. {\n say x\n}\n. {\n bind ::1\n only A\n say y\n}',
      ['4:1 server/overlap cannot serve dns://.:53 on ::1: the block in line 1 listens on all addresses'],
    ],
    [
      '. {\n say x\n}\n. {\n only A\n say y\n}\n. {\n say z\n}',
      [
        '4:1 server/shadowed no query of dns://.:53 reaches this block: the one in line 1 takes them all',
        '8:1 server/defined-twice cannot serve dns://.:53: it is already defined in line 1',
      ],
    ],
  ])('stand in front: %j', (text, problems) => {
    expect(plan(text).problems).toEqual(problems);
  });
});
