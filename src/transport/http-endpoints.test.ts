import { readFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get as getTls } from 'node:https';
import { createServer } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { HttpEndpoints, type HttpHandler, type HttpRoute } from './http-endpoints.ts';
import { ListenError } from './listen-error.ts';

const CERTIFICATE = readFileSync(new URL('upstream/testdata/dns.test.pem', import.meta.url), 'utf8');
const KEY = readFileSync(new URL('upstream/testdata/dns.test.key', import.meta.url), 'utf8');

const opened: HttpRoute[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (route) => route.close()));
});

function saying(text: string): HttpHandler {
  return (_request, response) => void response.end(text);
}

async function open(
  endpoints: HttpEndpoints,
  path: string,
  text: string,
  { host = '127.0.0.1', port = 0 }: { readonly host?: string; readonly port?: number } = {},
): Promise<HttpRoute> {
  const route = await endpoints.open(host, port, path, saying(text));
  opened.push(route);
  return route;
}

/** Status and body, or the error's code. */
async function fetched(port: number, path: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve) => {
    const request = getPlain({ host, port, path, agent: false }, (response) => {
      void readAll(response).then((body) => resolve(`${response.statusCode} ${body.trim()}`));
    });
    request.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  });
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const endpoints = new HttpEndpoints();
  const { port, close } = await endpoints.open('127.0.0.1', 0, '/', saying(''));
  await close();
  return port;
}

test('a path is served, with or without a query, and no other', async () => {
  const { port } = await open(new HttpEndpoints(), '/health', 'OK');
  expect(await fetched(port, '/health')).toBe('200 OK');
  expect(await fetched(port, '/health?verbose=1')).toBe('200 OK');
  expect(await fetched(port, '/healthz')).toBe('404 404 page not found');
  expect(await fetched(port, '/')).toBe('404 404 page not found');
});

describe('an address', () => {
  test('is shared by paths, and closed with the last of them', async () => {
    const endpoints = new HttpEndpoints();
    const port = await freePort();
    const health = await open(endpoints, '/health', 'OK', { port });
    const ready = await open(endpoints, '/ready', 'yes', { port });
    expect([await fetched(port, '/health'), await fetched(port, '/ready')]).toEqual(['200 OK', '200 yes']);
    await health.close();
    expect([await fetched(port, '/health'), await fetched(port, '/ready')]).toEqual([
      '404 404 page not found',
      '200 yes',
    ]);
    await ready.close();
    expect(await fetched(port, '/ready')).toBe('ECONNREFUSED');
  });

  test('stays open while one configuration takes over from another, and the newer one answers', async () => {
    const endpoints = new HttpEndpoints();
    const port = await freePort();
    const old = await open(endpoints, '/health', 'old', { port });
    const replacement = await open(endpoints, '/health', 'new', { port });
    expect(await fetched(port, '/health')).toBe('200 new');
    await old.close();
    await old.close();
    expect(await fetched(port, '/health')).toBe('200 new');
    await replacement.close();
    expect(await fetched(port, '/health')).toBe('ECONNREFUSED');
  });

  test('with port 0 is another one each time', async () => {
    const endpoints = new HttpEndpoints();
    const first = await open(endpoints, '/health', 'first');
    const second = await open(endpoints, '/health', 'second');
    expect(first.port).not.toBe(second.port);
    await first.close();
    expect(await fetched(second.port, '/health')).toBe('200 second');
  });

  test('without a host is every address', async () => {
    const { port } = await open(new HttpEndpoints(), '/health', 'OK', { host: '' });
    expect(await fetched(port, '/health')).toBe('200 OK');
  });

  test('given as localhost is the IPv4 address', async () => {
    const { port } = await open(new HttpEndpoints(), '/health', 'OK', { host: 'localhost' });
    expect(await fetched(port, '/health')).toBe('200 OK');
  });

  test('can be had again after it could not', async () => {
    const endpoints = new HttpEndpoints();
    const port = await freePort();
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(port, '127.0.0.1', resolve));
    await expect(endpoints.open('127.0.0.1', port, '/health', saying('OK'))).rejects.toThrow(
      `cannot listen on tcp 127.0.0.1:${port}: another program listens there already`,
    );
    await new Promise((resolve) => blocker.close(resolve));
    await open(endpoints, '/health', 'OK', { port });
    expect(await fetched(port, '/health')).toBe('200 OK');
  });
});

test.each([
  ['192.0.2.1', 'cannot listen on tcp 192.0.2.1:8080: this machine has no such address'],
  ['no-such-host.invalid', 'cannot listen on tcp no-such-host.invalid:8080: getaddrinfo'],
])('%s cannot be listened on, and the error says why', async (host, message) => {
  const outcome = new HttpEndpoints().open(host, 8080, '/health', saying('OK'));
  await expect(outcome).rejects.toThrow(ListenError);
  await expect(outcome).rejects.toThrow(message);
});

test('a request under way does not keep an address open', async () => {
  let ask: () => void = () => {};
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const route = await new HttpEndpoints().open('127.0.0.1', 0, '/never', () => ask());
  const answer = fetched(route.port, '/never');
  await asked;
  await route.close();
  expect(await answer).toBe('ECONNRESET');
});

describe('with a certificate', () => {
  test('an address speaks HTTPS, and another configuration may listen on the same port', async () => {
    const endpoints = new HttpEndpoints();
    const tls = { cert: CERTIFICATE, key: KEY };
    const port = await freePort();
    const first = await endpoints.open('127.0.0.1', port, '/metrics', saying('first'), tls);
    opened.push(first);
    expect(await fetchedByTls(port)).toBe('200 first');
    const second = await endpoints.open('127.0.0.1', port, '/metrics', saying('second'), tls);
    opened.push(second);
    await first.close();
    expect(await fetchedByTls(port)).toBe('200 second');
    expect(await fetched(port, '/metrics')).toBe('ECONNRESET');
  });

  async function fetchedByTls(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = {
        host: '127.0.0.1',
        port,
        path: '/metrics',
        agent: false,
        ca: CERTIFICATE,
        servername: 'dns.test',
      };
      getTls(options, (response) => {
        void readAll(response).then((body) => resolve(`${response.statusCode} ${body}`));
      }).on('error', reject);
    });
  }

  test('that is none, an address is refused', async () => {
    const tls = { cert: 'nonsense', key: KEY };
    await expect(new HttpEndpoints().open('127.0.0.1', 0, '/metrics', saying(''), tls)).rejects.toThrow(/PEM/i);
  });
});

test('an address that is to be exclusive is refused where another process would share it', async () => {
  const first = await new HttpEndpoints().open('127.0.0.1', 0, '/health', saying('OK'));
  const second = new HttpEndpoints({ exclusive: true }).open('127.0.0.1', first.port, '/health', saying('OK'));
  await expect(second).rejects.toThrow('another program listens there already');
  await first.close();
});
