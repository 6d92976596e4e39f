import { randomInt } from 'node:crypto';
import { Connection } from '../../transport/upstream/connection.ts';
import { openDatagramLink } from '../../transport/upstream/datagram-link.ts';

/** The loopback addresses stand for listeners on all addresses. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Sends `query` by UDP to a listener of this server; resolves when an answer came. Rejects after `timeout` milliseconds and when aborted. */
export async function ask(
  query: Uint8Array,
  listener: { readonly address: string | undefined; readonly port: number },
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const given = listener.address ?? '127.0.0.1';
  const target = { address: LOOPBACK[given] ?? given, port: listener.port, sourceAddress: undefined, tls: undefined };
  const connection = new Connection(
    (events) => openDatagramLink(target, events),
    () => randomInt(65_536),
    () => performance.now(),
    () => {},
  );
  const abort = (): void => connection.close();
  signal.addEventListener('abort', abort);
  try {
    await connection.exchange(query, timeout);
  } finally {
    signal.removeEventListener('abort', abort);
    connection.close();
  }
}
