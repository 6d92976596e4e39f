import type * as httpTypes from 'node:http';
import { secureHttp } from './secure-http.ts';
import { isJsonObject, type JsonObject } from './json.ts';
import { TransportError } from './transport-error.ts';

// As an import node:http would evaluate all its exports, among them a WebSocket client that takes 14 MB.
const http: typeof httpTypes = process.getBuiltinModule('node:http');

// A discovery document has some 5 kB, a token response some 3 kB, groups in tokens may add as much again.
const MAXIMUM_BODY = 1024 * 1024;
const SILENCE_MILLISECONDS = 20_000;

export interface ProviderRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent with POST as `application/x-www-form-urlencoded`; undefined: GET. */
  readonly form: URLSearchParams | undefined;
  /** Authorities to trust in place of the system's. */
  readonly ca: Buffer | undefined;
}

export interface ProviderResponse {
  readonly status: number;
  /** Undefined when the body is no JSON object. */
  readonly body: JsonObject | undefined;
}

/** One request to an identity provider, on a connection of its own. Throws TransportError for no answer. */
export async function askProvider(request: ProviderRequest): Promise<ProviderResponse> {
  const { url, headers, form, ca } = request;
  const { promise, resolve, reject } = Promise.withResolvers<ProviderResponse>();
  const outgoing = (url.protocol === 'https:' ? secureHttp() : http).request(url, {
    method: form === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    agent: false,
    timeout: SILENCE_MILLISECONDS,
    ...(ca === undefined ? {} : { ca }),
  });
  outgoing.on('timeout', () =>
    outgoing.destroy(new TransportError(`no byte from ${url.host}: i/o timeout`, 'ETIMEDOUT')),
  );
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAXIMUM_BODY) response.destroy(new Error(`an answer of more than ${MAXIMUM_BODY} bytes`));
      else chunks.push(chunk);
    });
    response.on('error', reject);
    response.on('end', () => {
      resolve({ status: response.statusCode ?? 0, body: parseObject(Buffer.concat(chunks).toString('utf8')) });
    });
  });
  outgoing.end(form?.toString());
  try {
    return await promise;
  } catch (error) {
    throw TransportError.from(error, `${url.origin}${url.pathname}`);
  }
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
