import { isJsonObject, type JsonObject, objectField, objectsField, stringField, stringsField } from '../json.ts';
import type { ResourceKind } from '../resources.ts';

/*
 * Writes objects that are given in the API's JSON form in its binary form, as far as DNS uses them and with some
 * fields besides that readers have to step over. Field numbers: generated.proto of k8s.io/api and k8s.io/apimachinery.
 */

/** Where an object begins: `k8s` and a zero. */
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** A list of objects in its envelope. */
export function encodeList(
  kind: ResourceKind,
  meta: { readonly resourceVersion: string; readonly continue?: string },
  items: readonly unknown[],
): Buffer {
  const listMeta = [text(1, ''), text(2, meta.resourceVersion), text(3, meta.continue ?? '')];
  return envelope(`${kind}List`, [octets(1, listMeta), ...items.map((item) => octets(2, [encodeObject(kind, item)]))]);
}

/** An event of a watch with its length before it; `object` may be a Status or, for a BOOKMARK, only metadata. */
export function encodeEvent(kind: ResourceKind, event: unknown): Buffer {
  const { type, object } = asObject(event);
  const body = type === 'ERROR' ? encodeStatus(object) : envelope(kind, [encodeObject(kind, object)]);
  return frame(Buffer.concat([text(1, String(type)), octets(2, [octets(1, [body])])]));
}

/** Puts the length before a message. */
export function frame(message: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}

/** A Status in its envelope. */
function encodeStatus(value: unknown): Buffer {
  const status = asObject(value);
  const details = objectField(status, 'details');
  const causes = objectsField(details, 'causes').map((cause) =>
    octets(4, [text(1, stringField(cause, 'reason')), text(2, stringField(cause, 'message'))]),
  );
  return envelope('Status', [
    octets(1, []),
    text(2, stringField(status, 'status')),
    text(3, stringField(status, 'message')),
    text(4, stringField(status, 'reason')),
    octets(5, [...causes, number(5, Number(details['retryAfterSeconds'] ?? 0))]),
    number(6, Number(status['code'] ?? 0)),
  ]);
}

/** The object without envelope. Throws DecodeError for one that has other types than the API gives. */
export function encodeObject(kind: ResourceKind, value: unknown): Buffer {
  const object = asObject(value);
  return Buffer.concat([encodeMeta(objectField(object, 'metadata')), ...encodeRest(kind, object)]);
}

function envelope(kind: string, parts: readonly Buffer[]): Buffer {
  const type = octets(1, [text(1, 'v1'), text(2, kind)]);
  return Buffer.concat([MAGIC, type, octets(2, parts), text(3, ''), text(4, '')]);
}

function encodeMeta(meta: JsonObject): Buffer {
  const created = octets(8, [number(1, 1_764_000_000), number(2, 0)]);
  const deleted = stringField(meta, 'deletionTimestamp') === '' ? [] : [octets(9, [number(1, 1_764_000_001)])];
  return octets(1, [
    text(1, stringField(meta, 'name')),
    text(2, ''),
    text(3, stringField(meta, 'namespace')),
    text(5, stringField(meta, 'uid')),
    text(6, stringField(meta, 'resourceVersion')),
    number(7, 1),
    created,
    ...deleted,
    ...entries(11, objectField(meta, 'labels')),
    ...entries(12, objectField(meta, 'annotations')),
    ...objectsField(meta, 'managedFields').map((entry) => octets(17, [text(1, JSON.stringify(entry))])),
  ]);
}

function encodeRest(kind: ResourceKind, object: JsonObject): Buffer[] {
  switch (kind) {
    case 'Service':
      return [octets(2, encodeServiceSpec(objectField(object, 'spec'))), encodeServiceStatus(object)];
    case 'EndpointSlice':
    case 'ImportedSlice':
      return [
        ...objectsField(object, 'endpoints').map((endpoint) => octets(2, encodeEndpoint(endpoint))),
        ...objectsField(object, 'ports').map((port) => octets(3, encodePort(port))),
        text(4, stringField(object, 'addressType')),
      ];
    case 'Pod': {
      const status = objectField(object, 'status');
      const ips = objectsField(status, 'podIPs').map((entry) => octets(12, [text(1, stringField(entry, 'ip'))]));
      const spec = octets(2, [text(10, 'node-1')]);
      return [spec, octets(3, [text(1, stringField(status, 'phase')), text(6, stringField(status, 'podIP')), ...ips])];
    }
    default:
      return [octets(2, []), octets(3, [text(1, 'Active')])];
  }
}

function encodeServiceSpec(spec: JsonObject): Buffer[] {
  return [
    ...objectsField(spec, 'ports').map((port) =>
      octets(1, [...encodePort(port), octets(4, [number(1, 0)]), number(5, 0)]),
    ),
    ...entries(2, objectField(spec, 'selector')),
    text(3, stringField(spec, 'clusterIP')),
    text(4, stringField(spec, 'type')),
    ...stringsField(spec, 'externalIPs').map((ip) => text(5, ip)),
    text(7, 'None'),
    text(10, stringField(spec, 'externalName')),
    ...stringsField(spec, 'clusterIPs').map((ip) => text(18, ip)),
    ...stringsField(spec, 'ipFamilies').map((family) => text(19, family)),
  ];
}

function encodeServiceStatus(object: JsonObject): Buffer {
  const ingress = objectsField(objectField(objectField(object, 'status'), 'loadBalancer'), 'ingress');
  return octets(3, [
    octets(
      1,
      ingress.map((entry) => octets(1, [text(1, stringField(entry, 'ip')), text(2, stringField(entry, 'hostname'))])),
    ),
  ]);
}

/** A ServicePort or EndpointPort; members of the latter that are not there are not written. */
function encodePort(port: JsonObject): Buffer[] {
  const named = ['name', 'protocol'].map((key, i) =>
    port[key] === undefined ? [] : [text(i + 1, stringField(port, key))],
  );
  return [...named.flat(), ...(typeof port['port'] === 'number' ? [number(3, port['port'])] : [])];
}

function encodeEndpoint(endpoint: JsonObject): Buffer[] {
  const { ready } = objectField(endpoint, 'conditions');
  const target = objectField(endpoint, 'targetRef');
  const hostname = stringField(endpoint, 'hostname');
  const zone = stringField(endpoint, 'zone');
  return [
    ...stringsField(endpoint, 'addresses').map((address) => text(1, address)),
    octets(2, typeof ready === 'boolean' ? [number(1, Number(ready)), number(2, 1)] : []),
    ...(hostname === '' ? [] : [text(3, hostname)]),
    ...(endpoint['targetRef'] === undefined
      ? []
      : [octets(4, [text(1, stringField(target, 'kind')), text(3, stringField(target, 'name')), text(4, 'some-uid')])]),
    text(6, 'node-1'),
    ...(zone === '' ? [] : [text(7, zone)]),
  ];
}

function entries(field: number, map: JsonObject): Buffer[] {
  return Object.keys(map).map((key) => octets(field, [text(1, key), text(2, stringField(map, key))]));
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** A field with a number; not below 0. */
export function number(field: number, value: number): Buffer {
  return Buffer.from([...varint(field * 8), ...varint(value)]);
}

export function text(field: number, value: string): Buffer {
  return octets(field, [Buffer.from(value)]);
}

/** A field with a message or octets. */
export function octets(field: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(length)]), ...parts]);
}

function varint(value: number): number[] {
  const result: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) result.push((rest % 128) + 128);
  result.push(rest);
  return result;
}
