import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { Endpoint } from './message-stream.ts';

export interface UdpExchange {
  readonly reply: Buffer | undefined;
  readonly localPort: number;
}

/**
 * Sends one packet and waits for the one that comes back with the same id. The socket is connected: an answer from
 * another address than the one that was asked does not count, and a port where nobody listens is known at once.
 */
export async function exchangeUdp(endpoint: Endpoint, packet: Uint8Array, timeoutMs: number): Promise<UdpExchange> {
  const socket = createSocket(isIPv6(endpoint.to) ? 'udp6' : 'udp4');
  try {
    socket.bind({ port: 0, ...(endpoint.from && { address: endpoint.from }) });
    await once(socket, 'listening');
    socket.connect(endpoint.port, endpoint.to);
    await once(socket, 'connect');
    const localPort = socket.address().port;
    return { reply: await answer(socket, packet, timeoutMs), localPort };
  } finally {
    socket.close();
  }
}

async function answer(
  socket: ReturnType<typeof createSocket>,
  packet: Uint8Array,
  timeoutMs: number,
): Promise<Buffer | undefined> {
  return await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), timeoutMs);
    const done = (reply: Buffer | undefined): void => {
      clearTimeout(timer);
      resolve(reply);
    };
    socket.on('message', (reply) => {
      if (reply.length >= 2 && reply[0] === packet[0] && reply[1] === packet[1]) done(reply);
    });
    socket.on('error', () => done(undefined));
    socket.send(packet);
  });
}
