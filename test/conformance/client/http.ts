import { once } from 'node:events';
import { request as requestHttp } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as requestHttps } from 'node:https';
import type { TlsIdentity } from './message-stream.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** One request over a connection of its own, HTTP/1.1; undefined when there is no connection or no answer. */
export async function fetchHttp1(request: HttpRequest, timeoutMs: number): Promise<HttpResponse | undefined> {
  const { url, method, headers, body } = request;
  const start = url.startsWith('https:') ? requestHttps : requestHttp;
  const outgoing = start(url, {
    method,
    headers: { ...headers, ...(body && { 'content-length': String(body.length) }) },
    agent: false,
    rejectUnauthorized: false,
    signal: AbortSignal.timeout(timeoutMs),
  });
  return await new Promise((resolve) => {
    outgoing.on('error', () => resolve(undefined));
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', () => resolve(undefined));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: texts(incoming.headers), body: Buffer.concat(chunks) }),
      );
    });
    outgoing.end(body);
  });
}

/** One request over a connection of its own, HTTP/2; undefined when there is no connection or no answer. */
export async function fetchHttp2(
  request: HttpRequest,
  timeoutMs: number,
  identity: TlsIdentity = {},
): Promise<HttpResponse | undefined> {
  const url = new URL(request.url);
  const session = connectHttp2(url.origin, {
    rejectUnauthorized: false,
    ...(identity.serverName && { servername: identity.serverName }),
    ...(identity.certificate && { cert: identity.certificate }),
    ...(identity.key && { key: identity.key }),
  });
  const failed = new Promise<undefined>((resolve) => session.on('error', () => resolve(undefined)));
  const timer = setTimeout(() => session.destroy(new Error('no answer in time')), timeoutMs);
  try {
    const stream = session.request(
      { ...request.headers, ':path': `${url.pathname}${url.search}`, ':method': request.method },
      { endStream: request.body === undefined },
    );
    const lost = new Promise<undefined>((resolve) => stream.on('error', () => resolve(undefined)));
    const response = once(stream, 'response').then(async ([headers]): Promise<HttpResponse> => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(Buffer.from(chunk));
      const fields = texts(headers);
      return { status: Number(fields[':status']), headers: fields, body: Buffer.concat(chunks) };
    });
    if (request.body !== undefined) stream.end(request.body);
    return await Promise.race([response.catch(() => undefined), lost, failed]);
  } finally {
    clearTimeout(timer);
    session.destroy();
  }
}

function texts(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
