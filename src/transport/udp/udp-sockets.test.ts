import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Endpoint } from '../endpoint.ts';
import { ListenError } from '../listen-error.ts';
import { BatchedSocket } from './batched-socket.ts';
import type { DatagramHandler, DatagramLosses, UdpSocket } from './datagram-handler.ts';
import { loadLibc } from '../libc.ts';
import { type DatagramMethod, UdpSockets } from './udp-sockets.ts';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((socket) => socket.close()));
});

const NO_LOSSES: DatagramLosses = { received: () => {}, sent: () => {} };

/** A handler that remembers nothing. */
function answering(answer: DatagramHandler['answer']): DatagramHandler {
  return { recall: () => 0, recalled: () => {}, answer };
}

const echo = answering((octets, _client, _now, answer) => answer(octets));

/** Sends datagrams and resolves with as many answers, and where they came from. */
async function ask(
  type: 'udp4' | 'udp6',
  to: string,
  port: number,
  texts: readonly string[],
): Promise<{ readonly text: string; readonly from: string }[]> {
  const socket = createSocket(type);
  const answers: { readonly text: string; readonly from: string }[] = [];
  try {
    return await new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.on('message', (answer, { address }) => {
        answers.push({ text: answer.toString(), from: address });
        if (answers.length === texts.length) resolve(answers);
      });
      for (const text of texts) socket.send(text, port, to);
    });
  } finally {
    socket.close();
  }
}

/** One that can be shared; with 0 it could not. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp6').bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

describe.each<DatagramMethod>(['batched', 'plain'])('a %s socket', (method) => {
  async function listen(address: string | undefined, handler: DatagramHandler, losses = NO_LOSSES): Promise<UdpSocket> {
    const socket = await new UdpSockets(method).open({ address, port: 0, exclusive: false }, handler, losses);
    open.push(socket);
    return socket;
  }

  it('is of its kind', async () => {
    const socket = await listen('127.0.0.1', echo);
    expect(socket instanceof BatchedSocket).toBe(method === 'batched' && (await loadLibc()) !== undefined);
  });

  it.each([
    ['IPv4', '127.0.0.1', 'udp4', '127.0.0.1', '127.0.0.1'],
    ['IPv6', '::1', 'udp6', '::1', '::1'],
    ['all addresses, asked by IPv4', undefined, 'udp4', '127.0.0.1', '127.0.0.1'],
    ['all addresses, asked by IPv6', undefined, 'udp6', '::1', '::1'],
    ['all IPv6 addresses, asked by IPv4', '::', 'udp4', '127.0.0.1', '127.0.0.1'],
    ['all IPv4 addresses', '0.0.0.0', 'udp4', '127.0.0.1', '127.0.0.1'],
  ] as const)('answers on %s', async (_what, address, type, to, client) => {
    const clients: Endpoint[] = [];
    const { port } = await listen(
      address,
      answering((octets, from, _now, answer) => {
        clients.push(from);
        answer(octets);
      }),
    );
    expect(await ask(type, to, port, ['hello'])).toEqual([{ text: 'hello', from: to }]);
    expect(clients.map(({ address }) => address)).toEqual([client]);
  });

  it('answers from memory, each client for itself', async () => {
    const recalled: number[] = [];
    const { port } = await listen('127.0.0.1', {
      ...echo,
      recall(input, start, length, isIPv6, output, at, room) {
        if (input.bytes[start] !== 'm'.charCodeAt(0)) return 0;
        expect([isIPv6, room >= 512]).toEqual([false, true]);
        output.bytes.set(input.bytes.subarray(start, start + length), at);
        output.bytes[at] = 'M'.charCodeAt(0);
        return length;
      },
      recalled: (milliseconds) => void recalled.push(milliseconds),
    });
    const texts = Array.from({ length: 150 }, (_, i) => (i % 3 === 0 ? `other ${i}` : `memory ${i}`));
    const answers = await ask('udp4', '127.0.0.1', port, texts);
    expect(answers.map(({ text }) => text).toSorted()).toEqual(
      texts.map((text) => text.replace('memory', 'Memory')).toSorted(),
    );
    expect(recalled.length).toBeGreaterThan(0);
    expect(recalled.every((milliseconds) => milliseconds >= 0 && milliseconds < 1000)).toBe(true);
  });

  it('carries large and empty datagrams', async () => {
    const large = 'x'.repeat(4000);
    const { port } = await listen(
      '127.0.0.1',
      answering((octets, _client, _now, answer) => answer(octets.length === 0 ? Buffer.alloc(60_000, 'y') : octets)),
    );
    expect((await ask('udp4', '127.0.0.1', port, [large]))[0]?.text).toBe(large);
    expect((await ask('udp4', '127.0.0.1', port, ['']))[0]?.text).toBe('y'.repeat(60_000));
  });

  it('answers later, in any order', async () => {
    const { port } = await listen(
      '127.0.0.1',
      answering((octets, _client, _now, answer) => void setTimeout(() => answer(octets), 30 - (octets[0] ?? 0) / 10)),
    );
    const texts = ['a1', 'z2', 'm3'];
    expect((await ask('udp4', '127.0.0.1', port, texts)).map(({ text }) => text).toSorted()).toEqual(texts.toSorted());
  });

  it('can answer after it was paused', async () => {
    const socket = await listen(
      '127.0.0.1',
      answering((_octets, _from, _now, answer) => {
        socket.pause();
        setTimeout(() => answer(Buffer.from('late')), 20);
      }),
    );
    expect((await ask('udp4', '127.0.0.1', socket.port, ['x']))[0]?.text).toBe('late');
  });

  it('answers what had come before it was paused', async ({ skip }) => {
    if (method === 'plain') skip('node:dgram does not give the datagrams that it has not read yet');
    const socket = await listen('127.0.0.1', echo);
    const asked = ask('udp4', '127.0.0.1', socket.port, ['x', 'y']);
    // Long enough for the kernel, and too short for this thread, which does nothing else meanwhile.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    const until = performance.now() + 30;
    while (performance.now() < until);
    socket.pause();
    expect((await asked).map(({ text }) => text)).toEqual(['x', 'y']);
  });

  it('does not mind an answer after it was closed', async () => {
    let late: ((octets: Uint8Array) => void) | undefined;
    const socket = await new UdpSockets(method).open(
      { address: '127.0.0.1', port: 0, exclusive: false },
      answering((_octets, _from, _now, answer) => {
        late = answer;
        answer(Buffer.from('first'));
      }),
      NO_LOSSES,
    );
    await ask('udp4', '127.0.0.1', socket.port, ['x']);
    await socket.close();
    expect(() => late?.(Buffer.from('second'))).not.toThrow();
  });

  it('goes on when a client has gone', async () => {
    const { port } = await listen(
      '127.0.0.1',
      answering((octets, _client, _now, answer) => void setTimeout(() => answer(octets), 20)),
    );
    const gone = createSocket('udp4');
    await new Promise<void>((resolve) => gone.send('gone', port, '127.0.0.1', () => resolve()));
    gone.close();
    await sleep(40);
    expect((await ask('udp4', '127.0.0.1', port, ['still here']))[0]?.text).toBe('still here');
  });

  it('hears all of many sockets that wait together', async () => {
    const sockets = new UdpSockets(method);
    const options = { address: '127.0.0.1', port: 0, exclusive: false };
    const opened = await Promise.all(Array.from({ length: 40 }, () => sockets.open(options, echo, NO_LOSSES)));
    open.push(...opened);
    for (let round = 0; round < 25; round++) {
      const answers = opened.map(({ port }) => ask('udp4', '127.0.0.1', port, [`${round}`]));
      expect((await Promise.all(answers)).flat()).toHaveLength(40);
    }
  });

  it('opens again after all were closed', async () => {
    const sockets = new UdpSockets(method);
    for (let i = 0; i < 3; i++) {
      const first = await sockets.open({ address: '127.0.0.1', port: 0, exclusive: false }, echo, NO_LOSSES);
      const second = await sockets.open({ address: '::1', port: 0, exclusive: false }, echo, NO_LOSSES);
      await ask('udp4', '127.0.0.1', first.port, ['x']);
      await Promise.all([first.close(), second.close()]);
    }
  });

  it('shares an address unless it is to have it alone', async () => {
    const { port } = await listen('127.0.0.1', echo);
    const sockets = new UdpSockets(method);
    await expect(sockets.open({ address: '127.0.0.1', port, exclusive: true }, echo, NO_LOSSES)).rejects.toThrow(
      ListenError,
    );
  });

  it('says why an address cannot be listened on', async () => {
    const sockets = new UdpSockets(method);
    await expect(sockets.open({ address: '192.0.2.1', port: 0, exclusive: true }, echo, NO_LOSSES)).rejects.toThrow(
      'cannot listen on udp 192.0.2.1:0: this machine has no such address; name one that it has',
    );
  });
});

describe('a batched socket that is paused', () => {
  const CLIENTS = Array.from({ length: 40 }, (_, i) => `${i}`);

  it.for([
    ['127.0.0.1', 'udp4', '127.0.0.1'],
    ['::1', 'udp6', '::1'],
    ['0.0.0.0', 'udp4', '127.0.0.1'],
    [undefined, 'udp4', '127.0.0.1'],
    [undefined, 'udp6', '::1'],
  ] as const)('leaves %s, by %s, to others, and still answers', async ([address, type, to], { skip }) => {
    if ((await loadLibc()) === undefined) skip('there is no libc for batched sockets here');
    const later: (() => void)[] = [];
    const sockets = new UdpSockets();
    const options = { address, exclusive: false };
    const slow = answering((octets, _client, _now, answer) => void later.push(() => answer(octets)));
    const first = await sockets.open({ ...options, port: await freePort() }, slow, NO_LOSSES);
    open.push(first);
    const waiting = Promise.all(CLIENTS.map(async (text) => ask(type, to, first.port, [text])));
    await vi.waitUntil(() => later.length === CLIENTS.length);
    const second = await sockets.open({ ...options, port: first.port }, echo, NO_LOSSES);
    open.push(second);
    first.pause();
    const answered = await Promise.all(CLIENTS.map(async (text) => ask(type, to, first.port, [text])));
    expect(answered.flat().map(({ text }) => text)).toEqual(CLIENTS);
    for (const one of later) one();
    expect((await waiting).flat()).toEqual(CLIENTS.map((text) => ({ text, from: to })));
  });
});

it('counts the datagrams for which there was no room', async ({ skip }) => {
  if ((await loadLibc()) === undefined) skip('only batched sockets are told, and there is no libc for them here');
  let lost = 0;
  const sockets = new UdpSockets();
  const listening = await sockets.open(
    { address: '127.0.0.1', port: 0, exclusive: false },
    answering(() => {}),
    { ...NO_LOSSES, received: (count) => void (lost += count) },
  );
  open.push(listening);
  const sender = createSocket('udp4');
  open.push(sender);
  const flood = Buffer.alloc(1200);
  // Nobody reads while this loop runs: what exceeds the buffer is lost, and the kernel says so with the next datagram.
  const sent: Promise<void>[] = [];
  for (let i = 0; i < 20_000; i++) {
    sent.push(new Promise((resolve) => sender.send(flood, listening.port, '127.0.0.1', () => resolve())));
  }
  await Promise.all(sent);
  sender.send('last', listening.port, '127.0.0.1');
  await vi.waitFor(() => expect(lost).toBeGreaterThan(0));
});

it('a process that does nothing else sends an answer that a promise gives', async () => {
  const server = execFile(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { UdpSockets } from ${JSON.stringify(join(import.meta.dirname, 'udp-sockets.ts'))};
    const answer = (octets, _client, _now, answer) => void Promise.resolve().then(() => answer(octets));
    const handler = { recall: () => 0, recalled: () => {}, answer };
    const options = { address: '127.0.0.1', port: 0, exclusive: false };
    const socket = await new UdpSockets().open(options, handler, {});
    console.log(socket.port);`,
  ]);
  open.push({ close: () => server.kill('SIGKILL') });
  const [port] = await once(server.stdout ?? server, 'data');
  expect(await ask('udp4', '127.0.0.1', Number(port), ['later'])).toEqual([{ text: 'later', from: '127.0.0.1' }]);
});
