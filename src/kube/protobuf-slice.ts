import type { SharedValues } from './decoded-object.ts';
import {
  IMPORTED_SERVICE_LABEL,
  makeEndpoints,
  type Meta,
  SERVICE_NAME_LABEL,
  sharePorts,
  SOURCE_CLUSTER_LABEL,
} from './make-resource.ts';
import { readPort } from './protobuf-port.ts';
import type { ProtobufReader } from './protobuf-reader.ts';
import type { EndpointSlice, Port } from './resources.ts';
import type { SliceEndpoint } from './slice-endpoint.ts';

export interface SliceMeta extends Meta {
  readonly labels: Readonly<Record<string, string>>;
  readonly triggerTime: string;
}

/** Reads what follows the metadata of an EndpointSlice. Throws DecodeError. */
export function readSlice(
  kind: EndpointSlice['kind'],
  reader: ProtobufReader,
  end: number,
  meta: SliceMeta,
  shared: SharedValues,
): EndpointSlice {
  const endpoints: SliceEndpoint[] = [];
  const ports: Port[] = [];
  while (reader.more(end)) {
    const field = reader.field();
    if (field === 2) readEndpoint(reader, endpoints, shared);
    else if (field === 3) ports.push(readPort(reader, shared));
    else reader.skip();
  }
  return {
    kind,
    namespace: meta.namespace,
    name: meta.name,
    resourceVersion: meta.resourceVersion,
    service: shared.text(meta.labels[kind === 'ImportedSlice' ? IMPORTED_SERVICE_LABEL : SERVICE_NAME_LABEL] ?? ''),
    cluster: shared.text(meta.labels[SOURCE_CLUSTER_LABEL] ?? ''),
    endpoints,
    ports: sharePorts(ports, shared),
    lastChangeTriggerTime: meta.triggerTime,
  };
}

function readEndpoint(reader: ProtobufReader, endpoints: SliceEndpoint[], shared: SharedValues): void {
  const end = reader.open();
  const addresses: string[] = [];
  let ready = true;
  let hostname = '';
  let podName = '';
  let zone = '';
  while (reader.more(end)) {
    switch (reader.field()) {
      case 1:
        addresses.push(reader.text());
        break;
      case 2:
        ready = readReady(reader);
        break;
      case 3:
        hostname = reader.text();
        break;
      case 4:
        podName = reader.textIn(3);
        break;
      case 7:
        zone = reader.text();
        break;
      default:
        reader.skip();
    }
  }
  if (ready) endpoints.push(...makeEndpoints(addresses, { hostname, podName, zone }, shared));
}

/** No condition means ready. */
function readReady(reader: ProtobufReader): boolean {
  const end = reader.open();
  let ready = true;
  while (reader.more(end)) {
    if (reader.field() === 1) ready = reader.boolean();
    else reader.skip();
  }
  return ready;
}
