import { request as request1 } from 'node:http';
import { type ClientHttp2Session, connect as connect2, constants, type OutgoingHttpHeaders } from 'node:http2';
import { Agent, request as requestTls } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { FRAME } from '../http2/frame.ts';
import { getRequest, RawHttp2Client, widening } from '../http2/testing.ts';
import { testFile, testTls } from '../stream/testing.ts';
import type { DohLimits } from './doh-limits.ts';
import type { DohHandler } from './doh-service.ts';
import { HttpsListener } from './https-listener.ts';

const LIMITS: DohLimits = {
  readTimeout: 1000,
  writeTimeout: 1000,
  idleTimeout: 1000,
  maximumConnections: Infinity,
  maximumStreams: 250,
};
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Answers `octets` with themselves as a message would be: with QR set, so that it has an age. */
const echo: DohHandler = (octets, _client, _local, answer) => answer(octets);

interface Listening {
  readonly listener: HttpsListener;
  readonly port: number;
  /** Statuses of the responses, in order. */
  readonly statuses: number[];
}

async function listen(
  handler: DohHandler = echo,
  limits: Partial<DohLimits> = {},
  options: { readonly tls?: boolean } = {},
): Promise<Listening> {
  const statuses: number[] = [];
  const listener = await HttpsListener.open(
    { address: '127.0.0.1', port: 0, exclusive: false },
    () => ({ limits: { ...LIMITS, ...limits }, tls: options.tls === false ? undefined : testTls() }),
    handler,
    (status) => statuses.push(status),
  );
  closing.push(() => listener.close());
  return { listener, port: listener.port, statuses };
}

async function rawClient(port: number): Promise<RawHttp2Client> {
  const client = await RawHttp2Client.connect(port);
  closing.push(() => client.socket.destroy());
  return client;
}

async function open2(port: number): Promise<ClientHttp2Session> {
  const session = connect2(`https://127.0.0.1:${port}`, { ca: testFile('ca.pem') });
  closing.push(() => session.destroy());
  session.on('error', () => {});
  await new Promise((resolve) => session.once('connect', resolve));
  return session;
}

interface Result {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

async function ask2(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: Buffer): Promise<Result> {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return new Promise((resolve, reject) => {
    let result: Result | undefined;
    const parts: Buffer[] = [];
    stream.on('response', (received) => {
      result = { status: Number(received[':status']), headers: received, body: Buffer.alloc(0) };
    });
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', reject);
    stream.on('close', () => {
      if (result === undefined) reject(new Error(`no response: code ${stream.rstCode}`));
      else resolve({ ...result, body: Buffer.concat(parts) });
    });
  });
}

const post = (path = '/dns-query'): OutgoingHttpHeaders => ({ ':method': 'POST', ':path': path });
const get = (text: string): OutgoingHttpHeaders => ({
  ':path': `/dns-query?dns=${Buffer.from(text).toString('base64url')}`,
});

const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: testFile('ca.pem') });

/** One request of HTTP/1.1, over TLS unless told otherwise. */
async function ask1(
  port: number,
  options: { readonly method?: string; readonly path: string; readonly body?: Buffer; readonly plain?: boolean },
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', path, body, plain } = options;
    const request = (plain === true ? request1 : requestTls)(
      { host: '127.0.0.1', port, method, path, ...(plain === true ? {} : { agent }) },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

describe('requests', () => {
  const MESSAGE = Buffer.from('000080000000000000000000', 'hex');
  const DNS = MESSAGE.toString('base64url');

  const cases: [method: string, path: string, body: Buffer | undefined, status: number, text: string | undefined][] = [
    ['GET', `/dns-query?dns=${DNS}`, undefined, 200, undefined],
    ['POST', '/dns-query', MESSAGE, 200, undefined],
    ['GET', '/dns-query', undefined, 400, 'invalid request\n'],
    ['PUT', '/dns-query', MESSAGE, 400, 'invalid request\n'],
    ['HEAD', '/dns-query', undefined, 400, ''],
    ['POST', '/dns-query', Buffer.from('refuse'), 400, 'invalid request\n'],
    ['POST', '/dns-query', Buffer.alloc(65_536), 400, 'invalid request\n'],
    ['POST', '/dns-query', Buffer.from('drop'), 500, 'No response\n'],
    ['GET', '/', undefined, 404, '\n'],
    ['POST', '/other', MESSAGE, 404, '\n'],
  ];
  const handler: DohHandler = (octets, _client, _local, answer) => {
    const text = Buffer.from(octets).toString();
    answer(text === 'refuse' ? 'refused' : text === 'drop' ? null : octets);
  };
  const check = (result: Result, status: number, text: string | undefined): void => {
    expect(result.status).toBe(status);
    expect(result.headers).toMatchObject(
      text === undefined
        ? { 'content-type': 'application/dns-message', 'cache-control': 'max-age=5', 'content-length': '12' }
        : { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    );
    expect(Math.abs(Date.parse(String(result.headers.date)) - Date.now())).toBeLessThan(2000);
    expect(result.body).toEqual(text === undefined ? MESSAGE : Buffer.from(text));
  };

  it.each(cases)('of HTTP/2: %s %s', async (method, path, body, status, text) => {
    const { port, statuses } = await listen(handler);
    const session = await open2(port);
    for (let i = 0; i < 2; i++) check(await ask2(session, { ':method': method, ':path': path }, body), status, text);
    expect(statuses).toEqual([status, status]);
  });

  it.each(cases)('of HTTP/1.1: %s %s', async (method, path, body, status, text) => {
    const { port, statuses } = await listen(handler);
    for (let i = 0; i < 2; i++)
      check(await ask1(port, { method, path, ...(body === undefined ? {} : { body }) }), status, text);
    expect(statuses).toEqual([status, status]);
  });

  it('without TLS', async () => {
    const { port } = await listen(handler, {}, { tls: false });
    check(await ask1(port, { path: `/dns-query?dns=${DNS}`, plain: true }), 200, undefined);
  });

  it('tell where they come from and go to', async () => {
    const seen: unknown[] = [];
    const { port } = await listen((octets, client, local, answer) => {
      seen.push([client.address, client.port > 0, local]);
      answer(octets);
    });
    await ask2(await open2(port), get('x'));
    await ask1(port, { path: '/dns-query?dns=eA' });
    const expected = ['127.0.0.1', true, { address: '127.0.0.1', port }];
    expect(seen).toEqual([expected, expected]);
  });
});

describe('a connection of HTTP/2', () => {
  it('answers in the order in which answers are ready', async () => {
    const { port } = await listen((octets, _client, _local, answer) =>
      setTimeout(() => answer(octets), Buffer.from(octets).toString() === 'slow' ? 100 : 0),
    );
    const session = await open2(port);
    const order: string[] = [];
    await Promise.all(
      ['slow', 'fast', 'quick'].map(async (text) => order.push((await ask2(session, get(text))).body.toString())),
    );
    expect(order).toEqual(['fast', 'quick', 'slow']);
  });

  it('serves thousands of requests, many at a time', async () => {
    const { port } = await listen();
    const session = await open2(port);
    const texts = Array.from({ length: 3000 }, (_, i) => `message ${i}`);
    const bodies: string[] = [];
    for (let i = 0; i < texts.length; i += 100) {
      const some = await Promise.all(
        texts
          .slice(i, i + 100)
          .map((text, j) =>
            ask2(session, j % 2 === 0 ? get(text) : post(), j % 2 === 0 ? undefined : Buffer.from(text)),
          ),
      );
      bodies.push(...some.map(({ body }) => body.toString()));
    }
    expect(bodies).toEqual(texts);
  });

  it('carries large messages both ways, as fast as the client takes them', async () => {
    const { port } = await listen();
    const session = await open2(port);
    const large = Buffer.from(Array.from({ length: 65_535 }, (_, i) => i % 251));
    const results = await Promise.all(Array.from({ length: 20 }, () => ask2(session, post(), large)));
    for (const { body } of results) expect(body.equals(large)).toBe(true);
  });

  it('carries the largest question that a path can hold', async () => {
    const { port } = await listen();
    const text = 'q'.repeat(12_000);
    expect((await ask2(await open2(port), get(text))).body.toString()).toBe(text);
  });

  it('takes so many requests at a time and has the client ask others again', async () => {
    const waiting: (() => void)[] = [];
    const { port } = await listen((octets, _client, _local, answer) => waiting.push(() => answer(octets)), {
      maximumStreams: 2,
    });
    const client = await rawClient(port);
    client.socket.write(Buffer.concat([1, 3, 5].map((stream) => getRequest(stream))));
    await expect.poll(() => client.frames).toContainEqual([FRAME.RST_STREAM, 0, 5, '00000007']);
    expect(client.frames[0]).toEqual([FRAME.SETTINGS, 0, 0, expect.stringMatching(/^000300000002/)]);
    expect(waiting.length).toBe(2);
    for (const answer of waiting) answer();
    await expect.poll(() => client.frames.filter(([type]) => type === FRAME.DATA).length).toBe(2);
    client.socket.write(getRequest(7));
    await expect.poll(() => waiting.length).toBe(3);
    waiting[2]?.();
  });

  it('does not count requests as gone that the client has cancelled while they are in the works', async () => {
    const waiting: (() => void)[] = [];
    const { port } = await listen((octets, _client, _local, answer) => waiting.push(() => answer(octets)), {
      maximumStreams: 10,
    });
    const session = await open2(port);
    for (let i = 0; i < 100; i++) {
      const stream = session.request(get('x'));
      stream.on('error', () => {});
      await sleep(1);
      stream.close(constants.NGHTTP2_CANCEL);
    }
    await sleep(100);
    expect(waiting.length).toBe(10);
    for (const answer of waiting) answer();
  });

  it('holds responses back for a client that does not take them, and gives it up', async () => {
    const { port } = await listen((_octets, _client, _local, answer) => answer(Buffer.alloc(60_000)), {
      writeTimeout: 300,
    });
    const client = await rawClient(port);
    client.socket.write(Buffer.concat(Array.from({ length: 40 }, (_, i) => getRequest(2 * i + 1))));
    const began = performance.now();
    await new Promise((resolve) => client.socket.once('close', resolve));
    expect(performance.now() - began).toBeLessThan(2000);
    const sent = client.frames.filter(([type]) => type === FRAME.DATA).map(([, , , payload]) => payload.length / 2);
    // The window that a connection starts with (RFC 9113 §6.9.2).
    expect(sent.reduce((sum, length) => sum + length, 0)).toBe(65_535);
    // What waits is bounded: the requests after the first megabyte are to be asked again.
    expect(client.frames.filter(([type]) => type === FRAME.RST_STREAM).length).toBeGreaterThan(10);
  });

  it('goes on with responses when the client takes them', async () => {
    const { port } = await listen((_octets, _client, _local, answer) => answer(Buffer.alloc(60_000)));
    const client = await rawClient(port);
    client.socket.write(Buffer.concat([getRequest(1), getRequest(3)]));
    await expect.poll(() => client.dataLength).toBe(65_535);
    client.socket.write(widening(0, 20_000));
    await expect.poll(() => client.dataLength).toBe(85_535);
    client.socket.write(widening(0, 60_000));
    await expect.poll(() => client.dataLength).toBe(120_000);
  });
});

describe('a connection', () => {
  const still: [what: string, protocol: 'h2' | 'http/1.1', first: string][] = [
    ['HTTP/2 that says nothing', 'h2', ''],
    ['HTTP/2 that stops in its preface', 'h2', 'PRI * HTTP/2.0\r\n'],
    ['HTTP/2 that asks nothing', 'h2', `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${'\0'.repeat(3)}\u0004${'\0'.repeat(5)}`],
    ['HTTP/1.1 that says nothing', 'http/1.1', ''],
    ['HTTP/1.1 that stops in its head', 'http/1.1', 'GET / HTTP/1.1\r\n'],
    [
      'HTTP/1.1 that stops in its body',
      'http/1.1',
      'POST /dns-query HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab',
    ],
  ];

  it.each(still)('of %s ends after the read time-out', async (_what, protocol, first) => {
    const { port } = await listen(echo, { readTimeout: 200, idleTimeout: 5000 });
    const socket = connectTls({ host: '127.0.0.1', port, ca: testFile('ca.pem'), ALPNProtocols: [protocol] });
    closing.push(() => socket.destroy());
    socket.on('error', () => {});
    socket.resume();
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    const began = performance.now();
    socket.write(Buffer.from(first, 'latin1'));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(performance.now() - began).toBeGreaterThan(100);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('that drips ends after the read time-out', async () => {
    const { port } = await listen(echo, { readTimeout: 200 }, { tls: false });
    const socket = plain(port);
    const drip = setInterval(() => socket.write('G'), 20);
    closing.push(() => clearInterval(drip));
    const began = performance.now();
    await new Promise((resolve) => socket.once('close', resolve));
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('that asks no more ends after the idle time-out, HTTP/2 with a word', async () => {
    const { port } = await listen(echo, { idleTimeout: 200, readTimeout: 5000 });
    const session = await open2(port);
    await ask2(session, get('x'));
    let code: number | undefined;
    session.once('goaway', (received: number) => (code = received));
    const began = performance.now();
    await new Promise((resolve) => session.once('close', resolve));
    expect(performance.now() - began).toBeLessThan(1000);
    expect(code).toBe(0);
    const socket = plain((await listen(echo, { idleTimeout: 200, readTimeout: 5000 }, { tls: false })).port);
    socket.write('GET /dns-query?dns=eA HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('is not idle while an answer is in the works', async () => {
    const { port } = await listen((octets, _c, _l, answer) => setTimeout(() => answer(octets), 400), {
      idleTimeout: 100,
      readTimeout: 100,
      writeTimeout: 100,
    });
    expect((await ask2(await open2(port), get('x'))).status).toBe(200);
    expect((await ask1(port, { path: '/dns-query?dns=eA' })).status).toBe(200);
  });

  it('beyond the limit waits until another one ends', async () => {
    const { port } = await listen(echo, { maximumConnections: 2 });
    const [first] = [await open2(port), await open2(port)];
    const third = open2(port);
    const early = await Promise.race([third.then(() => 'connected'), sleep(200, 'waits')]);
    expect(early).toBe('waits');
    first.close();
    expect((await ask2(await third, get('x'))).status).toBe(200);
  });
});

describe('close', () => {
  it('lets answers leave and ends idle connections', async () => {
    let asked = 0;
    const { listener, port } = await listen((octets, _c, _l, answer) => {
      asked++;
      setTimeout(() => answer(octets), 200);
    });
    const [busy, idle] = [await open2(port), await open2(port)];
    const results = [ask2(busy, get('two')), ask1(port, { path: '/dns-query?dns=b25l' })];
    await expect.poll(() => asked).toBe(2);
    const began = performance.now();
    const closed = listener.close();
    await new Promise((resolve) => idle.once('close', resolve));
    expect(performance.now() - began).toBeLessThan(150);
    expect((await Promise.all(results)).map(({ body }) => body.toString())).toEqual(['two', 'one']);
    await closed;
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

function plain(port: number): Socket {
  const socket = connectPlain(port, '127.0.0.1');
  closing.push(() => socket.destroy());
  socket.on('error', () => {});
  socket.resume();
  return socket;
}
