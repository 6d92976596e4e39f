import { connect as connectPlain } from 'node:net';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { TcpListener } from '../tcp-listener.ts';
import type { StreamLimits } from './message-connection.ts';
import { testFile, testTls } from './testing.ts';
import { checkServerTls, type ClientCertificates, type ServerTls } from './tls-acceptor.ts';

const LIMITS: StreamLimits = { readTimeout: 1000, idleTimeout: 1000, maximumQueries: Infinity };
const listeners: TcpListener[] = [];
const sockets: { destroy(): void }[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

async function listen(tls: () => ServerTls, limits: Partial<StreamLimits> = {}): Promise<TcpListener> {
  const listener = await TcpListener.open(
    { address: '127.0.0.1', port: 0, exclusive: false },
    () => ({ limits: { ...LIMITS, ...limits }, tls: tls() }),
    (octets, _client, _local, answer) => answer(octets),
  );
  listeners.push(listener);
  return listener;
}

/** Says `hi` and resolves with what comes back; rejects when the server will not have it. */
async function talk(port: number, options: ConnectionOptions = {}): Promise<{ answer: string; socket: TLSSocket }> {
  const socket = connect({ host: '127.0.0.1', port, ca: testFile('ca.pem'), ...options });
  sockets.push(socket);
  socket.write(Buffer.from('\0\u0002hi'));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
    socket.on('data', (octets: Buffer) => resolve({ answer: octets.subarray(2).toString(), socket }));
  });
}

const OURS = { cert: testFile('client.pem'), key: testFile('client.key') };
/** The server's own certificate, which another authority than ours might have signed for all that the listener knows. */
const OTHER = { cert: testFile('server.pem'), key: testFile('server.key') };

describe('a client', () => {
  it.each<[wanted: ClientCertificates, bare: boolean, known: boolean, unknown: boolean]>([
    ['ignored', true, true, true],
    ['requested', true, true, true],
    ['required', false, true, true],
    ['verified-if-given', true, true, false],
    ['verified', false, true, false],
  ])('whose certificate is %s', async (clientCertificates, bare, known, unknown) => {
    const trusting = await listen(() => testTls({ clientCertificates, authorities: [testFile('ca.pem')] }));
    const strange = await listen(() => testTls({ clientCertificates, authorities: [testFile('stranger.pem')] }));
    const isServed = async (port: number, options: ConnectionOptions): Promise<boolean> =>
      talk(port, options).then(
        () => true,
        () => false,
      );
    expect(await isServed(trusting.port, {})).toBe(bare);
    expect(await isServed(trusting.port, OURS)).toBe(known);
    expect(await isServed(strange.port, OTHER)).toBe(unknown);
  });

  it.each<[offers: string[], agreed: string | false]>([
    [['dot'], 'dot'],
    [[], false],
  ])('that offers the protocols %j', async (offers, agreed) => {
    const { port } = await listen(testTls);
    const { socket } = await talk(port, { ALPNProtocols: offers });
    expect(socket.alpnProtocol).toBe(agreed);
  });

  it('that speaks another protocol is turned away', async () => {
    const { port } = await listen(testTls);
    await expect(talk(port, { ALPNProtocols: ['http/1.1'] })).rejects.toThrow(/no application protocol|closed/);
  });

  it('that knows only TLS 1.1 is turned away', async () => {
    const { port } = await listen(testTls);
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(talk(port, old)).rejects.toThrow();
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('that knows only %s is served', async (version) => {
    const { port } = await listen(testTls);
    const { answer } = await talk(port, { minVersion: version, maxVersion: version });
    expect(answer).toBe('hi');
  });

  it.each([
    ['says nothing', ''],
    ['does not speak TLS', 'GET / HTTP/1.1\r\n\r\n'],
    ['stops in the middle of its greeting', '\x16\x03\x01\x02\x00\x01'],
  ])('that %s does not stay', async (_what, text) => {
    const { port } = await listen(testTls, { readTimeout: 150 });
    const socket = connectPlain(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    socket.resume();
    const began = performance.now();
    socket.write(Buffer.from(text, 'latin1'));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(performance.now() - began).toBeLessThan(700);
    expect((await talk(port)).answer).toBe('hi');
  });
});

describe('a listener', () => {
  it('shows a renewed certificate to new connections and keeps the others', async () => {
    let current = testTls();
    const { port } = await listen(() => current);
    const before = await talk(port);
    current = { ...testTls(), certificate: testFile('client.pem'), key: testFile('client.key') };
    const after = await talk(port, { checkServerIdentity: () => undefined });
    expect(before.socket.getPeerCertificate().subject.CN).toBe('dns.test');
    expect(after.socket.getPeerCertificate().subject.CN).toBe('client.test');
    before.socket.write(Buffer.from('\0\u0003yes'));
    const [answer] = await new Promise<[Buffer]>((resolve) =>
      before.socket.once('data', (octets) => resolve([octets])),
    );
    expect(answer.subarray(2).toString()).toBe('yes');
  });

  it('does not wait for handshakes when it is closed', async () => {
    const listener = await listen(testTls, { readTimeout: 5000 });
    const socket = connectPlain(listener.port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {});
    socket.resume();
    await new Promise((resolve) => socket.once('connect', resolve));
    await sleep(50);
    const began = performance.now();
    await listener.close();
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('logs the keys of connections', async () => {
    const lines: string[] = [];
    const { port } = await listen(() => keyed);
    const keyed = testTls({ logKeys: (line) => lines.push(line.toString()) });
    await talk(port);
    expect(lines.some((line) => /^SERVER_TRAFFIC_SECRET_0 [0-9a-f]+ [0-9a-f]+\n$/.test(line))).toBe(true);
  });
});

it.each<[what: string, parts: Partial<ServerTls>, message: RegExp]>([
  ['no certificate', { certificate: 'none' }, /PEM/],
  ['no key', { key: 'none' }, /PEM|DECODER/],
  ['the key of another certificate', { key: testFile('client.key') }, /key values mismatch/],
  ['no authority', { authorities: ['none'] }, /PEM/],
])('%s is refused', (_what, parts, message) => {
  expect(() => checkServerTls(testTls(parts))).toThrow(message);
});
