import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Registry } from '../metrics/registry.ts';
import { type ApiAccess, endpointAccess } from './access.ts';
import { ApiError } from './api-error.ts';
import { ApiClient, type ApiRequest } from './client.ts';
import { type RequestLimits, UNLIMITED } from './request-limiter.ts';
import { type Answer, json, recorded, ScriptedApi } from './testing/scripted-api.ts';
import { transcript } from './testing/transcripts.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Made {
  readonly api: ScriptedApi;
  readonly client: ApiClient;
  readonly metrics: Registry;
}

async function make(
  answers: readonly Answer[],
  access?: (url: string) => ApiAccess,
  limits?: Partial<RequestLimits>,
): Promise<Made> {
  const api = await ScriptedApi.start(answers);
  const metrics = new Registry();
  const client = makeClient(access?.(api.url) ?? endpointAccess({ url: api.url }), metrics, limits);
  closers.push(() => api.close());
  return { api, client, metrics };
}

function makeClient(
  access: ApiAccess,
  metrics: Registry = new Registry(),
  limits: Partial<RequestLimits> = {},
): ApiClient {
  const all = { ...UNLIMITED, ...limits };
  const client = new ApiClient({ access, version: '1.2.3', metrics, now: Date.now, limits: all });
  closers.push(() => client.close());
  return client;
}

function request(more: Partial<ApiRequest> = {}): ApiRequest {
  return {
    path: '/api/v1/services',
    query: { limit: '500', labelSelector: 'tier in (a,b)' },
    accept: 'application/json',
    gzip: true,
    signal: new AbortController().signal,
    silence: 2000,
    ...more,
  };
}

async function read(client: ApiClient, more: Partial<ApiRequest> = {}): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of await client.open(request(more))) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

function withPrefix(url: string): ApiAccess {
  return { ...endpointAccess({ url: `${url}/prefix/` }), authorization: () => 'Bearer t' };
}

describe('ApiClient', () => {
  it('asks with path, query, account and name of the program, on one connection', async () => {
    const { api, client, metrics } = await make([json({ a: 1 }), json({ a: 2 })], withPrefix);
    expect(await read(client)).toBe('{"a":1}');
    expect(await read(client)).toBe('{"a":2}');
    const [first] = api.requests;
    expect(first?.path).toBe('/prefix/api/v1/services');
    expect(first?.query.get('labelSelector')).toBe('tier in (a,b)');
    expect(first?.headers).toMatchObject({ authorization: 'Bearer t', accept: 'application/json' });
    expect(first?.headers['user-agent']).toMatch(/^clusterfirst\/1\.2\.3 \(linux\/(amd64|arm64)\)$/);
    const text = metrics.expose();
    const host = `127.0.0.1:${api.port}`;
    expect(text).toContain(`coredns_kubernetes_rest_client_requests_total{code="200",method="GET",host="${host}"} 2`);
    expect(text).toContain(
      `coredns_kubernetes_rest_client_request_duration_seconds_count{verb="GET",host="${host}"} 2`,
    );
    expect(text).toContain('coredns_kubernetes_rest_client_rate_limiter_duration_seconds_count{');
  });

  it('takes compressed bodies', async () => {
    const { client } = await make([
      (response, seen) => {
        expect(seen.headers['accept-encoding']).toBe('gzip');
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync('{"compressed":true}'));
      },
    ]);
    expect(await read(client)).toBe('{"compressed":true}');
  });

  it('fails on a compressed body that is cut', async () => {
    const { client } = await make([
      (response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync('{"compressed":true}').subarray(0, 20));
      },
    ]);
    await expect(read(client)).rejects.toThrow('unexpected end of file');
  });

  it.each([
    ['forbidden', 403, 'Forbidden', undefined, false],
    ['continueGone', 410, 'Expired', undefined, true],
    ['versionTooLarge', 504, 'Timeout', 1, false],
    ['forbiddenBinary', 403, 'Forbidden', undefined, false],
    ['versionTooLargeBinary', 504, 'Timeout', 1, false],
  ])('turns the Status of %s into an error', async (name, status, reason, retryAfterSeconds, isExpired) => {
    const { client } = await make([recorded(transcript(name))]);
    const error = await read(client).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status, reason, retryAfterSeconds, isExpired, isTooLargeVersion: status === 504 });
  });

  it.each([
    ['7', 7],
    [new Date(Date.now() + 60_000).toUTCString(), 60],
    ['soon', undefined],
  ])('reads Retry-After: %s, and errors in plain text', async (header, seconds) => {
    const { client } = await make([
      (response) => {
        response.writeHead(429, { 'retry-after': header });
        response.end('too\nmany');
      },
    ]);
    const error = await read(client).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status: 429, message: 'too many' });
    const got = error instanceof ApiError ? error.retryAfterSeconds : undefined;
    if (seconds === undefined) expect(got).toBeUndefined();
    else expect(Math.abs((got ?? 0) - seconds)).toBeLessThan(2);
  });

  it('asks again at once when the token was replaced meanwhile', async () => {
    let token = 'old';
    const { api, client } = await make([recorded(transcript('unauthorized')), json({})], (url) => ({
      ...endpointAccess({ url }),
      authorization: () => {
        const now = token;
        token = 'new';
        return `Bearer ${now}`;
      },
    }));
    expect(await read(client)).toBe('{}');
    expect(api.requests.map((one) => one.headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('says what Go programs say when nobody listens', async () => {
    const port = await freePort();
    const metrics = new Registry();
    const client = makeClient(endpointAccess({ url: `http://127.0.0.1:${port}` }), metrics);
    await expect(read(client)).rejects.toThrow(
      `Get "http://127.0.0.1:${port}/api/v1/services?limit=500&labelSelector=tier+in+%28a%2Cb%29": ` +
        `dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
    expect(metrics.expose()).toContain('requests_total{code="<error>",method="GET"');
  });

  it.each([
    ['before the header', (): void => {}],
    ['in the body', ((response) => response.writeHead(200).write('{')) satisfies Answer],
  ])('gives up on silence %s', async (_, answer: Answer) => {
    const { client } = await make([answer]);
    await expect(read(client, { silence: 100 })).rejects.toThrow('no byte for 0.1 s: i/o timeout');
  });

  it('fails on a body that is cut', async () => {
    const { client } = await make([
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => response.socket?.destroy());
      },
    ]);
    await expect(read(client)).rejects.toMatchObject({ name: 'TransportError', code: 'ECONNRESET' });
  });

  it('uses another connection when a kept one was closed', async () => {
    const { api, client } = await make([json(1), json(2)]);
    await read(client);
    api.cut();
    expect(await read(client)).toBe('2');
  });

  it('sends no more requests than allowed at the same time, whatever becomes of them', async () => {
    const open: ServerResponse[] = [];
    const hold: Answer = (response) => void open.push(response);
    const { api, client } = await make([hold, hold, hold, hold, hold], undefined, { inFlight: 2 });
    const seen = (): number => api.requests.length;
    const reading = Array.from({ length: 5 }, () => read(client).catch((error: unknown) => error));
    await expect.poll(seen).toBe(2);
    open[0]?.writeHead(200).write('{');
    await sleep(20);
    expect(seen()).toBe(2);
    open[0]?.end('}');
    await expect.poll(seen).toBe(3);
    open[1]?.socket?.destroy();
    await expect.poll(seen).toBe(4);
    open[2]?.writeHead(500).end('no');
    await expect.poll(seen).toBe(5);
    open[3]?.end('{}');
    open[4]?.end('{}');
    await Promise.all(reading);
  });

  it('does not count what has become a watch', async () => {
    const watch: Answer = (response) => void response.writeHead(200).write('{}\n');
    const { client } = await make([watch, json(1)], undefined, { inFlight: 1 });
    const controller = new AbortController();
    const body = await client.open(request({ signal: controller.signal }));
    const reading = read(client);
    await expect(Promise.race([reading, sleep(30)])).resolves.toBeUndefined();
    body.becomeWatch(1000);
    expect(await reading).toBe('1');
    controller.abort();
  });

  it('ends when it is told to', async () => {
    const { client } = await make([(response): void => void response.writeHead(200).write('x')]);
    const controller = new AbortController();
    const reading = read(client, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await expect(read(client, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('reaches IPv6 addresses', async () => {
    const api = await ScriptedApi.start([json({})], { host: '::1' });
    closers.push(() => api.close());
    expect(await read(makeClient(endpointAccess({ url: api.url })))).toBe('{}');
  });
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
