import { type DecodedObject, type IsStored, problemOfName, type SharedValues } from './decoded-object.ts';
import {
  booleanField,
  DecodeError,
  integerField,
  isJsonObject,
  type JsonObject,
  objectField,
  objectsField,
  stringField,
  stringMapField,
  stringsField,
} from './json.ts';
import {
  IMPORTED_SERVICE_LABEL,
  makeAddresses,
  makeEndpoints,
  makePort,
  makeService,
  type Meta,
  NO_PORT,
  SERVICE_NAME_LABEL,
  sharePorts,
  SOURCE_CLUSTER_LABEL,
  TRIGGER_TIME_ANNOTATION,
  uidNumber,
} from './make-resource.ts';
import type { EndpointSlice, Namespace, Pod, Port, Resource, ResourceKind } from './resources.ts';
import type { Service, ServiceImport } from './resources.ts';
import type { SliceEndpoint } from './slice-endpoint.ts';

/**
 * Makes the trimmed object of an object in the API's JSON form. It never throws: an object that is wrong in a part
 * that DNS uses comes back with a `problem` and as much of its name as is known.
 */
export function decodeJson(
  kind: ResourceKind,
  value: unknown,
  shared: SharedValues,
  isStored: IsStored,
): DecodedObject {
  const metadata = isJsonObject(value) && isJsonObject(value['metadata']) ? value['metadata'] : {};
  const text = (key: string): string => (typeof metadata[key] === 'string' ? metadata[key] : '');
  const meta = {
    namespace: shared.text(text('namespace')),
    name: text('name'),
    resourceVersion: text('resourceVersion'),
  };
  try {
    if (!isJsonObject(value)) throw new DecodeError('it is not an object');
    const problem = problemOfName(kind === 'Namespace', meta.namespace, meta.name);
    if (problem !== '') throw new DecodeError(problem);
    if (isStored(meta.namespace, meta.name, meta.resourceVersion)) {
      return { ...meta, object: undefined, isStored: true, problem: '' };
    }
    return { ...meta, object: decode(kind, meta, value, shared), isStored: false, problem: '' };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { ...meta, object: undefined, isStored: false, problem: error.message };
  }
}

function decode(kind: ResourceKind, meta: Meta, value: JsonObject, shared: SharedValues): Resource {
  switch (kind) {
    case 'Service':
      return decodeService(meta, value, shared);
    case 'EndpointSlice':
    case 'ImportedSlice':
      return decodeSlice(kind, meta, value, shared);
    case 'Pod':
      return decodePod(meta, value, shared);
    case 'ServiceImport':
      return decodeImport(meta, value, shared);
    default:
      return { kind, ...meta } satisfies Namespace;
  }
}

function decodeService(meta: Meta, value: JsonObject, shared: SharedValues): Service {
  const spec = objectField(value, 'spec');
  const list = stringsField(spec, 'clusterIPs');
  const ingress = objectsField(objectField(objectField(value, 'status'), 'loadBalancer'), 'ingress');
  const fields = {
    type: stringField(spec, 'type'),
    clusterIPs: list.length > 0 ? list : [stringField(spec, 'clusterIP')],
    externalName: stringField(spec, 'externalName'),
    ports: decodePorts(spec, shared),
    addresses: [
      ...stringsField(spec, 'externalIPs'),
      ...ingress.map((entry) => stringField(entry, 'ip') || stringField(entry, 'hostname')),
    ],
  };
  return makeService(meta, fields, shared);
}

function decodeSlice(kind: EndpointSlice['kind'], meta: Meta, value: JsonObject, shared: SharedValues): EndpointSlice {
  const metadata = objectField(value, 'metadata');
  const labels = objectField(metadata, 'labels');
  const service = stringField(labels, kind === 'ImportedSlice' ? IMPORTED_SERVICE_LABEL : SERVICE_NAME_LABEL);
  return {
    kind,
    ...meta,
    service: shared.text(service),
    cluster: shared.text(stringField(labels, SOURCE_CLUSTER_LABEL)),
    endpoints: objectsField(value, 'endpoints').flatMap((endpoint) => decodeEndpoint(endpoint, shared)),
    ports: sharePorts(decodePorts(value, shared), shared),
    lastChangeTriggerTime: stringField(objectField(metadata, 'annotations'), TRIGGER_TIME_ANNOTATION),
  };
}

/** One entry for each address; none for an endpoint that is not ready. No condition means ready. */
function decodeEndpoint(endpoint: JsonObject, shared: SharedValues): SliceEndpoint[] {
  if (!booleanField(objectField(endpoint, 'conditions'), 'ready', true)) return [];
  const fields = {
    hostname: stringField(endpoint, 'hostname'),
    podName: stringField(objectField(endpoint, 'targetRef'), 'name'),
    zone: stringField(endpoint, 'zone'),
  };
  return makeEndpoints(stringsField(endpoint, 'addresses'), fields, shared);
}

function decodePod(meta: Meta, value: JsonObject, shared: SharedValues): Pod {
  const metadata = objectField(value, 'metadata');
  const status = objectField(value, 'status');
  const listed = objectsField(status, 'podIPs').map((entry) => stringField(entry, 'ip'));
  const labels = stringMapField(metadata, 'labels');
  return {
    kind: 'Pod',
    ...meta,
    uid: uidNumber(stringField(metadata, 'uid')),
    podIPs: makeAddresses(listed.length > 0 ? listed : [stringField(status, 'podIP')]),
    labels: shared.podLabels(labels),
    terminating: stringField(metadata, 'deletionTimestamp') !== '',
  };
}

function decodeImport(meta: Meta, value: JsonObject, shared: SharedValues): ServiceImport {
  const spec = objectField(value, 'spec');
  return {
    kind: 'ServiceImport',
    ...meta,
    headless: stringField(spec, 'type') === 'Headless',
    ips: makeAddresses(stringsField(spec, 'ips')),
    ports: sharePorts(decodePorts(spec, shared), shared),
  };
}

function decodePorts(parent: JsonObject, shared: SharedValues): Port[] {
  return objectsField(parent, 'ports').map((port) =>
    makePort(stringField(port, 'name'), stringField(port, 'protocol'), integerField(port, 'port', NO_PORT), shared),
  );
}
