import { describe, expect, it } from 'vitest';
import { type IsStored, SharedValues } from './decoded-object.ts';
import { WireError } from './frames.ts';
import { jsonWire } from './json-wire.ts';
import { protobufWire } from './protobuf-wire.ts';
import type { ResourceKind } from './resources.ts';
import { encodeEvent, encodeList, frame, number, octets, text } from './testing/protobuf-encoder.ts';
import { toLines } from './testing/scripted-api.ts';
import { transcript } from './testing/transcripts.ts';
import type { ListMeta, WatchEvent, WireFormat } from './wire-format.ts';

const NEW: IsStored = () => false;

function pieces(octetsOf: Uint8Array, size: number): Uint8Array[] {
  const result: Uint8Array[] = [];
  for (let at = 0; at < octetsOf.length; at += size) result.push(octetsOf.subarray(at, at + size));
  return result;
}

function readList(wire: WireFormat, kind: ResourceKind, body: Uint8Array, size = body.length): unknown[] {
  const reader = wire.listReader(kind, new SharedValues(), NEW);
  const items = pieces(body, size).flatMap((piece) => [...reader.push(piece)]);
  const end: ListMeta = reader.end();
  return [...items, end];
}

function readWatch(wire: WireFormat, kind: ResourceKind, body: Uint8Array, size = body.length): WatchEvent[] {
  const reader = wire.watchReader(kind, new SharedValues(), NEW);
  return pieces(body, size).flatMap((piece) => [...reader.push(piece)]);
}

const binaryList = Buffer.from(transcript('edgeServicesBinary').base64 ?? '', 'base64');

describe('protobufWire.listReader', () => {
  it('reads what an API server wrote as it reads the same in JSON, whatever the pieces', () => {
    const json = Buffer.from(JSON.stringify(transcript('edgeServices').body));
    const expected = readList(jsonWire, 'Service', json);
    expect(expected).toHaveLength(3);
    for (let size = 1; size <= binaryList.length; size++) {
      expect(readList(protobufWire, 'Service', binaryList, size)).toEqual(expected);
    }
  });

  it.each<[string, ResourceKind]>([
    ['wholeList', 'Service'],
    ['slices', 'EndpointSlice'],
    ['pods', 'Pod'],
    ['firstPage', 'Service'],
  ])('reads the list %s as it reads it in JSON', (name, kind) => {
    const body = transcript(name).body;
    const list: { metadata: { resourceVersion: string; continue?: string }; items: unknown[] } = JSON.parse(
      JSON.stringify(body),
    );
    const binary = encodeList(kind, list.metadata, list.items);
    expect(readList(protobufWire, kind, binary, 100)).toEqual(
      readList(jsonWire, kind, Buffer.from(JSON.stringify(body))),
    );
  });

  it('reads an empty list', () => {
    const empty = encodeList('Service', { resourceVersion: '5' }, []);
    expect(readList(protobufWire, 'Service', empty)).toEqual([{ resourceVersion: '5', continueToken: '' }]);
  });

  it('goes on after an item that is broken', () => {
    const meta = octets(1, [text(2, '5')]);
    const good = octets(2, [octets(1, [text(1, 'a'), text(3, 'shop')])]);
    const list = Buffer.concat([Buffer.from('k8s\0'), octets(2, [meta, octets(2, [number(1, 5)]), good])]);
    const [broken, fine] = readList(protobufWire, 'Service', list, 7);
    expect(broken).toMatchObject({ object: undefined, problem: expect.stringContaining('wire type') });
    expect(fine).toMatchObject({ name: 'a', problem: '' });
  });

  it.each<[string, Buffer, string]>([
    ['JSON', Buffer.from('{"kind":"List"}'), 'the answer is not protobuf: "{\\"kind\\":'],
    ['nothing', Buffer.alloc(0), 'the answer is not a list'],
    ['no list', Buffer.concat([Buffer.from('k8s\0'), octets(2, [text(4, 'x')])]), 'it has no metadata.resourceVersion'],
    ['a list that is cut', binaryList.subarray(0, -20), 'the list ends in the middle'],
    ['a group', Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x0b])]), 'unknown wire type'],
    [
      'a huge item',
      Buffer.from([...Buffer.from('k8s\0'), 0x12, 0xff, 0xff, 0xff, 0x7f, 0x12, 0xff, 0xff, 0xff, 0x0f]),
      'not possible',
    ],
    ['an item beyond the list', Buffer.from([...Buffer.from('k8s\0'), 0x12, 4, 0x12, 0x40]), 'longer than the list'],
    ['a number without end', Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(12, 0xff)]), 'more than 64 bits'],
  ])('refuses %s', (_, body, problem) => {
    expect(() => readList(protobufWire, 'Service', body, 1000)).toThrow(problem);
    expect(() => readList(protobufWire, 'Service', body, 1000)).toThrow(WireError);
  });

  it('refuses what custom resources do not have', () => {
    expect(() => protobufWire.listReader('ServiceImport', new SharedValues(), NEW)).toThrow(WireError);
  });
});

describe('protobufWire.watchReader', () => {
  it.each<[string, ResourceKind]>([
    ['serviceChanges', 'Service'],
    ['streamedList', 'Service'],
    ['podChanges', 'Pod'],
    ['sliceChanges', 'EndpointSlice'],
    ['watchGone', 'Service'],
  ])('reads the events of %s as it reads them in JSON, whatever the pieces', (name, kind) => {
    const lines = transcript(name).lines ?? [];
    const expected = readWatch(jsonWire, kind, Buffer.from(toLines(lines)));
    const binary = Buffer.concat(lines.map((line) => encodeEvent(kind, line)));
    for (const size of [1, 7, 100, binary.length]) {
      expect(readWatch(protobufWire, kind, binary, size)).toEqual(expected);
    }
  });

  it.each<[string, ResourceKind]>([
    ['streamedServices', 'Service'],
    ['streamedSlices', 'EndpointSlice'],
  ])('reads what an API server wrote for %s as it reads the same in JSON', (name, kind) => {
    const expected = readWatch(jsonWire, kind, Buffer.from(toLines(transcript(name).lines ?? [])));
    const binary = Buffer.from(transcript(`${name}Binary`).base64 ?? '', 'base64');
    expect(expected.at(-1)).toMatchObject({ type: 'BOOKMARK' });
    for (const size of [1, 50, binary.length]) expect(readWatch(protobufWire, kind, binary, size)).toEqual(expected);
  });

  it('reads errors with all that ApiError looks at', () => {
    const status = {
      message: 'Too large',
      reason: 'Timeout',
      code: 504,
      details: { retryAfterSeconds: 3, causes: [{ reason: 'ResourceVersionTooLarge', message: '' }] },
    };
    const [event] = readWatch(protobufWire, 'Service', encodeEvent('Service', { type: 'ERROR', object: status }));
    expect(event).toMatchObject({ error: { status: 504, retryAfterSeconds: 3, isTooLargeVersion: true } });
  });

  it('reads what it does not know', () => {
    const events = Buffer.concat([frame(text(1, 'STRANGE')), frame(text(1, 'ADDED')), frame(Buffer.alloc(0))]);
    expect(readWatch(protobufWire, 'Service', events)).toMatchObject([
      { type: 'UNKNOWN', name: 'STRANGE' },
      { type: 'ADDED', item: { problem: 'it does not begin with metadata' } },
      { type: 'UNKNOWN', name: '' },
    ]);
  });

  it.each<[string, Buffer, string]>([
    ['a length that no object has', Buffer.from([0xff, 0xff, 0xff, 0xff]), 'not possible'],
    ['an event that is no message', frame(Buffer.from([0x0a, 5])), 'not readable'],
    [
      'an object without its envelope',
      frame(Buffer.concat([text(1, 'ADDED'), octets(2, [text(1, 'x')])])),
      'k8s and a zero',
    ],
  ])('refuses %s', (_, body, problem) => {
    expect(() => readWatch(protobufWire, 'Service', body)).toThrow(problem);
    expect(() => readWatch(protobufWire, 'Service', body)).toThrow(WireError);
  });
});
