import type { SharedValues } from './decoded-object.ts';
import { makeService, type Meta } from './make-resource.ts';
import { readPort } from './protobuf-port.ts';
import type { ProtobufReader } from './protobuf-reader.ts';
import type { Port, Service } from './resources.ts';

/** Reads what follows the metadata of a Service. Throws DecodeError. */
export function readService(reader: ProtobufReader, end: number, meta: Meta, shared: SharedValues): Service {
  const fields: Fields = { type: '', clusterIPs: [], externalName: '', ports: [], addresses: [] };
  while (reader.more(end)) {
    const field = reader.field();
    if (field === SPEC) readSpec(reader, fields, shared);
    else if (field === STATUS) readIngresses(reader, fields.addresses);
    else reader.skip();
  }
  return makeService(meta, fields, shared);
}

const SPEC = 2;
const STATUS = 3;

interface Fields {
  type: string;
  clusterIPs: string[];
  externalName: string;
  ports: Port[];
  addresses: string[];
}

function readSpec(reader: ProtobufReader, fields: Fields, shared: SharedValues): void {
  const end = reader.open();
  let clusterIP = '';
  while (reader.more(end)) {
    switch (reader.field()) {
      case 1:
        fields.ports.push(readPort(reader, shared));
        break;
      case 3:
        clusterIP = reader.text();
        break;
      case 4:
        fields.type = reader.text();
        break;
      case 5:
        fields.addresses.push(reader.text());
        break;
      case 10:
        fields.externalName = reader.text();
        break;
      case 18:
        fields.clusterIPs.push(reader.text());
        break;
      default:
        reader.skip();
    }
  }
  // Servers before 1.20 know only the one address.
  if (fields.clusterIPs.length === 0) fields.clusterIPs.push(clusterIP);
}

/** `loadBalancer.ingress` of a status: for each its ip, or else its host name. */
function readIngresses(reader: ProtobufReader, addresses: string[]): void {
  const end = reader.open();
  while (reader.more(end)) {
    if (reader.field() !== 1) {
      reader.skip();
      continue;
    }
    const balancerEnd = reader.open();
    while (reader.more(balancerEnd)) {
      if (reader.field() === 1) addresses.push(readIngress(reader));
      else reader.skip();
    }
  }
}

function readIngress(reader: ProtobufReader): string {
  const end = reader.open();
  let ip = '';
  let hostname = '';
  while (reader.more(end)) {
    const field = reader.field();
    if (field === 1) ip = reader.text();
    else if (field === 2) hostname = reader.text();
    else reader.skip();
  }
  return ip || hostname;
}
