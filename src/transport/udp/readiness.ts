import { check, type Libc, LINUX } from '../libc.ts';
import { Epoll } from './epoll.ts';

/** Who tells a socket that it has something to read, and when its turn is. */
export interface SocketWaits {
  /** Does waiting cost no more than to find that there is nothing to read? */
  readonly isCheap: boolean;
  /** Makes the socket known. */
  add(socket: number): void;
  /** Calls `ready` once, when the socket has something to read. */
  wait(socket: number, ready: () => void): void;
  /** Forgets the socket. */
  remove(socket: number): void;
  /** Calls `work` once, after others have had their turn. */
  soon(work: () => void): void;
}

/**
 * Tells when sockets have something to read. All of them wait on one thread of the pool, and only while they are idle: a socket under load reads
 * on without asking.
 */
export class Readiness implements SocketWaits {
  /** Another thread has to wake this one. */
  readonly isCheap = false;
  readonly #libc: Libc;
  readonly #epoll: Epoll;
  /** What ends the wait when there is nobody left to wait for. */
  readonly #wakeup: number;
  readonly #waiting = new Map<number, () => void>();
  #sockets = 0;
  #isWaiting = false;
  #isClosed = false;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#epoll = new Epoll(libc);
    this.#wakeup = check(libc, 'eventfd', libc.eventfd(0, LINUX.EFD_NONBLOCK | LINUX.EFD_CLOEXEC));
    this.#epoll.add(this.#wakeup, LINUX.EPOLLIN | LINUX.EPOLLET);
    // A process that exits waits for the threads of its pool.
    process.once('exit', this.#wake);
  }

  add(socket: number): void {
    this.#epoll.add(socket, LINUX.EPOLLONESHOT);
    this.#sockets++;
  }

  wait(socket: number, ready: () => void): void {
    this.#waiting.set(socket, ready);
    this.#epoll.change(socket, LINUX.EPOLLIN | LINUX.EPOLLONESHOT);
    this.#waitForEvents();
  }

  /** Forgets the socket; without sockets nothing waits any more. */
  remove(socket: number): void {
    this.#waiting.delete(socket);
    this.#epoll.remove(socket);
    this.#sockets--;
    if (this.#sockets > 0) return;
    this.#isClosed = true;
    if (this.#isWaiting) this.#wake();
    else this.#close();
  }

  soon(work: () => void): void {
    setImmediate(work);
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
    this.#epoll.close();
    this.#libc.close(this.#wakeup);
  }

  #waitForEvents(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#epoll.waitElsewhere((count) => {
      if (!this.#isClosed) this.#tell(count);
      // Only now: the next wait writes to the same events.
      this.#isWaiting = false;
      if (this.#isClosed) this.#close();
      else if (this.#waiting.size > 0) this.#waitForEvents();
    });
  }

  #tell(count: number): void {
    for (let i = 0; i < count; i++) {
      const socket = this.#epoll.descriptorOf(i);
      const ready = this.#waiting.get(socket);
      if (ready === undefined) continue;
      this.#waiting.delete(socket);
      ready();
    }
  }
}
