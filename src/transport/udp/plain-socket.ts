import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { plainAddress } from '../endpoint.ts';
import type { ListenOptions } from '../listen-options.ts';
import { allocateWireArea, type WireArea } from '../wire-area.ts';
import type { DatagramHandler, UdpSocket } from './datagram-handler.ts';
import { RECEIVE_BUFFER } from './receive-buffer.ts';

const LARGEST_DATAGRAM = 65_535;

/** A socket by node:dgram, which every system has: a call and a callback for each datagram. */
export class PlainSocket implements UdpSocket {
  readonly #socket: Socket;
  readonly #handler: DatagramHandler;
  readonly #input: WireArea = allocateWireArea(LARGEST_DATAGRAM);
  readonly #output: WireArea = allocateWireArea(LARGEST_DATAGRAM);
  #open = true;
  /** Answers that the socket has taken and not yet given to the kernel. */
  #sending = 0;
  #sent: (() => void) | undefined;

  private constructor(socket: Socket, handler: DatagramHandler) {
    this.#socket = socket;
    this.#handler = handler;
    socket.on('message', (octets, remote) => this.#receive(octets, remote));
  }

  /** Rejects with the error of the system's call. */
  static async open(options: ListenOptions, handler: DatagramHandler): Promise<PlainSocket> {
    return new PlainSocket(await bind(options, options.address?.includes(':') === false ? 'udp4' : 'udp6'), handler);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  pause(): void {
    this.#socket.removeAllListeners('message');
  }

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
    const began = performance.now();
    const address = plainAddress(remote.address);
    this.#input.bytes.set(octets);
    const { length } = octets;
    const recalled = this.#handler.recall(
      this.#input,
      0,
      length,
      address.includes(':'),
      this.#output,
      0,
      LARGEST_DATAGRAM,
      began,
    );
    if (recalled > 0) {
      this.#send(this.#output.bytes.slice(0, recalled), remote);
      this.#handler.recalled(performance.now() - began);
    } else {
      this.#handler.answer(octets, { address, port: remote.port }, began, (answer) => {
        if (answer instanceof Uint8Array) this.#send(answer, remote);
      });
    }
  }

  #send(answer: Uint8Array, remote: RemoteInfo): void {
    if (!this.#open) return;
    this.#sending++;
    // A client that went away makes the send fail; there is nobody left to tell.
    this.#socket.send(answer, remote.port, remote.address, () => {
      this.#sending--;
      if (this.#sending === 0) this.#sent?.();
    });
  }
}

async function bind(options: ListenOptions, type: 'udp4' | 'udp6'): Promise<Socket> {
  const socket = createSocket({
    type,
    reusePort: !options.exclusive && options.port !== 0,
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
