import { describe, expect, it } from 'vitest';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf, type ProtobufKind } from './decode-protobuf.ts';
import { type DecodedObject, type IsStored, SharedValues } from './decoded-object.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { NO_LABELS } from './resources.ts';
import { encodeObject, number, octets, text } from './testing/protobuf-encoder.ts';

const META = { name: 'web', namespace: 'shop', resourceVersion: '7' };
const NEW: IsStored = () => false;

function decode(kind: ProtobufKind, message: Buffer, isStored: IsStored = NEW): DecodedObject {
  const reader = new ProtobufReader();
  reader.begin(message, 0, message.length);
  const decoded = decodeProtobuf(kind, reader, message.length, new SharedValues(), isStored);
  expect(reader.position).toBe(message.length);
  return decoded;
}

describe('decodeProtobuf', () => {
  it.each<[ProtobufKind, object]>([
    [
      'Service',
      {
        metadata: { ...META, labels: { tier: 'edge' }, managedFields: [{}], annotations: { a: 'ü' } },
        spec: {
          type: 'LoadBalancer',
          clusterIP: '10.96.0.20',
          clusterIPs: ['10.96.0.20', 'fd00::20'],
          externalIPs: ['203.0.113.7'],
          ports: [{ name: 'HTTP', protocol: 'TCP', port: 80 }, { port: 65_535 }],
        },
        status: {
          loadBalancer: { ingress: [{ ip: '203.0.113.1', hostname: 'x' }, { hostname: 'lb.example.com' }, {}] },
        },
      },
    ],
    ['Service', { metadata: META, spec: { clusterIP: 'None', clusterIPs: ['None'] } }],
    ['Service', { metadata: META, spec: { clusterIP: '10.96.0.1' } }],
    ['Service', { metadata: META, spec: { type: 'ExternalName', externalName: 'www.example.com.' } }],
    [
      'EndpointSlice',
      {
        metadata: {
          ...META,
          labels: { 'kubernetes.io/service-name': 'db', 'multicluster.kubernetes.io/service-name': 'far' },
          annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-02T03:04:05.678Z', b: 'c' },
        },
        addressType: 'IPv4',
        endpoints: [
          { addresses: ['10.0.0.1', '10.0.0.2'], conditions: { ready: true }, hostname: 'db-0', zone: 'EU-1a' },
          { addresses: ['10.0.0.3'], conditions: { ready: false, serving: true } },
          { addresses: ['10.0.0.4'], conditions: {}, targetRef: { kind: 'Pod', name: 'db-4' } },
          { addresses: ['10.0.0.5'], targetRef: { name: 'x'.repeat(64) } },
        ],
        ports: [{ name: 'Http', protocol: 'TCP', port: 80 }, { name: '' }],
      },
    ],
    ['EndpointSlice', { metadata: META }],
    [
      'ImportedSlice',
      {
        metadata: {
          ...META,
          labels: {
            'multicluster.kubernetes.io/service-name': 'far',
            'multicluster.kubernetes.io/source-cluster': 'east',
          },
        },
      },
    ],
    ['Namespace', { metadata: { name: 'shop', resourceVersion: '1', labels: { a: 'b' } } }],
    [
      'Pod',
      {
        metadata: {
          ...META,
          uid: 'fb0c1d5e-1111-4222-8333-444455556666',
          labels: { app: 'x', b: 'y' },
          deletionTimestamp: '2026-11-23T04:35:40Z',
        },
        status: { podIP: '10.244.1.9', podIPs: [{ ip: '10.244.1.9' }, { ip: 'fd00::9' }], phase: 'Running' },
      },
    ],
    ['Pod', { metadata: META }],
    ['Pod', { metadata: META, status: { podIP: '10.244.1.9' } }],
    ['Service', { metadata: { namespace: 'shop' } }],
    ['Service', { metadata: { name: 'web' } }],
    ['Namespace', { metadata: META }],
  ])('makes of the %s %j what decodeJson makes of it', (kind, value) => {
    const fromJson = decodeJson(kind, value, new SharedValues(), NEW);
    expect(decode(kind, encodeObject(kind, value))).toEqual(fromJson);
  });

  it('reads no labels of pods that nobody asks for', () => {
    const value = { metadata: { ...META, labels: { app: 'x' } } };
    const shared = new SharedValues({ keepsPodLabels: false });
    const message = encodeObject('Pod', value);
    const reader = new ProtobufReader();
    reader.begin(message, 0, message.length);
    const binary = decodeProtobuf('Pod', reader, message.length, shared, NEW);
    for (const { object } of [binary, decodeJson('Pod', value, shared, NEW)]) {
      expect(object?.kind === 'Pod' && object.labels === NO_LABELS).toBe(true);
    }
  });

  it('decodes no more than its name of an object that is stored already', () => {
    const rest = Buffer.from('this is not read');
    const message = Buffer.concat([encodeObject('Namespace', { metadata: META }), rest]);
    const decoded = decode('Service', message, (...words) => words.join() === 'shop,web,7');
    expect(decoded).toEqual({ ...META, object: undefined, isStored: true, problem: '' });
  });

  const name = octets(1, [text(1, 'web'), text(3, 'shop'), text(6, '7')]);

  it.each<[string, ProtobufKind, Buffer, string]>([
    ['nothing', 'Service', Buffer.alloc(0), 'it does not begin with metadata'],
    ['no metadata', 'Service', text(2, ''), 'it does not begin with metadata'],
    ['metadata that is a number', 'Service', number(1, 5), 'wire type 0 in place of 2'],
    ['a cut object', 'Service', Buffer.concat([name, Buffer.from([0x12, 9, 0])]), 'longer than the whole'],
    [
      'a part beyond its whole',
      'Service',
      Buffer.concat([name, octets(2, [Buffer.from([0x1a, 2])]), text(3, '')]),
      'longer',
    ],
    ['a spec that is a number', 'Service', Buffer.concat([name, number(2, 5)]), 'wire type 0 in place of 2'],
    ['a port that is a text', 'Service', Buffer.concat([name, octets(2, [octets(1, [text(3, '80')])])]), 'wire type 2'],
    ['an address that is a number', 'EndpointSlice', Buffer.concat([name, octets(2, [number(1, 5)])]), 'wire type 0'],
  ])('says what is wrong with %s', (_, kind, message, problem) => {
    const decoded = decode(kind, message);
    expect(decoded.object).toBeUndefined();
    expect(decoded.problem).toContain(problem);
    if (message.length > name.length) expect(decoded.name).toBe('web');
  });
});
