import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { type Endpoint, plainAddress } from './endpoint.ts';
import { ListenError } from './listen-error.ts';

/** Handles one datagram; `answer` sends octets back to where it came from, and may be called once, later, or not at all. */
export type DatagramHandler = (octets: Uint8Array, client: Endpoint, answer: (octets: Uint8Array) => void) => void;

export interface ListenOptions {
  /** Undefined for all addresses, IPv4 and IPv6. */
  readonly address: string | undefined;
  /** 0 for any free one. */
  readonly port: number;
  /** Refuse an address on which another process listens, even if that one would share it. */
  readonly exclusive: boolean;
}

/** Asks the kernel for 4 MiB: about 20,000 queries that wait while the process is busy. The kernel caps it at net.core.rmem_max. */
const RECEIVE_BUFFER = 4 << 20;

/** A socket that answers datagrams, by node:dgram. */
export class UdpSocket {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Rejects with a ListenError. */
  static async open(options: ListenOptions, handler: DatagramHandler): Promise<UdpSocket> {
    try {
      return new UdpSocket(await bind(options, handler, options.address?.includes(':') === false ? 'udp4' : 'udp6'));
    } catch (error) {
      // A machine without IPv6 has no dual-stack socket: all addresses are then all IPv4 addresses.
      if (options.address === undefined && error instanceof Error && 'code' in error && error.code === 'EAFNOSUPPORT') {
        return new UdpSocket(await bind(options, handler, 'udp4'));
      }
      throw new ListenError('udp', options.address, options.port, error);
    }
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

async function bind(options: ListenOptions, handler: DatagramHandler, type: 'udp4' | 'udp6'): Promise<Socket> {
  const socket = createSocket({ type, reusePort: !options.exclusive && options.port !== 0 });
  let open = true;
  socket.on('close', () => (open = false));
  socket.on('message', (octets, remote) => {
    handler(octets, clientOf(remote), (answer) => {
      // A client that went away makes the send fail; there is nobody left to tell.
      if (open) socket.send(answer, remote.port, remote.address, ignore);
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  socket.bind({ port: options.port, ...(options.address === undefined ? {} : { address: options.address }) }, resolve);
  try {
    await promise;
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.off('error', reject);
  // ICMP errors of earlier answers come back as errors of the socket: they concern one client, never the listener.
  socket.on('error', ignore);
  growReceiveBuffer(socket);
  return socket;
}

function clientOf(remote: RemoteInfo): Endpoint {
  return { address: plainAddress(remote.address), port: remote.port };
}

function growReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // The kernel's default serves as well, only with less room for bursts.
  }
}

function ignore(): void {}
