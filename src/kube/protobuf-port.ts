import type { SharedValues } from './decoded-object.ts';
import { makePort, NO_PORT } from './make-resource.ts';
import type { ProtobufReader } from './protobuf-reader.ts';
import type { Port } from './resources.ts';

/** A ServicePort or EndpointPort: what is kept has the same numbers in both. */
export function readPort(reader: ProtobufReader, shared: SharedValues): Port {
  const end = reader.open();
  let name = '';
  let protocol = '';
  let port = NO_PORT;
  while (reader.more(end)) {
    const field = reader.field();
    if (field === 1) name = reader.text();
    else if (field === 2) protocol = reader.text();
    else if (field === 3) port = reader.number();
    else reader.skip();
  }
  return makePort(name, protocol, port, shared);
}
