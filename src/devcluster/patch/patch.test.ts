import { describe, expect, test } from 'vitest';

import type { Json, JsonObject } from '../objects.ts';
import { service } from '../resources/service.ts';
import { pod } from '../resources/pod.ts';
import { applyConfiguration } from './apply.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMerge } from './strategic-merge.ts';

describe('JSON patch, RFC 6902', () => {
  test.each<[string, Json, Json, Json]>([
    ['add a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['add an element', [1, 3], [{ op: 'add', path: '/1', value: 2 }], [1, 2, 3]],
    ['append', { a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    ['remove', { a: [1, 2] }, [{ op: 'remove', path: '/a/0' }], { a: [2] }],
    ['replace', { a: { b: 1 } }, [{ op: 'replace', path: '/a/b', value: 2 }], { a: { b: 2 } }],
    ['move', { a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
    ['copy', { a: 1 }, [{ op: 'copy', from: '/a', path: '/b' }], { a: 1, b: 1 }],
    ['test', { a: 1 }, [{ op: 'test', path: '/a', value: 1 }], { a: 1 }],
    [
      'escapes',
      { 'a/b': 1, 'm~n': 2 },
      [
        { op: 'remove', path: '/a~1b' },
        { op: 'remove', path: '/m~0n' },
      ],
      {},
    ],
  ])('%s', (_name, document, patch, expected) => {
    expect(jsonPatch(document, patch)).toEqual(expected);
  });

  test.each<[Json, string]>([
    [[{ op: 'test', path: '/a', value: 2 }], 'test failed'],
    [[{ op: 'remove', path: '/x' }], 'missing'],
    [[{ op: 'replace', path: '/l/9', value: 1 }], 'invalid index'],
    [[{ op: 'odd', path: '/a' }], 'Unexpected kind'],
    [{}, 'a list of operations'],
  ])('%j is refused', (patch, message) => {
    expect(() => jsonPatch({ a: 1, l: [] }, patch)).toThrow(message);
  });
});

test.each<[Json, Json, Json]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [1] }, { a: [2] }, { a: [2] }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('merge patch, RFC 7396: %j and %j', (document, patch, expected) => {
  expect(mergePatch(document, patch)).toEqual(expected);
});

const dns = { name: 'dns', port: 53, protocol: 'UDP' };
const dnsTcp = { name: 'dns-tcp', port: 53, protocol: 'TCP' };
const http = { name: 'http', port: 80, protocol: 'TCP' };

const ports = (...list: readonly JsonObject[]): JsonObject => ({ spec: { ports: list } });

describe('strategic merge patch', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'a port is found by its number',
      ports(http, dns),
      ports({ port: 80, name: 'web' }),
      ports({ ...http, name: 'web' }, dns),
    ],
    [
      'and by its protocol where numbers are shared',
      ports(dns, dnsTcp),
      ports({ port: 53, protocol: 'TCP', name: 't' }),
      ports(dns, { ...dnsTcp, name: 't' }),
    ],
    ['a new one is added', ports(http), ports(dns), ports(dns, http)],
    ['one is deleted', ports(http, dns), ports({ $patch: 'delete', port: 80 }), ports(dns)],
    ['all are replaced', ports(http, dns), ports({ $patch: 'replace' }, dns), ports(dns)],
    [
      'an order is given',
      ports(http, dns),
      { spec: { '$setElementOrder/ports': [{ port: 53 }, { port: 80 }] } },
      ports(dns, http),
    ],
    [
      'finalizers are a set',
      { metadata: { finalizers: ['a'] } },
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { finalizers: ['a', 'b'] } },
    ],
    [
      'elements of sets are deleted',
      { metadata: { finalizers: ['a', 'b'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } },
      { metadata: { finalizers: ['b'] } },
    ],
    [
      'other lists are replaced',
      { spec: { externalIPs: ['a'] } },
      { spec: { externalIPs: ['b'] } },
      { spec: { externalIPs: ['b'] } },
    ],
    [
      'maps are merged, null deletes',
      { spec: { selector: { a: '1', b: '2' } } },
      { spec: { selector: { a: null, c: '3' } } },
      { spec: { selector: { b: '2', c: '3' } } },
    ],
    [
      'objects are replaced on demand',
      { spec: { selector: { a: '1' } } },
      { spec: { selector: { $patch: 'replace', c: '3' } } },
      { spec: { selector: { c: '3' } } },
    ],
    [
      'only some members stay',
      { spec: { type: 'x', clusterIP: 'y' } },
      { spec: { $retainKeys: ['type'], type: 'z' } },
      { spec: { type: 'z' } },
    ],
  ])('%s', (_name, document, patch, expected) => {
    expect(strategicMerge(document, patch, service.schema)).toEqual(expected);
  });

  test('containers by name, their ports by number', () => {
    const document = {
      spec: { containers: [{ name: 'a', image: 'x', ports: [{ containerPort: 80 }] }, { name: 'b' }] },
    };
    const patch = { spec: { containers: [{ name: 'a', image: 'y', ports: [{ containerPort: 81 }] }] } };
    const expected = { name: 'a', image: 'y', ports: [{ containerPort: 81 }, { containerPort: 80 }] };
    expect(strategicMerge(document, patch, pod.schema)).toEqual({ spec: { containers: [expected, { name: 'b' }] } });
  });
});

const apply = (live: JsonObject, wanted: JsonObject, previous?: JsonObject): Json =>
  applyConfiguration(live, wanted, previous, service.schema);

describe('server-side apply', () => {
  test('other members stay, lists are merged by their keys', () => {
    const live = { spec: { type: 'ClusterIP', clusterIP: '10.96.0.3', ports: [dns, dnsTcp] } };
    const wanted = { spec: { ports: [{ ...dnsTcp, name: 't' }, http] } };
    const ports = [{ ...dnsTcp, name: 't' }, http, dns];
    expect(apply(live, wanted)).toEqual({ spec: { type: 'ClusterIP', clusterIP: '10.96.0.3', ports } });
  });
  test('what is no longer wanted goes', () => {
    const previous = { spec: { type: 'NodePort', ports: [http, dns] } };
    const wanted = { spec: { ports: [http] } };
    expect(apply({ spec: { ...previous.spec, clusterIP: 'x' } }, wanted, previous)).toEqual({
      spec: { clusterIP: 'x', ports: [http] },
    });
  });
});
