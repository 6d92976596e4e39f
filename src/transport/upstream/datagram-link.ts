import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { HEADER_LENGTH } from '../../dns/message.ts';
import { endpointText } from '../endpoint.ts';
import type { Link, LinkEvents } from './connection.ts';
import type { DialTarget } from './dial.ts';
import { explain } from './failure.ts';

/**
 * A UDP socket connected to the upstream from a random port. Being connected it takes nothing from anybody else, and hears at once
 * when nobody listens there.
 */
export function openDatagramLink(target: DialTarget, events: LinkEvents): Link {
  const socket = createSocket(isIPv6(target.address) ? 'udp6' : 'udp4');
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const remote = endpointText(target.address, target.port);
  let connected = false;
  let closed = false;
  let path = `udp ${remote}`;
  const fail = (error: Error): void => {
    if (closed) return;
    if (connected) events.ended(new Error(`read ${path}: read: ${explain(error)}`));
    else reject(new Error(`dial udp ${remote}: connect: ${explain(error)}`));
  };
  socket.on('error', fail);
  // Without a header there is no id to tell whose reply it is.
  socket.on('message', (message) => message.length >= HEADER_LENGTH && events.received(message));
  const connect = (): void => {
    socket.connect(target.port, target.address, (error?: Error) => {
      if (closed) return;
      if (error !== undefined && error !== null) {
        fail(error);
        return;
      }
      connected = true;
      const local = socket.address();
      path = `udp ${endpointText(local.address, local.port)}->${remote}`;
      resolve();
    });
  };
  if (target.sourceAddress === undefined) connect();
  else socket.bind({ address: target.sourceAddress, port: 0 }, connect);
  return {
    ready,
    path: () => path,
    send(message, id) {
      const datagram = Buffer.from(message);
      datagram.writeUInt16BE(id, 0);
      socket.send(datagram, (error) => error !== null && fail(error));
    },
    close() {
      if (closed) return;
      closed = true;
      socket.close();
      reject(new Error(`dial udp ${remote}: operation was canceled`));
    },
  };
}
