import { check, type Libc, LINUX } from '../libc.ts';

/** struct epoll_event is packed on x86-64 alone. */
const EVENT_LENGTH = process.arch === 'x64' ? 12 : 16;
const DATA_AT = EVENT_LENGTH - 8;
const MOST_EVENTS = 64;

/** Descriptors that are waited for together, and the events of the last wait. */
export class Epoll {
  readonly #libc: Libc;
  readonly #epoll: number;
  readonly #events = Buffer.alloc(MOST_EVENTS * EVENT_LENGTH);
  readonly #event = Buffer.alloc(EVENT_LENGTH);

  /** Throws a SystemError, as the other calls do. */
  constructor(libc: Libc) {
    this.#libc = libc;
    this.#epoll = check(libc, 'epoll_create1', libc.epoll_create1(LINUX.EPOLL_CLOEXEC));
  }

  /** Its own descriptor. */
  get descriptor(): number {
    return this.#epoll;
  }

  /** `events`: EPOLLIN and the like. */
  add(descriptor: number, events: number): void {
    this.#control(LINUX.EPOLL_CTL_ADD, descriptor, events);
  }

  remove(descriptor: number): void {
    this.#control(LINUX.EPOLL_CTL_DEL, descriptor, 0);
  }

  /** Waits, so many milliseconds at most; returns the number of events. */
  wait(milliseconds: number): number {
    return this.#libc.epoll_wait(this.#epoll, this.#events, MOST_EVENTS, milliseconds);
  }

  /** Which descriptor event `i` is about. */
  descriptorOf(i: number): number {
    return this.#events.readInt32LE(i * EVENT_LENGTH + DATA_AT);
  }

  close(): void {
    this.#libc.close(this.#epoll);
  }

  #control(operation: number, descriptor: number, events: number): void {
    this.#event.writeUInt32LE(events >>> 0, 0);
    this.#event.writeInt32LE(descriptor, DATA_AT);
    check(this.#libc, 'epoll_ctl', this.#libc.epoll_ctl(this.#epoll, operation, descriptor, this.#event));
  }
}
