import { describe, expect, it } from 'vitest';
import { decodeJson } from './decode-json.ts';
import { type DecodedObject, SharedValues } from './decoded-object.ts';
import type { Resource, ResourceKind } from './resources.ts';

const META = { name: 'web', namespace: 'shop', resourceVersion: '7' };

function decodeNew(kind: ResourceKind, value: unknown, shared: SharedValues): DecodedObject {
  return decodeJson(kind, value, shared, () => false);
}

function decode(kind: ResourceKind, value: unknown): Resource | undefined {
  return decodeNew(kind, value, new SharedValues()).object;
}

describe('decodeJson', () => {
  it('keeps of a Service what answers are made from', () => {
    const service = decode('Service', {
      metadata: { ...META, labels: { tier: 'edge' }, managedFields: [{}] },
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.96.0.20',
        clusterIPs: ['10.96.0.20', 'fd00::20'],
        externalIPs: ['203.0.113.7'],
        ports: [{ name: 'HTTP', protocol: 'TCP', port: 80, nodePort: 31169 }],
      },
      status: { loadBalancer: { ingress: [{ ip: '203.0.113.1', hostname: 'x' }, { hostname: 'lb.example.com' }, {}] } },
    });
    expect(service).toMatchObject({
      kind: 'Service',
      ...META,
      type: 'LoadBalancer',
      headless: false,
      clusterIPs: [{ text: '10.96.0.20' }, { text: 'fd00::20' }],
      externalName: '',
      ports: [{ name: 'http', protocol: 'tcp', port: 80 }],
      externalAddresses: [{ text: '203.0.113.7' }, { text: '203.0.113.1' }, { text: 'lb.example.com' }],
    });
    expect(Object.keys(service ?? {})).not.toContain('labels');
  });

  it.each([
    [{ clusterIP: 'None' }, { headless: true, clusterIPs: [] }],
    [
      { clusterIP: 'None', clusterIPs: ['None'] },
      { headless: true, clusterIPs: [] },
    ],
    [{ clusterIP: '10.96.0.1' }, { headless: false, clusterIPs: [{ text: '10.96.0.1' }] }],
    [
      { type: 'ExternalName', externalName: 'www.example.com.' },
      { externalName: 'www.example.com', clusterIPs: [] },
    ],
    [{}, { ports: [{ name: '', protocol: '', port: -1 }], type: '' }],
    [{ ports: null, clusterIPs: null }, { ports: [{ name: '', protocol: '', port: -1 }] }],
  ])('reads the Service spec %j', (spec, expected) => {
    expect(decode('Service', { metadata: META, spec })).toMatchObject(expected);
  });

  it('makes one entry of each ready address of an EndpointSlice', () => {
    const slice = decode('EndpointSlice', {
      metadata: {
        ...META,
        labels: { 'kubernetes.io/service-name': 'db', 'multicluster.kubernetes.io/service-name': 'far' },
        annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-02T03:04:05.678Z' },
      },
      addressType: 'IPv4',
      endpoints: [
        { addresses: ['10.0.0.1', '10.0.0.2'], conditions: { ready: true }, hostname: 'db-0', zone: 'EU-1a' },
        { addresses: ['10.0.0.3'], conditions: { ready: false, serving: true } },
        { addresses: ['10.0.0.4'], conditions: {}, targetRef: { kind: 'Pod', name: 'db-4' } },
        { addresses: ['10.0.0.5'], targetRef: { name: 'x'.repeat(64) } },
      ],
      ports: [{ name: null, protocol: null, port: null }],
    });
    const plain = { hostname: '', podName: '', zone: '' };
    expect(slice).toMatchObject({
      service: 'db',
      cluster: '',
      lastChangeTriggerTime: '2026-01-02T03:04:05.678Z',
      endpoints: [
        { address: { text: '10.0.0.1' }, hostname: 'db-0', podName: '', zone: 'eu-1a' },
        { address: { text: '10.0.0.2' }, hostname: 'db-0', podName: '', zone: 'eu-1a' },
        { ...plain, address: { text: '10.0.0.4' }, podName: 'db-4' },
        { ...plain, address: { text: '10.0.0.5' } },
      ],
      ports: [{ name: '', protocol: '', port: -1 }],
    });
  });

  it('reads Pods, Namespaces, ServiceImports and imported slices', () => {
    const labels = {
      'multicluster.kubernetes.io/service-name': 'far',
      'multicluster.kubernetes.io/source-cluster': 'east',
    };
    expect(decode('ImportedSlice', { metadata: { ...META, labels } })).toMatchObject({
      service: 'far',
      cluster: 'east',
    });
    expect(decode('Namespace', { metadata: { name: 'shop', resourceVersion: '1' } })).toEqual({
      kind: 'Namespace',
      namespace: '',
      name: 'shop',
      resourceVersion: '1',
    });
    expect(
      decode('ServiceImport', { metadata: META, spec: { type: 'Headless', ips: ['10.1.1.1'], ports: [] } }),
    ).toMatchObject({ headless: true, ips: [{ text: '10.1.1.1' }], ports: [{ port: -1 }] });
    const pod = decode('Pod', {
      metadata: { ...META, labels: { app: 'x' }, deletionTimestamp: '2026-11-23T04:35:40Z' },
      status: { podIP: '10.244.1.9', podIPs: [{ ip: '10.244.1.9' }, { ip: 'fd00::9' }] },
    });
    expect(pod).toMatchObject({ podIPs: [{ text: '10.244.1.9' }, { text: 'fd00::9' }], terminating: true });
    expect(pod?.kind === 'Pod' ? { ...pod.labels } : undefined).toEqual({ app: 'x' });
    expect(decode('Pod', { metadata: META })).toMatchObject({ podIPs: [], terminating: false, uid: 0 });
    expect(decode('Pod', { metadata: { ...META, uid: 'fb0c1d5e-1111' } })).toMatchObject({ uid: 0xfb_0c_1d_5e });
    const single = decode('Pod', { metadata: META, status: { podIP: '10.244.1.9' } });
    expect(single).toMatchObject({ podIPs: [{ text: '10.244.1.9' }] });
  });

  it.each<[ResourceKind, unknown, string]>([
    ['Service', null, 'it is not an object'],
    ['Service', [], 'it is not an object'],
    ['Service', {}, 'metadata.name is missing'],
    ['Service', { metadata: { name: 'a' } }, 'metadata.namespace is missing'],
    ['Namespace', { metadata: { name: 'a', namespace: 'b' } }, 'metadata.namespace is not expected'],
    ['Service', { metadata: META, spec: 5 }, 'spec is not an object'],
    ['Service', { metadata: META, spec: { ports: {} } }, 'ports is not a list'],
    ['Service', { metadata: META, spec: { ports: [{ port: '80' }] } }, 'port is not an integer'],
    ['Service', { metadata: META, spec: { clusterIPs: [1] } }, 'clusterIPs has an element that is not a string'],
    ['EndpointSlice', { metadata: META, endpoints: ['x'] }, 'endpoints has an element that is not an object'],
    ['EndpointSlice', { metadata: META, endpoints: [{ conditions: { ready: 'no' } }] }, 'ready is not a boolean'],
    ['Pod', { metadata: { ...META, labels: { a: 1 } } }, 'a is not a string'],
  ])('says what is wrong with the %s %j', (kind, value, problem) => {
    expect(decodeNew(kind, value, new SharedValues())).toMatchObject({ object: undefined, problem });
  });

  it('decodes no more than its name of an object that is stored already', () => {
    const value = { metadata: META, spec: 'not looked at' };
    const isStored = (...words: readonly string[]): boolean => words.join() === 'shop,web,7';
    const decoded = decodeJson('Service', value, new SharedValues(), isStored);
    expect(decoded).toEqual({ ...META, object: undefined, isStored: true, problem: '' });
  });

  it('shares equal ports and labels between objects', () => {
    const shared = new SharedValues();
    const value = { metadata: META, spec: { ports: [{ name: 'http', port: 80 }] } };
    const [a, b] = [decodeNew('Service', value, shared).object, decodeNew('Service', value, shared).object];
    expect(a?.kind === 'Service' && b?.kind === 'Service' && a.ports === b.ports).toBe(true);
  });
});
