import { describe, expect, test } from 'vitest';

import { decodeProtobuf } from './protobuf.ts';
import { service } from './resources/service.ts';
import { replicaSet } from './resources/apps.ts';

// What `kubectl create service clusterip shop --tcp=80` sends.
const SERVICE =
  '6b3873000a0d0a027631120753657276696365126a0a250a0473686f7012001a0473686f7022002a00320038004200' +
  '5a0b0a03617070120473686f70123d0a150a02383012035443501850220608001050' +
  '1a002800120b0a03617070120473686f701a002209436c757374657249503a00420052005a00600068001a020a001a002200';

test('a service', () => {
  expect(decodeProtobuf(Buffer.from(SERVICE, 'hex'), service.schema)).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop', namespace: 'shop', labels: { app: 'shop' } },
    spec: {
      ports: [{ name: '80', protocol: 'TCP', port: 80, targetPort: 80 }],
      selector: { app: 'shop' },
      type: 'ClusterIP',
    },
  });
});

describe('what cannot be read is refused', () => {
  test('every beginning of a message', () => {
    const body = Buffer.from(SERVICE, 'hex');
    for (let length = 0; length < body.length; length++) {
      try {
        decodeProtobuf(body.subarray(0, length), service.schema);
      } catch (error) {
        expect(error).toMatchObject({ code: 400 });
      }
    }
  });
  test('a kind whose numbers are not known', () => {
    expect(() => decodeProtobuf(Buffer.from(SERVICE, 'hex'), replicaSet.schema)).toThrow('unknown format');
  });
});
