import type { Endpoint } from '../transport/endpoint.ts';
import { endpointText } from '../transport/endpoint.ts';
import { HttpsListener } from '../transport/https/https-listener.ts';
import { TcpListener } from '../transport/tcp-listener.ts';
import type { DatagramLosses, UdpSocket } from '../transport/udp/datagram-handler.ts';
import type { UdpSockets } from '../transport/udp/udp-sockets.ts';
import type { Logger } from '../log/logger.ts';
import { PATH } from './memo/question-key.ts';
import { Mouths } from './mouth/mouths.ts';
import type { Service } from './service.ts';
import { SETTLE_TIMEOUT } from './settle-timeout.ts';

/**
 * A transport that server block keys can ask for and that is served. Without certificates `tls` is DNS over TCP and `https` is HTTP, as in
 * CoreDNS.
 */
export type ListenerTransport = 'dns' | 'tls' | 'https';

/** What a listener listens on; two specifications with one `listenerKey` are one listener. */
export interface ListenerAddress {
  readonly transport: ListenerTransport;
  /** Undefined for all addresses. */
  readonly address: string | undefined;
  readonly port: number;
}

/** `dns://:53`, `tls://127.0.0.1:853`: the label in metrics and logs. */
export function listenerLabel(listener: ListenerAddress): string {
  return `${listener.transport}://${endpointText(listener.address, listener.port)}`;
}

/** What listeners share. */
export interface ListenerOptions {
  /** Refuse ports on which another process listens, even one that would share them. */
  readonly exclusive: boolean;
  readonly udp: UdpSockets;
  readonly losses: DatagramLosses;
  readonly logger: Logger;
  /** Of Generations. */
  readonly counters: Int32Array;
  /** A thread of the listener was started again. */
  readonly threadRestarted: () => void;
}

/** The sockets of one address. They stay open across reloads: only the service behind them changes. */
export class Listener {
  readonly where: ListenerAddress;
  #service: Service;
  #udp: UdpSocket | undefined;
  /** Undefined where there can be one socket only. */
  #mouths: Mouths | undefined;
  #tcp: TcpListener | HttpsListener | undefined;

  private constructor(where: ListenerAddress, service: Service) {
    this.where = where;
    this.#service = service;
  }

  /** Rejects with a ListenError; nothing stays open then. */
  static async open(where: ListenerAddress, service: Service, options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(where, service);
    try {
      await listener.#listen(options);
    } catch (error) {
      await listener.close();
      throw error;
    }
    return listener;
  }

  /** The port listened on: the given one, or the one that the system chose for 0. */
  get port(): number {
    return this.#tcp?.port ?? this.where.port;
  }

  get service(): Service {
    return this.#service;
  }

  /** Every message from now on goes to `service`. Resolves when no thread remembers anything else; rejects with a ListenError if one could not be opened. */
  async replaceService(service: Service): Promise<void> {
    this.#service = service;
    await this.#mouths?.serve(service);
  }

  /** Takes nothing new, waits for the answers in the works, and closes; after 5 s it waits no longer. */
  async close(): Promise<void> {
    this.#udp?.pause();
    await this.#mouths?.pause();
    await Promise.all([this.#service.settle(SETTLE_TIMEOUT), this.#tcp?.close()]);
    await Promise.all([this.#udp?.close(), this.#mouths?.close()]);
  }

  async #listen(options: ListenerOptions): Promise<void> {
    const { exclusive, udp, losses } = options;
    const { address, transport } = this.where;
    this.#tcp =
      transport === 'https'
        ? await this.#listenForRequests(exclusive)
        : await this.#listenForMessages(transport === 'tls' ? 'tls' : 'tcp', exclusive);
    if (transport !== 'dns') return;
    const local: Endpoint = { address: address ?? '::', port: this.port };
    this.#udp = await udp.open(
      { address, port: this.port, exclusive },
      {
        recall: (input, start, length, isIPv6, output, at, room, now) =>
          this.#service.memory?.recall(input, start, length, isIPv6 ? PATH.IPV6 : 0, output, at, room, now) ?? 0,
        recalled: (milliseconds) => this.#service.memory?.settle(milliseconds),
        answer: (octets, client, now, send) => this.#service.answer(octets, client, local, 'udp', now, send),
      },
      losses,
    );
    await this.#openMouths(options);
  }

  async #openMouths({ exclusive, udp, losses, counters, logger, threadRestarted }: ListenerOptions): Promise<void> {
    const libc = await udp.libc();
    if (libc === undefined) {
      if (this.#service.settings.sockets > 1) {
        logger.warning(
          `${listenerLabel(this.where)} has one socket: more need recvmmsg of Linux, and koffi to call it`,
        );
      }
      return;
    }
    this.#mouths = new Mouths({
      listen: { address: this.where.address, port: this.port, exclusive },
      libc,
      counters,
      losses,
      logger,
      label: listenerLabel(this.where),
      restarted: threadRestarted,
    });
    await this.#mouths.serve(this.#service);
  }

  async #listenForMessages(transport: 'tcp' | 'tls', exclusive: boolean): Promise<TcpListener> {
    const { address, port } = this.where;
    return TcpListener.open(
      { address, port, exclusive },
      () => {
        const { limits, tls } = this.#service.settings;
        return { limits, tls: transport === 'tls' ? tls?.() : undefined };
      },
      (octets, client, local, answer) =>
        this.#service.answer(octets, client, local, transport, this.#service.now(), answer),
    );
  }

  async #listenForRequests(exclusive: boolean): Promise<HttpsListener> {
    const { address, port } = this.where;
    return HttpsListener.open(
      { address, port, exclusive },
      () => {
        const { https, tls } = this.#service.settings;
        return { limits: https, tls: tls?.() };
      },
      (octets, client, local, answer) => this.#service.answerRequest(octets, client, local, answer),
      (status) => this.#service.countResponse(status),
    );
  }
}
