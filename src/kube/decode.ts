import { Address } from './address.ts';
import { Interner } from './interner.ts';
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
import type { Endpoint, EndpointSlice, Namespace, Pod, Port, Resource, ResourceKind } from './resources.ts';
import type { Service, ServiceImport } from './resources.ts';

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const TRIGGER_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';
export const IMPORTED_SERVICE_LABEL = 'multicluster.kubernetes.io/service-name';
const SOURCE_CLUSTER_LABEL = 'multicluster.kubernetes.io/source-cluster';

// A DNS label has at most 63 octets (RFC 1035 §2.3.4): a longer pod name cannot become an endpoint's label.
const MAXIMUM_LABEL_LENGTH = 63;

/** The values that decoded objects have in common; one for all reflectors of a cluster. */
export class SharedValues {
  readonly strings: Interner<string> = new Interner();
  readonly ports: Interner<readonly Port[]> = new Interner();
  readonly labels: Interner<Readonly<Record<string, string>>> = new Interner();
}

/** What every object has; `problem` says what is wrong when no Resource can be made of it. */
export interface DecodedObject {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly object: Resource | undefined;
  readonly problem: string;
}

/**
 * Makes the trimmed object of an object in the API's JSON form. It never throws: an object that is wrong in a part
 * that DNS uses comes back with a `problem` and as much of its name as is known.
 */
export function decodeObject(kind: ResourceKind, value: unknown, shared: SharedValues): DecodedObject {
  const metadata = isJsonObject(value) && isJsonObject(value['metadata']) ? value['metadata'] : {};
  const text = (key: string): string => (typeof metadata[key] === 'string' ? metadata[key] : '');
  const meta = {
    namespace: share(shared, text('namespace')),
    name: text('name'),
    resourceVersion: text('resourceVersion'),
  };
  try {
    if (!isJsonObject(value)) throw new DecodeError('it is not an object');
    if (meta.name === '') throw new DecodeError('metadata.name is missing');
    if (kind === 'Namespace' ? meta.namespace !== '' : meta.namespace === '') {
      throw new DecodeError(`metadata.namespace is ${kind === 'Namespace' ? 'not expected' : 'missing'}`);
    }
    return { ...meta, object: decode(kind, meta, value, shared), problem: '' };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { ...meta, object: undefined, problem: error.message };
  }
}

type Meta = Pick<Resource, 'namespace' | 'name' | 'resourceVersion'>;

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

function share(shared: SharedValues, text: string): string {
  return shared.strings.share(text, text);
}

function decodeService(meta: Meta, value: JsonObject, shared: SharedValues): Service {
  const spec = objectField(value, 'spec');
  const list = stringsField(spec, 'clusterIPs');
  const clusterIPs = list.length > 0 ? list : [stringField(spec, 'clusterIP')];
  const headless = clusterIPs[0] === 'None';
  const ingress = objectsField(objectField(objectField(value, 'status'), 'loadBalancer'), 'ingress');
  const external = [
    ...stringsField(spec, 'externalIPs'),
    ...ingress.map((entry) => stringField(entry, 'ip') || stringField(entry, 'hostname')),
  ];
  return {
    kind: 'Service',
    ...meta,
    type: share(shared, stringField(spec, 'type')),
    headless,
    clusterIPs: headless ? NO_ADDRESSES : addresses(clusterIPs),
    externalName: stringField(spec, 'externalName').replace(/\.$/, ''),
    ports: decodePorts(spec, shared),
    externalAddresses: addresses(external),
  };
}

function decodeSlice(kind: EndpointSlice['kind'], meta: Meta, value: JsonObject, shared: SharedValues): EndpointSlice {
  const metadata = objectField(value, 'metadata');
  const labels = objectField(metadata, 'labels');
  const service = stringField(labels, kind === 'ImportedSlice' ? IMPORTED_SERVICE_LABEL : SERVICE_NAME_LABEL);
  return {
    kind,
    ...meta,
    service: share(shared, service),
    cluster: share(shared, stringField(labels, SOURCE_CLUSTER_LABEL)),
    endpoints: objectsField(value, 'endpoints').flatMap((endpoint) => decodeEndpoint(endpoint, shared)),
    ports: decodePorts(value, shared),
    lastChangeTriggerTime: stringField(objectField(metadata, 'annotations'), TRIGGER_TIME_ANNOTATION),
  };
}

/** One entry for each address; none for an endpoint that is not ready. No condition means ready. */
function decodeEndpoint(endpoint: JsonObject, shared: SharedValues): Endpoint[] {
  if (!booleanField(objectField(endpoint, 'conditions'), 'ready', true)) return [];
  const podName = stringField(objectField(endpoint, 'targetRef'), 'name');
  const hostname = stringField(endpoint, 'hostname').toLowerCase();
  const common = {
    hostname,
    // The pods of a StatefulSet have their own names for host names: one string is enough.
    podName: podName === hostname ? hostname : podName.length <= MAXIMUM_LABEL_LENGTH ? podName : '',
    zone: share(shared, stringField(endpoint, 'zone').toLowerCase()),
  };
  return stringsField(endpoint, 'addresses').map((text) => ({ address: new Address(text), ...common }));
}

function decodePod(meta: Meta, value: JsonObject, shared: SharedValues): Pod {
  const metadata = objectField(value, 'metadata');
  const status = objectField(value, 'status');
  const listed = objectsField(status, 'podIPs').map((entry) => stringField(entry, 'ip'));
  const podIPs = (listed.length > 0 ? listed : [stringField(status, 'podIP')]).filter((ip) => ip !== '');
  const labels = stringMapField(metadata, 'labels');
  return {
    kind: 'Pod',
    ...meta,
    podIPs: podIPs.map((ip) => new Address(ip)),
    labels: shared.labels.share(JSON.stringify(labels), labels),
    terminating: stringField(metadata, 'deletionTimestamp') !== '',
  };
}

function decodeImport(meta: Meta, value: JsonObject, shared: SharedValues): ServiceImport {
  const spec = objectField(value, 'spec');
  return {
    kind: 'ServiceImport',
    ...meta,
    headless: stringField(spec, 'type') === 'Headless',
    ips: addresses(stringsField(spec, 'ips')),
    ports: decodePorts(spec, shared),
  };
}

function decodePorts(parent: JsonObject, shared: SharedValues): readonly Port[] {
  const ports = objectsField(parent, 'ports').map((port) => ({
    name: share(shared, stringField(port, 'name').toLowerCase()),
    protocol: share(shared, stringField(port, 'protocol').toLowerCase()),
    port: integerField(port, 'port', NO_PORT),
  }));
  if (ports.length === 0) return WITHOUT_PORTS;
  return shared.ports.share(ports.map((port) => `${port.name}/${port.protocol}/${port.port}`).join(), ports);
}

const NO_PORT = -1;
const WITHOUT_PORTS: readonly Port[] = [{ name: '', protocol: '', port: NO_PORT }];
const NO_ADDRESSES: readonly Address[] = [];

function addresses(texts: readonly string[]): readonly Address[] {
  const given = texts.filter((text) => text !== '');
  return given.length === 0 ? NO_ADDRESSES : given.map((text) => new Address(text));
}
