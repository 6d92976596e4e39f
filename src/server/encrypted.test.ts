import { request } from 'node:https';
import { createServer } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeMessage } from '../dns/decode.ts';
import { encodeMessage } from '../dns/encode.ts';
import { createMessage, type Message } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { text } from '../plugin-api/kinds.ts';
import { one } from '../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../plugin-api/plugin.ts';
import { testFile, testTls } from '../transport/stream/testing.ts';
import { Server } from './server.ts';
import { testOptions, wordsOf } from './testing.ts';

/** `shows server` or `shows client`: which certificate the block's listeners have. */
const shows: Plugin = definePlugin({
  name: 'shows',
  summary: 'Sets a certificate.',
  reads: 'question',
  repeatable: false,
  parameters: one(text('NAME'), { initial: 'server', summary: 'Whose certificate.' }),
  options: {},
  setup([{ argument }]) {
    const tls = testTls({ certificate: testFile(`${argument}.pem`), key: testFile(`${argument}.key`) });
    return { settings: { tls: () => tls } };
  },
});

const running: Server[] = [];
const sockets: TLSSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

/** A server whose text names its port PORT. */
async function start(corefile: string): Promise<{
  readonly server: Server;
  readonly port: number;
  readonly source: { text: string };
  readonly exposition: () => string;
}> {
  const port = await freePort();
  const source = { text: corefile.replaceAll('PORT', String(port)) };
  const { options, metrics } = testOptions(source);
  const server = await Server.start({ ...options, plugins: [shows, ...options.plugins] });
  running.push(server);
  return { server, port, source, exposition: () => metrics.expose() };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function query(name: string): Buffer {
  const question = { name: DomainName.parse(name), type: TYPE.TXT, class: 1 };
  return Buffer.from(encodeMessage(createMessage({ questions: [question] }), { compress: false }));
}

async function post(port: number, body: Uint8Array): Promise<{ readonly status: number; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    const posted = request(
      { host: '127.0.0.1', port, path: '/dns-query', method: 'POST', ca: testFile('ca.pem'), agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) }));
      },
    );
    posted.on('error', reject);
    posted.end(body);
  });
}

async function connectTls(port: number): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ca: testFile('ca.pem'), checkServerIdentity: () => undefined });
  sockets.push(socket);
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return socket;
}

async function ask(socket: TLSSocket, name: string): Promise<Message> {
  const octets = query(name);
  socket.write(Buffer.concat([Buffer.from([octets.length >> 8, octets.length & 0xff]), octets]));
  const [answer] = await new Promise<[Buffer]>((resolve) =>
    socket.once('data', (received: Buffer) => resolve([received])),
  );
  return decodeMessage(answer.subarray(2));
}

describe('https://', () => {
  it('answers, refuses what is no query, and counts', async () => {
    const { port, exposition } = await start('https://.:PORT {\n shows server\n say hello\n}\n');
    const { status, body } = await post(port, query('www.example.org'));
    expect([status, wordsOf(decodeMessage(body))]).toEqual([200, ['hello']]);
    const notify = query('x');
    notify[2] = 5 << 3;
    for (const [what, octets] of [
      ['too short', Buffer.from('x')],
      ['an answer', Buffer.concat([query('x').fill(0x80, 2, 3)])],
      ['an opcode that is not served', notify],
      ['no question', query('x').fill(0, 5, 6)],
      ['a question that is cut off', query('x').subarray(0, 13)],
    ] as const) {
      expect([what, (await post(port, octets)).status]).toEqual([what, 400]);
    }
    const server = `https://:${port}`;
    expect(exposition()).toContain(`coredns_dns_https_responses_total{server="${server}",status="200"} 1\n`);
    expect(exposition()).toContain(`coredns_dns_https_responses_total{server="${server}",status="400"} 5\n`);
  });

  it('answers a plugin that sends nothing with a failure of the server', async () => {
    const { port } = await start('https://.:PORT {\n shows server\n say x {\n silent\n }\n}\n');
    expect((await post(port, query('x'))).status).toBe(500);
  });

  it('is a listener of its own beside the others of a block', async () => {
    const { server } = await start('https://.:PORT {\n shows server\n say x\n}\n');
    expect(server.listeners.map(({ label, port }) => [label, port > 0])).toEqual([
      [expect.stringMatching(/^https:\/\/:/), true],
    ]);
  });
});

describe('a reload', () => {
  it('changes the certificate of new connections and leaves the others open', async () => {
    const { server, port, source } = await start('tls://.:PORT {\n shows server\n say one\n}\n');
    const before = await connectTls(port);
    expect(before.getPeerCertificate().subject.CN).toBe('dns.test');
    expect(wordsOf(await ask(before, 'x'))).toEqual(['one']);
    source.text = source.text.replace('shows server', 'shows client').replace('one', 'two');
    await server.reload();
    expect(wordsOf(await ask(before, 'x'))).toEqual(['two']);
    const after = await connectTls(port);
    expect(after.getPeerCertificate().subject.CN).toBe('client.test');
    expect(wordsOf(await ask(after, 'x'))).toEqual(['two']);
  });

  it('lets the answers to requests leave that are in the works', async () => {
    const { server, port, source } = await start('https://.:PORT {\n shows server\n say one {\n later\n }\n}\n');
    const slow = post(port, query('x'));
    await new Promise((resolve) => setTimeout(resolve, 80));
    source.text = source.text.replace('https://.', 'https://example.org');
    await server.reload();
    expect(wordsOf(decodeMessage((await slow).body))).toEqual(['one']);
  });

  it('that takes a listener away ends its connections', async () => {
    const { server, port, source } = await start('tls://.:PORT {\n shows server\n say one\n}\n');
    const socket = await connectTls(port);
    await ask(socket, 'x');
    source.text = `.:${await freePort()} {\n say two\n}\n`;
    await server.reload();
    await new Promise((resolve) => (socket.readableEnded ? resolve(0) : socket.once('end', resolve)));
    await expect(connectTls(port)).rejects.toThrow('ECONNREFUSED');
  });
});
