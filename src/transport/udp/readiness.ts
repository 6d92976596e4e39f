import { LINUX, type Libc, SystemError } from '../libc.ts';

/** struct epoll_event is packed on x86-64 alone. */
const EVENT_LENGTH = process.arch === 'x64' ? 12 : 16;
const DATA_AT = EVENT_LENGTH - 8;
const MOST_EVENTS = 64;

/**
 * Tells when sockets have something to read. All of them wait on one thread of the pool, and only while they are idle: a socket under load reads
 * on without asking.
 */
export class Readiness {
  readonly #libc: Libc;
  readonly #epoll: number;
  /** What ends the wait when there is nobody left to wait for. */
  readonly #wakeup: number;
  readonly #waiting = new Map<number, () => void>();
  readonly #events = Buffer.alloc(MOST_EVENTS * EVENT_LENGTH);
  readonly #event = Buffer.alloc(EVENT_LENGTH);
  #sockets = 0;
  #isWaiting = false;
  #isClosed = false;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#epoll = check(libc, 'epoll_create1', libc.epoll_create1(LINUX.EPOLL_CLOEXEC));
    this.#wakeup = check(libc, 'eventfd', libc.eventfd(0, LINUX.EFD_NONBLOCK | LINUX.EFD_CLOEXEC));
    this.#control(LINUX.EPOLL_CTL_ADD, this.#wakeup, LINUX.EPOLLIN | LINUX.EPOLLET);
    // A process that exits waits for the threads of its pool.
    process.once('exit', this.#wake);
  }

  /** Makes the socket known. */
  add(socket: number): void {
    this.#control(LINUX.EPOLL_CTL_ADD, socket, LINUX.EPOLLONESHOT);
    this.#sockets++;
  }

  /** Calls `ready` once, when the socket has something to read. */
  wait(socket: number, ready: () => void): void {
    this.#waiting.set(socket, ready);
    this.#control(LINUX.EPOLL_CTL_MOD, socket, LINUX.EPOLLIN | LINUX.EPOLLONESHOT);
    this.#waitForEvents();
  }

  /** Forgets the socket; without sockets nothing waits any more. */
  remove(socket: number): void {
    this.#waiting.delete(socket);
    this.#control(LINUX.EPOLL_CTL_DEL, socket, 0);
    this.#sockets--;
    if (this.#sockets > 0) return;
    this.#isClosed = true;
    if (this.#isWaiting) this.#wake();
    else this.#close();
  }

  /** Has the last socket gone? Then others need another one. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  readonly #wake = (): void => {
    this.#libc.write(this.#wakeup, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), 8);
  };

  #close(): void {
    process.off('exit', this.#wake);
    this.#libc.close(this.#epoll);
    this.#libc.close(this.#wakeup);
  }

  #waitForEvents(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#libc.waitForEvents(this.#epoll, this.#events, MOST_EVENTS, (count) => {
      if (!this.#isClosed) this.#tell(count);
      // Only now: the next wait writes to the same events.
      this.#isWaiting = false;
      if (this.#isClosed) this.#close();
      else if (this.#waiting.size > 0) this.#waitForEvents();
    });
  }

  #tell(count: number): void {
    for (let i = 0; i < count; i++) {
      const socket = this.#events.readInt32LE(i * EVENT_LENGTH + DATA_AT);
      const ready = this.#waiting.get(socket);
      if (ready === undefined) continue;
      this.#waiting.delete(socket);
      ready();
    }
  }

  #control(operation: number, descriptor: number, events: number): void {
    this.#event.writeUInt32LE(events >>> 0, 0);
    this.#event.writeInt32LE(descriptor, DATA_AT);
    check(this.#libc, 'epoll_ctl', this.#libc.epoll_ctl(this.#epoll, operation, descriptor, this.#event));
  }
}

/** The result of a call; throws a SystemError for -1. */
export function check(libc: Libc, call: string, result: number): number {
  if (result < 0) throw new SystemError(call, libc.errno());
  return result;
}
