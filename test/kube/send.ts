import { type Agent, request as httpsRequest } from 'node:https';

export interface Sending {
  readonly method?: string;
  readonly token: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly agent?: Agent;
}

export interface Sent {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** An API server that is there answers in milliseconds; creating a CRD on a busy machine takes a second. */
const TIMEOUT_MS = 20_000;

/** One request by https; the server's certificate is not looked at. Rejects when there is no answer. */
export async function send(url: string, { method = 'GET', token, headers = {}, body, agent }: Sending): Promise<Sent> {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  const text = body === undefined ? '' : JSON.stringify(body);
  const request = httpsRequest(
    url,
    {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
        // Not said for DELETE otherwise: the body would be taken for the next request.
        'Content-Length': Buffer.byteLength(text),
      },
      agent: agent ?? false,
      rejectUnauthorized: false,
      timeout: TIMEOUT_MS,
    },
    (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          contentType: response.headers['content-type'] ?? '',
          text: Buffer.concat(parts).toString(),
        }),
      );
    },
  );
  request.on('error', reject);
  request.on('timeout', () => request.destroy(new Error(`${method} ${url}: no answer in ${TIMEOUT_MS} ms`)));
  request.end(text);
  return await promise;
}
