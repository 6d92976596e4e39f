import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { QueryVector, RawStep, ReplyVector } from '../case.ts';
import { encodeQuery, readReply } from '../wire.ts';
import { type HttpResponse, fetchHttp2 } from './http.ts';
import { type Endpoint, MessageStream, type TlsIdentity } from './message-stream.ts';
import { readTransfer } from './transfer.ts';
import { type SignedMessage, signQuery, verifyReplies } from './tsig.ts';
import { exchangeUdp } from './udp.ts';

/** What came back; null when nothing did. `clientPort` is the port that the question left from. */
export interface Asked {
  readonly reply: ReplyVector | null;
  readonly clientPort: number;
}

/** Where the files of `client_cert` are and which port is asked when the query names none. */
export interface Surroundings {
  readonly directory: string;
  readonly port: number;
}

/** Time for an answer where the query gives none. */
export const DEFAULT_TIMEOUT_MS = 2_000;

/** Asks one question over the transport that it names. Placeholders are filled in already. */
export async function ask(query: QueryVector, surroundings: Surroundings): Promise<Asked> {
  const timeoutMs = query.timeout_ms ?? DEFAULT_TIMEOUT_MS;
  const endpoint = endpointOf(query, surroundings);
  const packet = encodeQuery(query, randomId());
  const signed = query.tsig && signQuery(packet, query.tsig, Math.floor(Date.now() / 1000));
  const message = signed?.message ?? packet;
  switch (query.transport ?? 'udp') {
    case 'udp': {
      const { reply, localPort } = await exchangeUdp(endpoint, message, timeoutMs);
      return { reply: replyOf(query, reply === undefined ? [] : [reply], signed), clientPort: localPort };
    }
    case 'tcp':
      return await askStream(query, endpoint, message, signed, undefined);
    case 'dot':
      return await askStream(query, endpoint, message, signed, await identityOf(query, surroundings));
    default:
      return { reply: await askHttps(query, endpoint, message, await identityOf(query, surroundings)), clientPort: 0 };
  }
}

/** Sends the octets of a `raw` step as they are. */
export async function askRaw(step: RawStep, surroundings: Surroundings): Promise<Asked> {
  const { transport = 'udp', timeout_ms: timeoutMs = DEFAULT_TIMEOUT_MS } = step;
  const packet = Buffer.from(step.raw, 'hex');
  const endpoint = { to: '127.0.0.1', port: portOf(step.port, surroundings) };
  if (transport === 'udp') {
    const { reply, localPort } = await exchangeUdp(endpoint, packet, timeoutMs);
    return { reply: reply === undefined ? null : readReply(reply), clientPort: localPort };
  }
  using stream = await MessageStream.open(endpoint, timeoutMs);
  stream?.send(packet);
  const reply = await stream?.next(Date.now() + timeoutMs);
  return { reply: reply === undefined ? null : readReply(reply), clientPort: stream?.localPort ?? 0 };
}

export function endpointOf(query: QueryVector, surroundings: Surroundings): Endpoint {
  return { to: query.to ?? '127.0.0.1', port: portOf(query.port, surroundings), from: query.from };
}

export function portOf(port: string | undefined, surroundings: Surroundings): number {
  return port === undefined ? surroundings.port : Number(port);
}

async function askStream(
  query: QueryVector,
  endpoint: Endpoint,
  message: Uint8Array,
  signed: SignedMessage | undefined,
  tls: TlsIdentity | undefined,
): Promise<Asked> {
  const timeoutMs = query.timeout_ms ?? DEFAULT_TIMEOUT_MS;
  using stream = await MessageStream.open(endpoint, timeoutMs, tls);
  if (stream === undefined) return { reply: null, clientPort: 0 };
  stream.send(message);
  const deadline = Date.now() + timeoutMs;
  if (query.type !== 'AXFR' && query.type !== 'IXFR') {
    const reply = await stream.next(deadline);
    return { reply: replyOf(query, reply === undefined ? [] : [reply], signed), clientPort: stream.localPort };
  }
  const { messages, incomplete } = await readTransfer(query, () => stream.next(deadline));
  const reply = replyOf(query, messages, signed);
  return { reply: incomplete && reply !== null ? { ...reply, incomplete } : reply, clientPort: stream.localPort };
}

/** The reply that messages make: of a transfer, the first one's header and the records of all. */
function replyOf(
  query: QueryVector,
  messages: readonly Buffer[],
  signed: SignedMessage | undefined,
): ReplyVector | null {
  const parts = messages.map(readReply);
  const first = parts[0];
  if (first === undefined) return null;
  const tsig = signed && query.tsig && verifyReplies(messages, query.tsig, signed.mac);
  return {
    ...first,
    answer: parts.flatMap(({ answer = [] }) => answer),
    authority: parts.flatMap(({ authority = [] }) => authority),
    additional: parts.flatMap(({ additional = [] }) => additional),
    ...(tsig && { tsig }),
  };
}

async function askHttps(
  query: QueryVector,
  { to, port }: Endpoint,
  message: Uint8Array,
  identity: TlsIdentity,
): Promise<ReplyVector | null> {
  const url = `https://${isIPv6(to) ? `[${to}]` : to}:${port}${query.path ?? '/dns-query'}`;
  const type = 'application/dns-message';
  const request =
    query.transport === 'doh'
      ? { url, method: 'POST', headers: { accept: type, 'content-type': type }, body: message }
      : { url: `${url}?dns=${Buffer.from(message).toString('base64url')}`, method: 'GET', headers: { accept: type } };
  const response = await fetchHttp2(request, query.timeout_ms ?? DEFAULT_TIMEOUT_MS, identity);
  if (response === undefined) return null;
  const http = httpPart(response);
  return response.status === 200 ? { ...readReply(response.body), http } : { http };
}

function httpPart({ status, headers }: HttpResponse): Record<string, string | number> {
  const part: Record<string, string | number> = { status };
  for (const name of ['content-type', 'cache-control']) {
    const value = headers[name];
    if (value !== undefined) part[name] = value;
  }
  return part;
}

async function identityOf(query: QueryVector, { directory }: Surroundings): Promise<TlsIdentity> {
  const [certificate, key] = await Promise.all(
    (query.client_cert ?? []).map((file) => readFile(join(directory, file), 'utf8')),
  );
  return { serverName: query.sni, certificate, key };
}

function randomId(): number {
  return Math.floor(Math.random() * 0x10000);
}
