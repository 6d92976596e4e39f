import { ListenError } from '../listen-error.ts';
import type { ListenOptions } from '../listen-options.ts';
import { BatchedSocket } from './batched-socket.ts';
import type { DatagramHandler, DatagramLosses, UdpSocket } from './datagram-handler.ts';
import { EventLoop } from './event-loop.ts';
import { lacksIPv6 } from './lacks-ipv6.ts';
import { type Libc, loadLibc } from '../libc.ts';
import { PlainSocket } from './plain-socket.ts';

/** How datagrams are moved: by the batch through libc, or one by one with node:dgram. */
export type DatagramMethod = 'batched' | 'plain';

/** Opens sockets that answer datagrams: batched ones where this machine has what they need. */
export class UdpSockets {
  readonly #method: DatagramMethod;
  #libc: Promise<Libc | undefined> | undefined;

  constructor(method: DatagramMethod = 'batched') {
    this.#method = method;
  }

  /** Undefined where datagrams are moved one by one. */
  async libc(): Promise<Libc | undefined> {
    return this.#method === 'plain' ? undefined : await (this.#libc ??= loadLibc());
  }

  /** Rejects with a ListenError. */
  async open(options: ListenOptions, handler: DatagramHandler, losses: DatagramLosses): Promise<UdpSocket> {
    const libc = await this.libc();
    try {
      return await this.#bind(libc, options, handler, losses);
    } catch (error) {
      if (lacksIPv6(options, error)) return await this.#bind(libc, { ...options, address: '0.0.0.0' }, handler, losses);
      throw new ListenError('udp', options.address, options.port, error);
    }
  }

  async #bind(
    libc: Libc | undefined,
    options: ListenOptions,
    handler: DatagramHandler,
    losses: DatagramLosses,
  ): Promise<UdpSocket> {
    if (libc === undefined) return await PlainSocket.open(options, handler);
    return new BatchedSocket({ ...options, libc, waits: new EventLoop(libc), losses }, handler);
  }
}
