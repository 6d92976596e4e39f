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
  readonly #handler: DatagramHandler;
  #open = true;
  /** Answers that the socket has taken and not yet given to the kernel. */
  #sending = 0;
  #sent: (() => void) | undefined;

  private constructor(socket: Socket, handler: DatagramHandler) {
    this.#socket = socket;
    this.#handler = handler;
    socket.on('message', (octets, remote) => this.#receive(octets, remote));
  }

  /** Rejects with a ListenError. */
  static async open(options: ListenOptions, handler: DatagramHandler): Promise<UdpSocket> {
    try {
      return new UdpSocket(await bind(options, options.address?.includes(':') === false ? 'udp4' : 'udp6'), handler);
    } catch (error) {
      // A machine without IPv6 has no dual-stack socket: all addresses are then all IPv4 addresses.
      if (options.address === undefined && error instanceof Error && 'code' in error && error.code === 'EAFNOSUPPORT') {
        return new UdpSocket(await bind(options, 'udp4'), handler);
      }
      throw new ListenError('udp', options.address, options.port, error);
    }
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Takes no more datagrams; answers to earlier ones can still be sent. */
  pause(): void {
    this.#socket.removeAllListeners('message');
  }

  /** Closes when the answers that were given have left. */
  async close(): Promise<void> {
    this.pause();
    this.#open = false;
    if (this.#sending > 0) {
      await new Promise<void>((resolve) => {
        this.#sent = resolve;
      });
    }
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #receive(octets: Buffer, remote: RemoteInfo): void {
    const client: Endpoint = { address: plainAddress(remote.address), port: remote.port };
    this.#handler(octets, client, (answer) => {
      if (!this.#open) return;
      this.#sending++;
      // A client that went away makes the send fail; there is nobody left to tell.
      this.#socket.send(answer, remote.port, remote.address, () => {
        this.#sending--;
        if (this.#sending === 0) this.#sent?.();
      });
    });
  }
}

async function bind(options: ListenOptions, type: 'udp4' | 'udp6'): Promise<Socket> {
  const socket = createSocket({ type, reusePort: !options.exclusive && options.port !== 0 });
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
  socket.on('error', () => {});
  growReceiveBuffer(socket);
  return socket;
}

function growReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // The kernel's default serves as well, only with less room for bursts.
  }
}
