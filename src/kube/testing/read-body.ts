import { Registry } from '../../metrics/registry.ts';
import type { ApiAccess } from '../access.ts';
import { ApiClient } from '../client.ts';

/** A client with metrics of its own. */
export function makeClient(access: ApiAccess, now: () => number = Date.now): ApiClient {
  return new ApiClient({ access, version: '1.2.3', metrics: new Registry(), now });
}

/** The body of one request. */
export async function read(client: ApiClient, signal: AbortSignal = new AbortController().signal): Promise<string> {
  const parts: Uint8Array[] = [];
  const request = { path: '/api/v1/services', query: {}, accept: '*/*', gzip: false, signal, silence: 2000 };
  for await (const chunk of await client.open(request)) parts.push(chunk);
  return Buffer.concat(parts).toString();
}
