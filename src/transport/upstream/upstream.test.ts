import { readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { decodeMessage } from '../../dns/decode.ts';
import { encodeMessage } from '../../dns/encode.ts';
import { createEdns, createMessage, type Message } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import type { WireMessage } from '../../dns/wire-message.ts';
import { Registry } from '../../metrics/registry.ts';
import { TimingWheel } from '../timing-wheel.ts';
import { EventLoop } from '../udp/event-loop.ts';
import { BatchedDatagrams } from './batched-datagrams.ts';
import { openDatagramLink } from './datagram-link.ts';
import { upstreamCounters } from './metrics.ts';
import { randomIds } from './random-ids.ts';
import { loadLibc } from '../libc.ts';
import { portOf, respond, type Script, ScriptedUpstream } from './testing.ts';
import { clientContext } from './tls-context.ts';
import { Upstream, type UpstreamOptions } from './upstream.ts';

const CERTIFICATE = readFileSync(new URL('testdata/dns.test.pem', import.meta.url), 'utf8');
const KEY = readFileSync(new URL('testdata/dns.test.key', import.meta.url), 'utf8');
const HEADER_ONLY = 12;

const open: { stop: () => unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (thing) => thing.stop()));
});

async function serve(script: Script, tls = false): Promise<ScriptedUpstream> {
  const server = await ScriptedUpstream.open(script, tls ? { cert: CERTIFICATE, key: KEY } : undefined);
  open.push({ stop: () => server.close() });
  return server;
}

function connect(
  port: number,
  parts: Partial<UpstreamOptions> & {
    readonly newId?: () => number;
    readonly serverName?: string;
    readonly openLink?: typeof openDatagramLink;
  } = {},
): { readonly upstream: Upstream; readonly metrics: Registry } {
  const metrics = new Registry();
  const secure = parts.scheme !== undefined && parts.scheme !== 'dns';
  const context = clientContext({ authority: CERTIFICATE, certificate: undefined, key: undefined });
  const upstream = new Upstream(
    {
      scheme: 'dns',
      target: {
        address: '127.0.0.1',
        port,
        sourceAddress: undefined,
        tls: secure ? { context, serverName: parts.serverName ?? 'dns.test' } : undefined,
      },
      expire: 10_000,
      maximumAge: Infinity,
      maximumIdle: Infinity,
      readTimeout: 150,
      maximumFails: 2,
      httpsMethod: 'POST',
      healthCheck: { interval: 20, recursionDesired: true, name: DomainName.root, tcp: false },
      ...parts,
    },
    {
      counters: upstreamCounters(metrics, 'forward', `127.0.0.1:${port}`),
      now: () => performance.now(),
      newId: parts.newId ?? randomIds(),
      wheel: new TimingWheel(() => performance.now()),
      openDatagramLink: (target) => (events) => (parts.openLink ?? openDatagramLink)(target, events),
    },
  );
  open.push(upstream);
  return { upstream, metrics };
}

function query(name = 'example.org'): Uint8Array {
  const question = { name: DomainName.parse(name), type: 1, class: 1 };
  return encodeMessage(createMessage({ recursionDesired: true, questions: [question] }), { compress: false });
}

async function ask(upstream: Upstream, protocol: 'udp' | 'tcp', name?: string, payloadSize = 512): Promise<Message> {
  const octets = query(name);
  const [question] = decodeMessage(octets).questions;
  if (question === undefined) throw new TypeError('the query has no question');
  return new Promise((resolve, reject) => {
    upstream.ask(
      { octets, question, protocol, payloadSize },
      { answered: (reply) => resolve(reply.message), failed: reject },
    );
  });
}

/** Answers with the query's name as it came. */
const echo: Script = (message) => respond(message);

async function failure(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no failure',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const system = await loadLibc();
const batched = system === undefined ? undefined : new BatchedDatagrams(system, new EventLoop(system));

/** Both kinds of UDP sockets keep the same contract. */
const kinds: readonly { readonly kind: string; readonly openLink: typeof openDatagramLink | undefined }[] = [
  { kind: 'node:dgram', openLink: openDatagramLink },
  {
    kind: 'batches',
    openLink: batched === undefined ? undefined : (target, events) => batched.openLink(target, events),
  },
];

describe.for(kinds)('by UDP, through $kind', ({ kind, openLink }) => {
  if (openLink === undefined) {
    test.skip(`${kind} needs 64-bit Linux and koffi`);
    return;
  }
  const connectTo: typeof connect = (port, parts) => connect(port, { openLink, ...parts });

  test('answers many queries at a time, whatever the order of the replies', async () => {
    const server = await serve(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      return respond(message);
    });
    const { upstream } = connectTo(server.port);
    const names = Array.from({ length: 200 }, (_, i) => `n${i}.example.`);
    const replies = await Promise.all(names.map((name) => ask(upstream, 'udp', name)));
    expect(replies.map((reply) => reply.questions[0]?.name.text)).toEqual(names);
  });

  test('queries in flight have different ids although the same number is drawn', async () => {
    const ids: number[] = [];
    const server = await serve((message) => {
      ids.push(message.id);
      return undefined;
    });
    const { upstream } = connectTo(server.port, { newId: () => 7 });
    await Promise.allSettled(Array.from({ length: 6 }, () => ask(upstream, 'udp')));
    // Four sockets of their own, and then the one that is drawn.
    expect(ids.toSorted((a, b) => a - b)).toEqual([7, 7, 7, 7, 8, 9]);
  });

  test('says at once that nobody listens', async () => {
    const server = await serve(echo);
    await server.close();
    open.shift();
    const { upstream } = connectTo(server.port);
    const start = performance.now();
    expect(await failure(ask(upstream, 'udp'))).toMatch(
      new RegExp(`^read udp 127\\.0\\.0\\.1:\\d+->127\\.0\\.0\\.1:${server.port}: read: connection refused$`),
    );
    expect(performance.now() - start).toBeLessThan(140);
  });

  const cases: readonly { readonly what: string; readonly script: Script; readonly expected: RegExp }[] = [
    { what: 'silence', script: () => undefined, expected: /^read udp [\d.:]+->[\d.:]+: i\/o timeout$/ },
    { what: 'another id', script: (message) => respond(message, { id: message.id ^ 1 }), expected: /i\/o timeout$/ },
    { what: 'too few octets', script: () => Uint8Array.of(0), expected: /i\/o timeout$/ },
    {
      what: 'octets that are no message',
      script: (message) => {
        const octets = encodeMessage(respond(message), { compress: false });
        octets[HEADER_ONLY] = 0x80;
        return octets;
      },
      expected: /^dns: /,
    },
  ];
  test.for(cases)('$what is an error', async ({ script, expected }) => {
    const server = await serve(script);
    expect(await failure(ask(connectTo(server.port).upstream, 'udp'))).toMatch(expected);
  });

  test('a wrong id does not hide the right one that follows', async () => {
    const server = await serve(echo);
    server.script = async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return respond(message, { rcode: 5 });
    };
    const { upstream } = connectTo(server.port);
    expect((await ask(upstream, 'udp')).rcode).toBe(5);
  });

  const sizes: readonly {
    readonly what: string;
    readonly octets: number;
    readonly payload: number;
    readonly cut: boolean;
  }[] = [
    { what: 'what fits stays', octets: 512, payload: 512, cut: false },
    { what: 'one octet too many', octets: 513, payload: 512, cut: true },
    { what: 'more with EDNS', octets: 1232, payload: 1232, cut: false },
  ];
  test.for(sizes)('$what: $octets octets for $payload', async ({ octets, payload, cut }) => {
    const server = await serve((message) => {
      const whole = new Uint8Array(octets);
      whole.set(encodeMessage(respond(message, { authoritative: true }), { compress: false }));
      return whole;
    });
    const reply = await ask(connectTo(server.port).upstream, 'udp', 'example.org', payload);
    expect(reply).toMatchObject({ truncated: cut, authoritative: true, response: true, answers: [] });
    expect(reply.questions[0]?.name.text).toBe('example.org.');
  });

  test('a reply to another question hides the true one for no longer than that takes', async () => {
    const server = await serve(echo);
    const other = { name: DomainName.parse('forged.example'), type: 1, class: 1 };
    server.onDatagram = (octets, send) => {
      const message = decodeMessage(octets);
      send(encodeMessage(respond(message, { questions: [other] }), { compress: false }));
      send(encodeMessage(respond(message, { rcode: 5 }), { compress: false }));
    };
    const { upstream } = connectTo(server.port);
    expect((await ask(upstream, 'udp')).rcode).toBe(5);
    server.onDatagram = (octets, send) => {
      send(encodeMessage(respond(decodeMessage(octets), { questions: [other] }), { compress: false }));
    };
    const start = performance.now();
    expect((await ask(upstream, 'udp')).questions[0]?.name.text).toBe('forged.example.');
    expect(performance.now() - start).toBeLessThan(150);
  });

  test('a datagram from another address with the right id counts for nothing', async () => {
    const stranger = createSocket('udp4');
    open.push({ stop: () => stranger.close() });
    const server = await serve(() => undefined);
    server.onDatagram = (octets, send, peer) => {
      const message = decodeMessage(octets);
      stranger.send(encodeMessage(respond(message, { rcode: 3 }), { compress: false }), peer.port, peer.address, () => {
        send(encodeMessage(respond(message, { rcode: 5 }), { compress: false }));
      });
    };
    expect((await ask(connectTo(server.port).upstream, 'udp')).rcode).toBe(5);
  });

  test('queries leave from several ports, and from others later', async () => {
    const ports = new Set<number>();
    const server = await serve(echo);
    server.onDatagram = (octets, send, peer) => {
      ports.add(peer.port);
      send(encodeMessage(respond(decodeMessage(octets)), { compress: false }));
    };
    const { upstream } = connectTo(server.port, { readTimeout: 2000 });
    for (let round = 0; round < 50; round++) await Promise.all(Array.from({ length: 100 }, () => ask(upstream, 'udp')));
    expect(ports.size).toBeGreaterThanOrEqual(5);
    expect(ports.size).toBeLessThan(100);
  });

  test('a query that is longer than others, and IPv6', async () => {
    const socket = createSocket('udp6');
    socket.on('message', (octets, peer) => {
      octets[2] = (octets[2] ?? 0) | 0x80;
      socket.send(octets, peer.port, peer.address);
    });
    socket.bind(0, '::1');
    await once(socket, 'listening');
    open.push({ stop: () => socket.close() });
    const { port } = socket.address();
    const { upstream } = connectTo(port, { target: { address: '::1', port, sourceAddress: '::1', tls: undefined } });
    const long = encodeMessage(
      { ...decodeMessage(query()), edns: createEdns(1232, { options: [{ code: 12, data: new Uint8Array(700) }] }) },
      { compress: false },
    );
    const question = { name: DomainName.parse('example.org'), type: 1, class: 1 };
    const reply = await new Promise<WireMessage>((resolve, reject) => {
      upstream.ask(
        { octets: long, question, protocol: 'udp', payloadSize: 1232 },
        { answered: resolve, failed: reject },
      );
    });
    expect(reply.message.edns?.options[0]?.data).toHaveLength(700);
  });

  test('an address that is not ours to send from', async () => {
    const { upstream } = connectTo(1, {
      target: { address: '127.0.0.1', port: 1, sourceAddress: '192.0.2.1', tls: undefined },
    });
    expect(await failure(ask(upstream, 'udp'))).toMatch(/cannot assign requested address/);
  });

  test('a reply that was cut on its way becomes a truncated one', async () => {
    const server = await serve((message) => {
      const octets = encodeMessage(respond(message), { compress: false });
      return Uint8Array.of(...octets.subarray(0, 7), 1, ...octets.subarray(8), 0xc0, 0x0c, 0);
    });
    expect((await ask(connectTo(server.port).upstream, 'udp')).truncated).toBe(true);
  });
});

describe('by TCP', () => {
  test('uses one connection again', async () => {
    const server = await serve(echo);
    const { upstream, metrics } = connect(server.port);
    for (let i = 0; i < 3; i++) await ask(upstream, 'tcp');
    expect(server.accepted).toBe(1);
    const series = (name: string): string =>
      `coredns_proxy_conn_cache_${name}_total{proxy_name="forward",to="127.0.0.1:${server.port}",proto="tcp"}`;
    expect(metrics.expose()).toContain(`${series('hits')} 2\n`);
    expect(metrics.expose()).toContain(`${series('misses')} 1\n`);
  });

  test('shares connections when there are many queries; replies come in any order', async () => {
    const server = await serve(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
      return respond(message);
    });
    const { upstream } = connect(server.port, { readTimeout: 2000 });
    const names = Array.from({ length: 300 }, (_, i) => `n${i}.example.`);
    const replies = await Promise.all(names.map((name) => ask(upstream, 'tcp', name)));
    expect(replies.map((reply) => reply.questions[0]?.name.text)).toEqual(names);
    expect(server.accepted).toBe(64);
  });

  test('a kept connection that the server has closed costs nothing', async () => {
    const server = await serve(echo);
    const { upstream } = connect(server.port);
    await ask(upstream, 'tcp');
    server.disconnect();
    await ask(upstream, 'tcp');
    // The next one is closed upon the query itself: it is sent again on a new connection.
    let closed = false;
    server.script = (message) => {
      if (closed) return respond(message);
      closed = true;
      return 'close';
    };
    await ask(upstream, 'tcp');
    expect(server.received).toHaveLength(4);
  });

  test('a new connection that is closed is an error', async () => {
    const server = await serve(() => 'close');
    expect(await failure(ask(connect(server.port).upstream, 'tcp'))).toBe('EOF');
    expect(server.received).toHaveLength(1);
  });

  test('after a silence no kept connection is trusted', async () => {
    const server = await serve(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return respond(message);
    });
    const { upstream } = connect(server.port);
    await Promise.all([ask(upstream, 'tcp'), ask(upstream, 'tcp'), ask(upstream, 'tcp')]);
    expect(server.accepted).toBe(3);
    server.script = () => undefined;
    expect(await failure(ask(upstream, 'tcp'))).toMatch(/^read tcp [\d.:]+->[\d.:]+: i\/o timeout$/);
    server.script = echo;
    await ask(upstream, 'tcp');
    expect(server.accepted).toBe(4);
  });

  test('nobody listens', async () => {
    const server = await serve(echo);
    await server.close();
    open.shift();
    expect(await failure(ask(connect(server.port).upstream, 'tcp'))).toBe(
      `dial tcp 127.0.0.1:${server.port}: connect: connection refused`,
    );
  });

  test('expire, max_age and max_idle_conns end connections', async () => {
    const server = await serve(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return respond(message);
    });
    const expiring = connect(server.port, { expire: 30 }).upstream;
    const ageing = connect(server.port, { maximumAge: 30 }).upstream;
    for (const upstream of [expiring, ageing]) {
      await ask(upstream, 'tcp');
      await new Promise((resolve) => setTimeout(resolve, 40));
      await ask(upstream, 'tcp');
    }
    expect(server.accepted).toBe(4);
    const few = connect(server.port, { maximumIdle: 1 }).upstream;
    await Promise.all([ask(few, 'tcp'), ask(few, 'tcp')]);
    await Promise.all([ask(few, 'tcp'), ask(few, 'tcp')]);
    expect(server.accepted).toBe(7);
  });
});

describe('by TLS', () => {
  test('asks, and uses the connection again', async () => {
    const server = await serve(echo, true);
    const { upstream, metrics } = connect(server.port, { scheme: 'tls' });
    await ask(upstream, 'udp');
    await ask(upstream, 'tcp');
    expect(server.accepted).toBe(1);
    expect(server.received).toEqual(['tcp example.org.', 'tcp example.org.']);
    expect(metrics.expose()).toContain('proto="tcp-tls"} 1\n');
  });

  test('a certificate for another name is refused', async () => {
    const server = await serve(echo, true);
    const { upstream } = connect(server.port, { scheme: 'tls', serverName: 'other.test' });
    expect(await failure(ask(upstream, 'tcp'))).toMatch(/^tls: failed to verify certificate: /);
    expect(server.received).toEqual([]);
  });

  test('a server that does not speak it', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    open.push({ stop: () => server.close() });
    expect(await failure(ask(connect(portOf(server), { scheme: 'tls' }).upstream, 'tcp'))).toMatch(/^tls: /);
  });
});

async function serveHttps(): Promise<{
  readonly port: number;
  readonly requests: string[];
  readonly drop: () => void;
}> {
  const requests: string[] = [];
  const server = createSecureServer({ cert: CERTIFICATE, key: KEY });
  const sessions = new Set<{ destroy: () => void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const path = String(headers[':path']);
      requests.push(`${headers[':method']} ${path.replace(/=.*/, '=')}`);
      const octets = path.includes('?dns=')
        ? Buffer.from(path.split('=')[1] ?? '', 'base64url')
        : Buffer.concat(chunks);
      if (octets.includes('silent')) return;
      octets[2] = (octets[2] ?? 0) | 0x80;
      stream.respond({ ':status': 200, 'content-type': 'application/dns-message' });
      stream.end(octets);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const drop = (): void => {
    for (const session of sessions) session.destroy();
  };
  open.push({
    stop: () => {
      drop();
      server.close();
    },
  });
  return { port: portOf(server), requests, drop };
}

describe('by HTTPS', () => {
  test.for(['POST', 'GET'] as const)('%s', async (httpsMethod) => {
    const server = await serveHttps();
    const { upstream } = connect(server.port, { scheme: 'https', httpsMethod });
    const reply = await ask(upstream, 'udp');
    expect(reply.questions[0]?.name.text).toBe('example.org.');
    expect(server.requests).toEqual([httpsMethod === 'GET' ? 'GET /dns-query?dns=' : 'POST /dns-query']);
    server.drop();
    await ask(upstream, 'udp');
    expect(server.requests).toHaveLength(2);
  });

  test('silence, no server, and a certificate for another name', async () => {
    const server = await serveHttps();
    const { upstream } = connect(server.port, { scheme: 'https' });
    await ask(upstream, 'udp');
    expect(await failure(ask(upstream, 'udp', 'silent.example'))).toMatch(
      /^Post "https:.*": context deadline exceeded/,
    );
    const other = connect(server.port, { scheme: 'https', serverName: 'other.test' }).upstream;
    expect(await failure(ask(other, 'udp'))).toMatch(/^Post ".*": tls: failed to verify certificate: /);
    const closed = connect(1, { scheme: 'https' }).upstream;
    expect(await failure(ask(closed, 'udp'))).toMatch(/": dial tcp 127\.0\.0\.1:1: connect: connection refused$/);
  });
});

describe('health checks', () => {
  test('count failures until the upstream is down', async () => {
    const server = await serve(echo);
    const { upstream, metrics } = connect(server.port, { maximumFails: 1 });
    expect(upstream.down).toBe(false);
    await server.close();
    open.shift();
    upstream.checkHealth();
    upstream.checkHealth();
    await until(() => upstream.down);
    expect(metrics.expose()).toMatch(/coredns_proxy_healthcheck_failures_total\{[^}]*\} 2\n/);
  });

  test('any answer is a sign of life', async () => {
    const server = await serve((message) => respond(message, { rcode: 5 }));
    const { upstream } = connect(server.port);
    upstream.checkHealth();
    await until(() => server.received.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(server.received).toEqual(['udp .']);
    expect(upstream.down).toBe(false);
  });

  test('max_fails 0 means none', async () => {
    const server = await serve(echo);
    const { upstream } = connect(server.port, { maximumFails: 0 });
    upstream.checkHealth();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(server.received).toEqual([]);
  });

  test('by TCP when that is what queries use', async () => {
    const server = await serve(echo);
    const healthCheck = { interval: 20, recursionDesired: false, name: DomainName.parse('probe.test'), tcp: true };
    connect(server.port, { healthCheck }).upstream.checkHealth();
    await until(() => server.received.length > 0);
    expect(server.received).toEqual(['tcp probe.test.']);
  });
});

test.each(['udp', 'tcp', 'https'] as const)('by %s, a query that is cancelled hears nothing any more', async (how) => {
  const told: string[] = [];
  const asker = { answered: () => told.push('answered'), failed: () => told.push('failed') };
  const octets = query('silent.example');
  const [question] = decodeMessage(octets).questions;
  if (question === undefined) throw new TypeError('the query has no question');
  const server = how === 'https' ? await serveHttps() : await serve(() => undefined);
  const { upstream } = connect(server.port, { readTimeout: 50, ...(how === 'https' ? { scheme: how } : {}) });
  const asked = { octets, question, protocol: how === 'tcp' ? how : 'udp', payloadSize: 512 } as const;
  // At once, while a connection is being made, and when the server has the query.
  upstream.ask(asked, asker)?.cancel();
  const pending = upstream.ask(asked, asker);
  await until(() => ('requests' in server ? server.requests : server.received).length > 0);
  pending?.cancel();
  pending?.cancel();
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(told).toEqual([]);
});

test('stop ends what waits, and nothing is sent afterwards', async () => {
  const server = await serve(() => undefined);
  const { upstream } = connect(server.port, { readTimeout: 10_000 });
  const waiting = [ask(upstream, 'udp'), ask(upstream, 'tcp')].map(failure);
  await until(() => server.received.length === 2);
  upstream.stop();
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 2 }, () => 'use of closed network connection'));
  expect(await failure(ask(upstream, 'udp'))).toBe('use of closed network connection');
});
