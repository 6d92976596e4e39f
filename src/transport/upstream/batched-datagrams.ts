// The globals of these names are getters.
import { Buffer } from 'node:buffer';
import { isIPv6 } from 'node:net';
import { performance } from 'node:perf_hooks';
import { getSystemErrorName } from 'node:util';
import { HEADER_LENGTH } from '../../dns/message.ts';
import { endpointText } from '../endpoint.ts';
import { type Libc, LINUX } from '../libc.ts';
import type { SocketWaits } from '../udp/event-loop.ts';
import { MessageArea } from '../udp/message-area.ts';
import { readSocketAddress, SOCKET_ADDRESS_LENGTH, toSocketAddress } from '../udp/socket-address.ts';
import type { Link, LinkEvents } from './connection.ts';
import { openDatagramLink } from './datagram-link.ts';
import type { DialTarget } from './dial.ts';
import { explainCode } from './failure.ts';

/** A turn of the event loop brings rarely more at a time. Queries are short; replies have up to 4096 octets with the EDNS sizes that are in use. */
const BATCH = 64;
const QUERY_SIZE = 512;
const REPLY_SIZE = 4096;
/** Batches that are read before other sockets have their turn. */
const BATCHES_IN_A_ROW = 4;

/**
 * UDP sockets to upstreams that send what one turn of the event loop asks by one system call, and take what has come by one. They share their room, since a
 * batch is worked off at once.
 */
export class BatchedDatagrams {
  readonly #libc: Libc;
  readonly #waits: SocketWaits;
  readonly #replies: MessageArea;
  readonly #queries: MessageArea;
  /** Whose queries are in the area, and how many there are. */
  #sender: BatchedLink | undefined;
  #unsent = 0;
  #flushing: NodeJS.Immediate | undefined;

  constructor(libc: Libc, waits: SocketWaits) {
    this.#libc = libc;
    this.#waits = waits;
    this.#replies = new MessageArea(libc, BATCH, REPLY_SIZE);
    this.#queries = new MessageArea(libc, BATCH, QUERY_SIZE);
  }

  /** As `openDatagramLink`, and by it where the address has a zone. */
  openLink(target: DialTarget, events: LinkEvents): Link {
    if (target.address.includes('%') || target.sourceAddress?.includes('%') === true)
      return openDatagramLink(target, events);
    const remote = endpointText(target.address, target.port);
    const descriptor = this.#open(target);
    if (typeof descriptor === 'string') return failedLink(new Error(`dial udp ${remote}: connect: ${descriptor}`));
    const path = `udp ${localEnd(this.#libc, descriptor)}->${remote}`;
    const link = new BatchedLink(this, descriptor, path, events);
    try {
      this.#waits.add(descriptor, () => this.#receive(link));
    } catch (error) {
      this.#libc.close(descriptor);
      return failedLink(error);
    }
    return link;
  }

  /** For links that are closed. */
  close(link: BatchedLink): void {
    this.#waits.remove(link.descriptor);
    this.#libc.close(link.descriptor);
  }

  /** For links: adds a query to those that leave together. */
  send(link: BatchedLink, message: Uint8Array, id: number): void {
    if (this.#sender !== link || this.#unsent === BATCH) this.flush();
    this.#sender = link;
    put(this.#queries, this.#unsent++, message, id);
    this.#flushing ??= setImmediate(() => this.flush());
  }

  /** For links: sends a query that is too long for the common area. */
  sendAlone(link: BatchedLink, message: Uint8Array, id: number): void {
    const area = new MessageArea(this.#libc, 1, message.length);
    put(area, 0, message, id);
    this.#sendAll(link, area, 1);
  }

  /** Sends what is waiting. */
  flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const link = this.#sender;
    const count = this.#unsent;
    this.#sender = undefined;
    this.#unsent = 0;
    if (link !== undefined) this.#sendAll(link, this.#queries, count);
  }

  /** Takes the datagrams that have come. */
  #receive(link: BatchedLink): void {
    for (let batch = 0; batch < BATCHES_IN_A_ROW && !link.closed; batch++) {
      const count = this.#libc.recvmmsg(link.descriptor, this.#replies.headers, BATCH, LINUX.MSG_DONTWAIT, null);
      if (count < 0) this.#failed(link);
      // Copied before any is worked on: that may receive for another link into the same area.
      const now = performance.now();
      const messages: Buffer[] = [];
      for (let i = 0; i < count; i++) messages.push(this.#replies.copyOf(i));
      for (const message of messages) link.take(message, now);
      if (count < BATCH) return;
    }
  }

  /** What the kernel has no room for is lost, as it would be on the way. */
  #sendAll(link: BatchedLink, area: MessageArea, count: number): void {
    for (let sent = 0; sent < count && !link.closed;) {
      const now = this.#libc.sendmmsg(link.descriptor, area.headersFrom(sent), count - sent, LINUX.MSG_DONTWAIT);
      if (now > 0) {
        sent += now;
      } else {
        this.#failed(link);
        return;
      }
    }
  }

  #failed(link: BatchedLink): void {
    const code = this.#errorCode();
    if (code !== 'EAGAIN' && code !== 'EINTR' && code !== 'ENOBUFS') link.fail(explainCode(code));
  }

  /** The descriptor of a connected socket, or why there is none. */
  #open(target: DialTarget): number | string {
    const { socket, bind, connect, close } = this.#libc;
    const family = isIPv6(target.address) ? LINUX.AF_INET6 : LINUX.AF_INET;
    const descriptor = socket(family, LINUX.SOCK_DGRAM | LINUX.SOCK_NONBLOCK | LINUX.SOCK_CLOEXEC, 0);
    if (descriptor < 0) return explainCode(this.#errorCode());
    const source = target.sourceAddress === undefined ? undefined : toSocketAddress(target.sourceAddress, 0);
    const remote = toSocketAddress(target.address, target.port);
    if (
      (source !== undefined && bind(descriptor, source, source.length) < 0) ||
      connect(descriptor, remote, remote.length) < 0
    ) {
      const why = explainCode(this.#errorCode());
      close(descriptor);
      return why;
    }
    return descriptor;
  }

  #errorCode(): string {
    return getSystemErrorName(-this.#libc.errno());
  }
}

/** A connected socket with a random port: it takes nothing from anybody else, and hears at once when nobody listens there. */
class BatchedLink implements Link {
  readonly ready = undefined;
  readonly descriptor: number;
  readonly #batch: BatchedDatagrams;
  readonly #events: LinkEvents;
  readonly #path: string;
  #closed = false;

  constructor(batch: BatchedDatagrams, descriptor: number, path: string, events: LinkEvents) {
    this.descriptor = descriptor;
    this.#batch = batch;
    this.#path = path;
    this.#events = events;
  }

  get closed(): boolean {
    return this.#closed;
  }

  path(): string {
    return this.#path;
  }

  send(message: Uint8Array, id: number): void {
    if (this.#closed) return;
    if (message.length <= QUERY_SIZE) this.#batch.send(this, message, id);
    else this.#batch.sendAlone(this, message, id);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#batch.close(this);
  }

  /** For the batch: a datagram has come. Without a header there is no id to tell whose reply it is. */
  take(message: Buffer, now: number): void {
    if (!this.#closed && message.length >= HEADER_LENGTH) this.#events.received(message, now);
  }

  /** For the batch. */
  fail(why: string): void {
    if (!this.#closed) this.#events.ended(new Error(`read ${this.#path}: read: ${why}`));
  }
}

/** Makes a copy of the message with this id datagram `i`; it fits. */
function put(area: MessageArea, i: number, message: Uint8Array, id: number): void {
  const { bytes } = area.area;
  const start = area.dataAt(i);
  // Queries are so short that a call would take longer.
  for (let at = 2; at < message.length; at++) bytes[start + at] = message[at] ?? 0;
  bytes[start] = id >>> 8;
  bytes[start + 1] = id;
  area.setLength(i, message.length);
}

function failedLink(reason: unknown): Link {
  return { ready: Promise.reject(reason), path: () => '', send: () => {}, close: () => {} };
}

/** The socket's own address and port, as Go prints them. */
function localEnd(libc: Libc, descriptor: number): string {
  const name = Buffer.alloc(SOCKET_ADDRESS_LENGTH);
  const length = Buffer.alloc(4);
  length.writeInt32LE(name.length);
  if (libc.getsockname(descriptor, name, length) < 0) return '';
  const { address, port } = readSocketAddress(name, 0);
  return endpointText(address, port);
}
