import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryVector, ReplyVector, TcpIdleStep, TcpManyStep } from '../case.ts';
import { encodeQuery, readReply } from '../wire.ts';
import { DEFAULT_TIMEOUT_MS, type Surroundings, portOf } from './ask.ts';
import { MessageStream } from './message-stream.ts';

/**
 * Asks several questions over one TCP connection; the replies stand in the order of the questions. The questions that
 * have no reply are asked when the others have theirs: a server that closes the connection with questions unread makes
 * the kernel throw away what has not been read on this side.
 */
export async function askMany(step: TcpManyStep, surroundings: Surroundings): Promise<(ReplyVector | null)[]> {
  using stream = await openTcp(step.port, surroundings);
  const replies = new Map<number, ReplyVector>();
  if (stream === undefined) return step.tcp_many.map(() => null);
  const answered = step.replies.findLastIndex((reply) => reply !== null) + 1;
  for (const [i, query] of step.tcp_many.entries()) {
    if (step.gap_ms !== undefined || i === answered) await collect(stream, replies, i);
    if (step.gap_ms !== undefined && i > 0) await sleep(step.gap_ms);
    await send(stream, encodeQuery(query, i + 1), step.split === true);
  }
  await collect(stream, replies, step.tcp_many.length);
  return step.tcp_many.map((query, i) => replies.get(query.id ?? i + 1) ?? null);
}

/**
 * Milliseconds until the server closes a connection that was left alone after the question, if there is one; undefined
 * when it stays open for `max_ms`.
 */
export async function idleUntilClosed(step: TcpIdleStep, surroundings: Surroundings): Promise<number | undefined> {
  const { query, max_ms: maximum, port } = step.tcp_idle;
  using stream = await openTcp(port ?? query?.port, surroundings);
  if (stream === undefined) return 0;
  if (query !== undefined) await askOver(stream, query);
  const start = performance.now();
  const abort = new AbortController();
  const open = sleep(maximum, true, { signal: abort.signal }).catch(() => true);
  const closed = stream.closed.then(() => false);
  const stayed = await Promise.race([open, closed]);
  abort.abort();
  return stayed ? undefined : performance.now() - start;
}

async function openTcp(port: string | undefined, surroundings: Surroundings): Promise<MessageStream | undefined> {
  return await MessageStream.open({ to: '127.0.0.1', port: portOf(port, surroundings) }, DEFAULT_TIMEOUT_MS);
}

async function askOver(stream: MessageStream, query: QueryVector): Promise<void> {
  stream.send(encodeQuery(query, 1));
  await stream.next(Date.now() + (query.timeout_ms ?? DEFAULT_TIMEOUT_MS));
}

async function send(stream: MessageStream, message: Uint8Array, split: boolean): Promise<void> {
  if (split) await stream.sendSplit(message);
  else stream.send(message);
}

/** Reads replies until there are `count` of them, the connection ends or nothing comes for long. */
async function collect(stream: MessageStream, replies: Map<number, ReplyVector>, count: number): Promise<void> {
  while (replies.size < count) {
    const message = await stream.next(Date.now() + DEFAULT_TIMEOUT_MS);
    if (message === undefined) return;
    const reply = readReply(message);
    replies.set(reply.id ?? 0, reply);
  }
}
