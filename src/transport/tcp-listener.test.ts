import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListenError } from './listen-error.ts';
import type { StreamHandler, StreamLimits } from './stream/message-connection.ts';
import { testFile, testTls } from './stream/testing.ts';
import type { ServerTls } from './stream/tls-acceptor.ts';
import { TcpListener } from './tcp-listener.ts';

const LIMITS: StreamLimits = { readTimeout: 1000, idleTimeout: 1000, maximumQueries: Infinity };
/** Set by each group of tests. */
let tls: ServerTls | undefined;
const listeners: TcpListener[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

async function listen(handler: StreamHandler, limits: Partial<StreamLimits> = {}): Promise<TcpListener> {
  const listener = await TcpListener.open(
    { address: '127.0.0.1', port: 0, exclusive: false },
    () => ({ limits: { ...LIMITS, ...limits }, tls }),
    handler,
  );
  listeners.push(listener);
  return listener;
}

const echo: StreamHandler = (octets, _client, _local, answer) => answer(octets);

/** A client that gathers whole messages, and when the connection ended. */
async function client(
  listener: TcpListener,
): Promise<{ readonly socket: Socket; readonly received: string[]; readonly ended: Promise<number> }> {
  const { port } = listener;
  const socket =
    tls === undefined ? connect(port, '127.0.0.1') : connectTls({ host: '127.0.0.1', port, ca: testFile('ca.pem') });
  sockets.push(socket);
  const received: string[] = [];
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      received.push(pending.subarray(2, end).toString());
      pending = pending.subarray(end);
    }
  });
  socket.on('error', () => {});
  const began = performance.now();
  const ended = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now() - began)));
  await new Promise<void>((resolve) => socket.once(tls === undefined ? 'connect' : 'secureConnect', resolve));
  return { socket, received, ended };
}

function frame(...texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.map((text) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(text.length);
      return Buffer.concat([length, Buffer.from(text)]);
    }),
  );
}

describe.each<[transport: string, terms: ServerTls | undefined]>([
  ['TCP', undefined],
  ['TLS', testTls()],
])('TcpListener with %s', (_transport, terms) => {
  beforeEach(() => {
    tls = terms;
  });

  it('lets the answers of one piece leave in one piece', async () => {
    const { socket } = await client(await listen(echo));
    const pieces: number[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece.length));
    socket.write(frame(...Array.from({ length: 100 }, () => 'message')));
    await expect.poll(() => pieces).toEqual([900]);
  });

  it('has done with an answer that comes at once when the handler returns', async () => {
    const shared = Buffer.alloc(10);
    const { socket, received } = await client(
      await listen((octets, _client, _local, answer) => {
        shared.set(octets);
        answer(shared.subarray(0, octets.length));
      }),
    );
    const texts = ['one', 'two', 'three', 'four'];
    socket.write(frame(...texts));
    await expect.poll(() => received).toEqual(texts);
  });

  it('lets answers that become ready together leave in one piece', async () => {
    const waiting: (() => void)[] = [];
    const { socket } = await client(await listen((octets, _c, _l, answer) => waiting.push(() => answer(octets))));
    const pieces: number[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece.length));
    socket.write(frame(...Array.from({ length: 20 }, () => 'message')));
    await expect.poll(() => waiting.length).toBe(20);
    for (const answer of waiting) answer();
    await expect.poll(() => pieces).toEqual([180]);
  });

  it('takes the largest messages and answers, many in one piece', async () => {
    const text = 'x'.repeat(65_535);
    const { socket, received } = await client(await listen(echo));
    socket.write(frame(text, 'small', text, text));
    await expect.poll(() => received.map((answer) => answer.length)).toEqual([65_535, 5, 65_535, 65_535]);
    expect(received[3]).toBe(text);
  });

  it('hands over an empty message like any other', async () => {
    const handler: StreamHandler = (octets, _client, _local, answer) => answer(octets.length === 0 ? null : octets);
    const { socket, received } = await client(await listen(handler));
    socket.write(frame('', 'one', '', 'two'));
    await expect.poll(() => received).toEqual(['one', 'two']);
  });

  it('forgets half a message when the client closes its side', async () => {
    const { socket, received, ended } = await client(await listen(echo));
    socket.end(Buffer.concat([frame('one'), Buffer.from([0, 9, 1])]));
    await ended;
    expect(received).toEqual(['one']);
  });

  it('stops reading a client that does not take its answers, and gives it up', async () => {
    let asked = 0;
    const handler: StreamHandler = (_octets, _client, _local, answer) => {
      asked++;
      answer(Buffer.alloc(60_000));
    };
    const { socket, ended } = await client(await listen(handler, { idleTimeout: 300 }));
    socket.pause();
    socket.write(frame(...Array.from({ length: 5000 }, (_, i) => `q${i}`)));
    await sleep(1000);
    // What the kernel buffers, and some of our own: 5,000 answers are 300 MB.
    expect(asked).toBeLessThan(500);
    socket.resume();
    expect(await ended).toBeLessThan(3000);
  });

  it('serves a client that takes its answers slowly', async () => {
    const handler: StreamHandler = (_octets, _client, _local, answer) => answer(Buffer.alloc(30_000));
    const { socket, received } = await client(await listen(handler, { idleTimeout: 500 }));
    socket.write(frame(...Array.from({ length: 300 }, () => 'q')));
    const brake = setInterval(() => {
      socket.pause();
      setTimeout(() => socket.resume(), 20);
    }, 40);
    await expect.poll(() => received.length, { timeout: 8000 }).toBe(300);
    clearInterval(brake);
  });

  it('takes several messages in one piece, and one message in many', async () => {
    const { socket, received } = await client(await listen(echo));
    socket.write(frame('one', 'two'));
    for (const octet of frame('three')) {
      socket.write(Buffer.from([octet]));
      await sleep(2);
    }
    await expect.poll(() => received).toEqual(['one', 'two', 'three']);
  });

  it('answers in the order in which answers are ready', async () => {
    const handler: StreamHandler = (octets, _client, _local, answer) => {
      const text = Buffer.from(octets).toString();
      setTimeout(() => answer(octets), text === 'slow' ? 60 : 0);
    };
    const { socket, received } = await client(await listen(handler));
    socket.write(frame('slow', 'fast'));
    await expect.poll(() => received).toEqual(['fast', 'slow']);
  });

  it('goes on after a message that is not answered', async () => {
    const handler: StreamHandler = (octets, _client, _local, answer) => answer(octets[0] === 0x6e ? null : octets);
    const { socket, received } = await client(await listen(handler));
    socket.write(frame('no', 'yes'));
    await expect.poll(() => received).toEqual(['yes']);
  });

  it('answers a client that closes its side after asking', async () => {
    const handler: StreamHandler = (octets, _client, _local, answer) => setTimeout(() => answer(octets), 30);
    const { socket, received, ended } = await client(await listen(handler));
    socket.end(frame('last'));
    await ended;
    expect(received).toEqual(['last']);
  });

  it('holds thousands of questions back until answers have left', async () => {
    let most = 0;
    let waiting = 0;
    const handler: StreamHandler = (octets, _client, _local, answer) => {
      most = Math.max(most, ++waiting);
      setTimeout(() => {
        waiting--;
        answer(octets);
      }, 5);
    };
    const { socket, received } = await client(await listen(handler));
    socket.write(frame(...Array.from({ length: 3000 }, (_, i) => `q${i}`)));
    await expect.poll(() => received.length, { timeout: 5000 }).toBe(3000);
    expect(most).toBeLessThanOrEqual(256);
  });

  it.each([
    ['says nothing', (): void => {}, 100, 400],
    ['drips', (socket: Socket): void => void setInterval(() => socket.write('\x7f'), 20).unref(), 100, 400],
  ])('closes a connection whose client %s', async (_what, act, least, most) => {
    const { socket, ended } = await client(await listen(echo, { readTimeout: 150 }));
    act(socket);
    const after = await ended;
    expect(after).toBeGreaterThan(least);
    expect(after).toBeLessThan(most);
  });

  it('gives a client that has asked the idle time', async () => {
    const { socket, received, ended } = await client(await listen(echo, { readTimeout: 50, idleTimeout: 300 }));
    socket.write(frame('one'));
    const after = await ended;
    expect(received).toEqual(['one']);
    expect(after).toBeGreaterThan(250);
  });

  it.each([0, 150])(
    'gives it no more than that, even if it had longer for the question it sends after %i ms',
    async (delay) => {
      const { socket, received, ended } = await client(await listen(echo, { readTimeout: 5000, idleTimeout: 100 }));
      await sleep(delay);
      socket.write(frame('one'));
      const after = await ended;
      expect(received).toEqual(['one']);
      expect(after).toBeGreaterThan(delay + 80);
      expect(after).toBeLessThan(delay + 1000);
    },
  );

  it('does not call a connection idle that waits for an answer', async () => {
    const handler: StreamHandler = (octets, _client, _local, answer) => setTimeout(() => answer(octets), 250);
    const { socket, received } = await client(await listen(handler, { readTimeout: 100, idleTimeout: 100 }));
    socket.write(frame('slow'));
    await expect.poll(() => received).toEqual(['slow']);
  });

  it('sends the messages of one answer in turn, each when the client has room for it', async () => {
    let made = 0;
    function* messages(): Generator<Uint8Array, void> {
      for (; made < 400; made++) yield Buffer.alloc(60_000, made % 256);
    }
    const { socket, received } = await client(await listen((_octets, _client, _local, answer) => answer(messages())));
    socket.pause();
    socket.write(frame('all'));
    await expect.poll(() => made).toBeGreaterThan(1);
    await sleep(100);
    // Kernel buffers take a few megabytes; nothing is made for the rest.
    expect(made).toBeLessThan(300);
    socket.resume();
    await expect.poll(() => received.length, { timeout: 5000 }).toBe(400);
  });

  it('gives up a client that does not take the messages of an answer', async () => {
    function* messages(): Generator<Uint8Array, void> {
      for (let i = 0; i < 1000; i++) yield Buffer.alloc(60_000);
    }
    const handler: StreamHandler = (_octets, _client, _local, answer) => answer(messages());
    const { socket, ended } = await client(await listen(handler, { readTimeout: 100, idleTimeout: 100 }));
    socket.pause();
    socket.write(frame('all'));
    await sleep(500);
    socket.resume();
    expect(await ended).toBeLessThan(1500);
  });

  it('ends the connection when a message cannot be made', async () => {
    function* messages(): Generator<Uint8Array, void> {
      yield Buffer.from('one');
      throw new Error('no second');
    }
    const { socket, received, ended } = await client(
      await listen((_octets, _client, _local, answer) => answer(messages())),
    );
    socket.write(frame('all'));
    await ended;
    expect(received).toEqual(['one']);
  });

  it('closes after the number of questions that a connection may ask', async () => {
    const { socket, received, ended } = await client(await listen(echo, { maximumQueries: 2 }));
    socket.write(frame('one', 'two', 'three'));
    await ended;
    expect(received).toEqual(['one', 'two']);
  });

  it('lets answers leave when it is closed, and ends idle connections at once', async () => {
    const handler: StreamHandler = (octets, _client, _local, answer) => setTimeout(() => answer(octets), 100);
    const listener = await listen(handler);
    const idle = await client(listener);
    const busy = await client(listener);
    busy.socket.write(frame('last'));
    await sleep(30);
    await listener.close();
    expect(await idle.ended).toBeLessThan(1000);
    await busy.ended;
    expect(busy.received).toEqual(['last']);
  });

  it('tells why it cannot listen', async () => {
    const { port } = await listen(echo);
    const again = TcpListener.open(
      { address: '127.0.0.1', port, exclusive: true },
      () => ({ limits: LIMITS, tls }),
      echo,
    );
    await expect(again).rejects.toThrow(ListenError);
  });
});
