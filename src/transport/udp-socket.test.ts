import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { ListenError } from './listen-error.ts';
import { UdpSocket } from './udp-socket.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((socket) => socket.close()));
});

async function listen(address: string | undefined, handler: Parameters<typeof UdpSocket.open>[1]): Promise<UdpSocket> {
  const socket = await UdpSocket.open({ address, port: 0, exclusive: false }, handler);
  open.push(socket);
  return socket;
}

/** Sends a datagram and resolves with the answer. */
async function ask(type: 'udp4' | 'udp6', to: string, port: number, text: string): Promise<string> {
  const socket = createSocket(type);
  try {
    return await new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('message', (answer) => resolve(answer.toString()));
      socket.send(text, port, to);
    });
  } finally {
    socket.close();
  }
}

describe('UdpSocket', () => {
  it.each([
    ['IPv4', '127.0.0.1', 'udp4', '127.0.0.1', '127.0.0.1'],
    ['IPv6', '::1', 'udp6', '::1', '::1'],
    ['all addresses, asked by IPv4', undefined, 'udp4', '127.0.0.1', '127.0.0.1'],
    ['all addresses, asked by IPv6', undefined, 'udp6', '::1', '::1'],
  ] as const)('answers on %s', async (_what, address, type, to, client) => {
    const { port } = await listen(address, (octets, from, answer) =>
      answer(Buffer.from(`${from.address} ${Buffer.from(octets).toString()}`)),
    );
    expect(await ask(type, to, port, 'hello')).toBe(`${client} hello`);
  });

  it('can answer after it was paused', async () => {
    const socket = await listen('127.0.0.1', (_octets, _from, answer) => {
      socket.pause();
      setTimeout(() => answer(Buffer.from('late')), 20);
    });
    expect(await ask('udp4', '127.0.0.1', socket.port, 'x')).toBe('late');
  });

  it('does not mind an answer after it was closed', async () => {
    let late: ((octets: Uint8Array) => void) | undefined;
    const socket = await UdpSocket.open(
      { address: '127.0.0.1', port: 0, exclusive: false },
      (_octets, _from, answer) => {
        late = answer;
        answer(Buffer.from('first'));
      },
    );
    await ask('udp4', '127.0.0.1', socket.port, 'x');
    await socket.close();
    expect(() => late?.(Buffer.from('second'))).not.toThrow();
  });

  it('shares an address unless it is to have it alone', async () => {
    const first = await listen('127.0.0.1', () => {});
    const { port } = first;
    await expect(UdpSocket.open({ address: '127.0.0.1', port, exclusive: true }, () => {})).rejects.toThrow(
      ListenError,
    );
  });
});
