// The global of that name is a getter.
import { performance } from 'node:perf_hooks';
import type { ListenOptions } from '../listen-options.ts';
import type { DatagramHandler, DatagramLosses, UdpSocket } from './datagram-handler.ts';
import { type Libc, LINUX } from '../libc.ts';
import { CONTROL_LENGTH, MessageArea } from './message-area.ts';
import type { SocketWaits } from './event-loop.ts';
import { openSocket } from './open-socket.ts';
import { ClientAddresses } from './client-addresses.ts';
import { isIPv6Address, toSocketAddress } from './socket-address.ts';

/** Datagrams in one call: more save little, and make the first wait for the last. */
const BATCH = 64;
/** Batches until others of the event loop have their turn: about half a millisecond. */
const BATCHES_PER_TURN = 4;
/** After no more than so many datagrams there are hardly others already. */
const FEW = 4;
/** Batches that are still taken at the end: as many datagrams as the kernel's buffer holds. */
const LAST_BATCHES = 512;
/** Octets of a question at most: what has more is no question that anybody sends, and is refused as one that was cut. */
const QUESTION_SIZE = 4096;
/** Octets of an answer in a batch: what Ethernet carries in one piece, and names and sizes in even places. Larger ones go alone. */
const ANSWER_SIZE = 2048;
const LARGEST_ANSWER = 65_536;
/** struct cmsghdr: length, level, type; data after it. */
const CONTROL_HEADER = 16;
const PACKET_INFO_IPV4 = CONTROL_HEADER + 12;
const PACKET_INFO_IPV6 = CONTROL_HEADER + 20;

export interface BatchedSocketOptions extends ListenOptions {
  readonly libc: Libc;
  readonly waits: SocketWaits;
  readonly losses: DatagramLosses;
}

/**
 * A socket that takes and gives back datagrams by the batch: recvmmsg until there are none, sendmmsg after each batch. On a socket for all addresses
 * an answer leaves from the address that was asked.
 */
export class BatchedSocket implements UdpSocket {
  readonly port: number;
  readonly #libc: Libc;
  readonly #waits: SocketWaits;
  readonly #losses: DatagramLosses;
  readonly #handler: DatagramHandler;
  readonly #socket: number;
  readonly #address: string | undefined;
  readonly #incoming: MessageArea;
  readonly #outgoing: MessageArea;
  #large: MessageArea | undefined;
  readonly #addresses = new ClientAddresses();
  readonly #control = { at: 0, length: 0 };
  /** Headers of `incoming` that the kernel has written to. */
  #used = BATCH;
  /** Answers of `outgoing` that are ready, and how many of them have left. */
  #ready = 0;
  #left = 0;
  #paused = false;
  #open = true;
  #flushing = false;
  /** Datagrams that the kernel had no room for, as it counts them. */
  #overflows = 0;
  #drained: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  /** The descriptor, for whoever cleans up after a thread that died. */
  get descriptor(): number {
    return this.#socket;
  }

  /** Throws a SystemError. */
  constructor(options: BatchedSocketOptions, handler: DatagramHandler) {
    const { libc, waits } = options;
    this.#libc = libc;
    this.#waits = waits;
    this.#losses = options.losses;
    this.#handler = handler;
    const { socket, port } = openSocket(libc, options);
    this.#socket = socket;
    this.#address = options.address;
    this.port = port;
    this.#incoming = new MessageArea(libc, BATCH, QUESTION_SIZE);
    this.#outgoing = new MessageArea(libc, BATCH, ANSWER_SIZE);
    waits.add(socket, this.#turn);
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#waits.remove(this.#socket);
    this.#leaveToOthers();
    // What the kernel has taken for this socket nobody else will answer.
    for (let i = 0; i < LAST_BATCHES && this.#flush(); i++) {
      const count = this.#receive();
      if (count <= 0) return;
      this.#answer(count);
    }
  }

  close(): Promise<void> {
    // Only once: the number of a closed descriptor may be somebody else's by now.
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.pause();
    this.#open = false;
    if (this.#left < this.#ready) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    this.#libc.close(this.#socket);
  }

  /**
   * Lets the kernel give what comes from now on to other sockets on this address, or refuse it if there are none: one that is connected takes the datagrams of its
   * peer alone, and that is itself. What it has been given already stays. Where it cannot be connected it goes on taking what nobody will answer.
   */
  #leaveToOthers(): void {
    const peer = toSocketAddress(ownAddress(this.#address), this.port);
    this.#libc.connect(this.#socket, peer, peer.length);
  }

  /** A batch that is not full was the last for now: the loop tells of what has come since. */
  readonly #turn = (): void => {
    for (let i = 0; i < BATCHES_PER_TURN; i++) {
      // What could not be sent stands where answers to the next batch would.
      if (!this.#flush()) return;
      const count = this.#receive();
      if (count > 0) this.#answer(count);
      if (count < FEW) return;
    }
  };

  #receive(): number {
    for (let i = 0; i < this.#used; i++) this.#incoming.reset(i, CONTROL_LENGTH);
    const count = this.#libc.recvmmsg(this.#socket, this.#incoming.headers, BATCH, LINUX.MSG_DONTWAIT, null);
    this.#used = Math.max(count, 0);
    return count;
  }

  #answer(count: number): void {
    const began = performance.now();
    const incoming = this.#incoming;
    const outgoing = this.#outgoing;
    const { bytes } = incoming.area;
    let recalled = 0;
    for (let i = 0; i < count; i++) {
      const at = incoming.dataAt(i);
      const length = incoming.lengthOf(i);
      const isIPv6 = isIPv6Address(bytes, incoming.nameAt(i));
      this.#readControl(i);
      if (this.#ready === BATCH) this.#flush();
      if (this.#ready === BATCH) {
        this.#losses.sent(1);
        continue;
      }
      const to = outgoing.dataAt(this.#ready);
      const answered = this.#handler.recall(incoming.area, at, length, isIPv6, outgoing.area, to, ANSWER_SIZE, began);
      if (answered > 0) {
        outgoing.setLength(this.#ready, answered);
        outgoing.answerTo(this.#ready, incoming, i, this.#control);
        this.#ready++;
        recalled++;
      } else {
        this.#ask(i, began);
      }
    }
    this.#flush();
    if (recalled > 0) this.#handler.recalled(performance.now() - began);
  }

  #ask(i: number, now: number): void {
    const incoming = this.#incoming;
    const octets = incoming.copyOf(i);
    const wayBack = incoming.wayBack(i, this.#control);
    const client = this.#addresses.read(incoming.area.bytes, incoming.nameAt(i));
    this.#handler.answer(octets, client, now, (answer) => {
      if (answer instanceof Uint8Array) this.#send(answer, wayBack);
    });
  }

  /** Puts an answer among those that are sent next. */
  #send(answer: Uint8Array, wayBack: Uint8Array): void {
    if (!this.#open) return;
    if (answer.length > ANSWER_SIZE) {
      this.#sendLarge(answer, wayBack);
      return;
    }
    if (this.#ready === BATCH && !this.#flush()) {
      this.#losses.sent(1);
      return;
    }
    const i = this.#ready++;
    this.#outgoing.area.bytes.set(answer, this.#outgoing.dataAt(i));
    this.#outgoing.setLength(i, answer.length);
    this.#outgoing.sendBack(i, wayBack);
    this.#flushSoon();
  }

  #sendLarge(answer: Uint8Array, wayBack: Uint8Array): void {
    const large = (this.#large ??= new MessageArea(this.#libc, 1, LARGEST_ANSWER));
    large.area.bytes.set(answer, large.dataAt(0));
    large.setLength(0, answer.length);
    large.sendBack(0, wayBack);
    if (this.#libc.sendmmsg(this.#socket, large.headers, 1, LINUX.MSG_NOSIGNAL) < 1) this.#losses.sent(1);
  }

  /** Answers that come between batches leave together with those that come in the same turn of the event loop. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#waits.soon(() => {
      this.#flushing = false;
      if (!this.#flush()) this.#flushSoon();
    });
  }

  /** Sends what is ready; false if some of it has to wait for room in the kernel. */
  #flush(): boolean {
    while (this.#left < this.#ready) {
      const count = this.#ready - this.#left;
      const sent = this.#libc.sendmmsg(this.#socket, this.#outgoing.headersFrom(this.#left), count, LINUX.MSG_NOSIGNAL);
      if (sent > 0) {
        this.#left += sent;
        continue;
      }
      const error = this.#libc.errno();
      if (error === LINUX.EAGAIN || error === LINUX.ENOBUFS) {
        this.#flushSoon();
        return false;
      }
      // It concerns this one answer: its client cannot be reached, or it is too large for the way there.
      this.#losses.sent(1);
      this.#left++;
    }
    this.#left = 0;
    this.#ready = 0;
    this.#drained?.();
    return true;
  }

  /**
   * Finds the control message that tells where the datagram was sent to, to be given back with the answer. Before it may stand the number of datagrams
   * that were lost.
   */
  #readControl(i: number): void {
    const control = this.#control;
    control.length = 0;
    const end = this.#incoming.controlLengthOf(i);
    if (end === 0) return;
    const { view } = this.#incoming.area;
    const start = this.#incoming.controlAt(i);
    for (let at = start; at + CONTROL_HEADER <= start + end;) {
      const length = view.getInt32(at, true);
      const level = view.getInt32(at + 8, true);
      const type = view.getInt32(at + 12, true);
      if (length < CONTROL_HEADER) return;
      if (level === LINUX.SOL_SOCKET && type === LINUX.SO_RXQ_OVFL)
        this.#countOverflows(view.getUint32(at + CONTROL_HEADER, true));
      else if (level === LINUX.SOL_IP && type === LINUX.IP_PKTINFO && length === PACKET_INFO_IPV4) {
        // An answer goes where routing says, only its source is given.
        view.setInt32(at + CONTROL_HEADER, 0, true);
        control.at = at;
        control.length = 32;
      } else if (level === LINUX.SOL_IPV6 && type === LINUX.IPV6_PKTINFO && length === PACKET_INFO_IPV6) {
        // A link-local address means something only together with its interface.
        if (
          !(view.getUint8(at + CONTROL_HEADER) === 0xfe && (view.getUint8(at + CONTROL_HEADER + 1) & 0xc0) === 0x80)
        ) {
          view.setInt32(at + CONTROL_HEADER + 16, 0, true);
        }
        control.at = at;
        control.length = 40;
      }
      at += (length + 7) & ~7;
    }
  }

  #countOverflows(total: number): void {
    const more = (total - this.#overflows) >>> 0;
    this.#overflows = total;
    if (more > 0) this.#losses.received(more);
  }
}

/** Where a socket reaches itself. One for all addresses does by IPv4, which is also there where IPv6 is switched off. */
function ownAddress(address: string | undefined): string {
  if (address === undefined || address === '::') return '::ffff:127.0.0.1';
  return address === '0.0.0.0' ? '127.0.0.1' : address;
}
