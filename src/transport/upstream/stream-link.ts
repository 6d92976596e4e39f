import { HEADER_LENGTH } from '../../dns/message.ts';
import { endpointText } from '../endpoint.ts';
import type { Link, LinkEvents } from './connection.ts';
import { dial, DIAL_TIMEOUT, type DialTarget } from './dial.ts';
import { ConnectionClosed, explain } from './failure.ts';

/** Each message is preceded by its length in 16 bits (RFC 1035 §4.2.2). */
const PREFIX = 2;

/** Remembers the last TLS session with an upstream, so that the next handshake is shorter. */
export interface SessionMemory {
  session: Buffer | undefined;
}

/** A TCP connection to the upstream, inside TLS if the target says so. */
export function openStreamLink(target: DialTarget, memory: SessionMemory, events: LinkEvents): Link {
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const remote = endpointText(target.address, target.port);
  const socket = dial(target, memory.session === undefined ? {} : { session: memory.session });
  const splitter = new MessageSplitter(events.received);
  let reached = false;
  let connected = false;
  let closed = false;
  let path = `tcp ${remote}`;
  const timer = setTimeout(() => {
    reject(new Error(`dial tcp ${remote}: i/o timeout`));
    socket.destroy();
  }, DIAL_TIMEOUT);
  const established = (): void => {
    clearTimeout(timer);
    connected = true;
    resolve();
  };
  socket.setNoDelay(true);
  socket.once('connect', () => {
    reached = true;
    path = `tcp ${endpointText(socket.localAddress, socket.localPort ?? 0)}->${remote}`;
    if (target.tls === undefined) established();
  });
  socket.once('secureConnect', established);
  socket.on('session', (session: Buffer) => {
    memory.session = session;
  });
  socket.on('data', (chunk: Buffer) => splitter.push(chunk));
  socket.on('error', (error) => {
    if (closed) return;
    if (connected) events.ended(new ConnectionClosed(`read ${path}: read: ${explain(error)}`));
    else reject(new Error(reached ? tlsFailure(error) : `dial tcp ${remote}: connect: ${explain(error)}`));
  });
  socket.once('end', () => connected && !closed && events.ended(new ConnectionClosed('EOF')));
  socket.once('close', () => {
    clearTimeout(timer);
    if (closed) return;
    if (connected) events.ended(new ConnectionClosed('EOF'));
    else reject(new Error('EOF'));
  });
  return {
    ready,
    path: () => path,
    send(message, id) {
      const frame = Buffer.allocUnsafe(PREFIX + message.length);
      frame.writeUInt16BE(message.length, 0);
      frame.set(message, PREFIX);
      frame.writeUInt16BE(id, PREFIX);
      // What one turn of the event loop sends leaves in one piece.
      if (!socket.writableCorked) {
        socket.cork();
        process.nextTick(() => socket.uncork());
      }
      socket.write(frame);
    },
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      socket.destroy();
      reject(new Error(`dial tcp ${remote}: operation was canceled`));
    },
  };
}

/** Certificates that are not accepted have OpenSSL's verification codes or Node.js's own. */
const VERIFICATION_CODE = /^(?!ERR_SSL).*(CERT|SIGNATURE|ISSUER|CRL)/;

/** Why a connection that TCP had established did not become a TLS one. */
export function tlsFailure(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  // What Node.js adds after a semicolon is advice about its own flags.
  const [why] = error.message.split(';');
  return VERIFICATION_CODE.test(code) ? `tls: failed to verify certificate: ${why}` : `tls: ${why}`;
}

/** Cuts a stream of octets into messages. */
class MessageSplitter {
  readonly #received: (message: Buffer) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(received: (message: Buffer) => void) {
    this.#received = received;
  }

  push(chunk: Buffer): void {
    let octets = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (octets.length >= PREFIX) {
      const end = PREFIX + octets.readUInt16BE(0);
      if (octets.length < end) break;
      if (end >= PREFIX + HEADER_LENGTH) this.#received(octets.subarray(PREFIX, end));
      octets = octets.subarray(end);
    }
    this.#rest = octets;
  }
}
