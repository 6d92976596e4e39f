import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { type Libc, LINUX } from '../libc.ts';
import type { SocketWaits } from '../udp/event-loop.ts';
import { Epoll } from './epoll.ts';

/** The longest wait in milliseconds: a thread that is told to end hears of it when a call returns. */
const LONGEST_WAIT = 250;

/** What a thread does besides its sockets. */
export interface LoopWork<ToThread> {
  readonly message: (message: ToThread) => void;
  /** Called after each turn, before the thread waits; returns how many milliseconds it may wait. */
  readonly turned: () => number;
}

/**
 * The event loop of a thread that does nothing but serve sockets: it waits for them and for messages in one system call, on no other thread's
 * time. Timers and all else that needs Node's own loop do not run meanwhile; promises do.
 */
export class ThreadLoop<ToThread> implements SocketWaits {
  readonly #port: MessagePort;
  readonly #epoll: Epoll;
  readonly #wakeup: number;
  readonly #ready = new Map<number, () => void>();
  #soon: (() => void)[] = [];
  #isEnding = false;

  /** `wakeup`: the descriptor of an eventfd that is written to after each message. */
  constructor(libc: Libc, port: MessagePort, wakeup: number) {
    this.#port = port;
    this.#wakeup = wakeup;
    this.#epoll = new Epoll(libc);
    this.#epoll.add(wakeup, LINUX.EPOLLIN | LINUX.EPOLLET);
  }

  /** Of the epoll instance. */
  get descriptor(): number {
    return this.#epoll.descriptor;
  }

  add(socket: number, ready: () => void): void {
    this.#epoll.add(socket, LINUX.EPOLLIN);
    this.#ready.set(socket, ready);
  }

  remove(socket: number): void {
    if (this.#ready.delete(socket)) this.#epoll.remove(socket);
  }

  soon(work: () => void): void {
    this.#soon.push(work);
  }

  /** Ends after the present turn. */
  end(): void {
    this.#isEnding = true;
  }

  /** Resolves when `end` has been called. */
  async run({ message, turned }: LoopWork<ToThread>): Promise<void> {
    while (!this.#isEnding) {
      const longest = Math.min(turned(), LONGEST_WAIT);
      const count = this.#epoll.wait(this.#soon.length > 0 ? 0 : Math.max(longest, 0));
      for (let i = 0; i < count; i++) this.#happened(this.#epoll.descriptorOf(i), message);
      const work = this.#soon;
      this.#soon = [];
      for (const one of work) one();
      // Promises have their turn.
      await Promise.resolve();
    }
    this.close();
  }

  /** For a loop that does not run. */
  close(): void {
    this.#epoll.remove(this.#wakeup);
    this.#epoll.close();
  }

  #happened(descriptor: number, message: LoopWork<ToThread>['message']): void {
    if (descriptor === this.#wakeup) {
      for (let next = this.#receive(); next !== undefined; next = this.#receive()) message(next.message);
      return;
    }
    this.#ready.get(descriptor)?.();
  }

  #receive(): { readonly message: ToThread } | undefined {
    return receiveMessageOnPort(this.#port);
  }
}
