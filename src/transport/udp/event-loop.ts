import type { Libc, PollHandle } from '../libc.ts';

/** Who tells a socket that it has something to read. */
export interface SocketWaits {
  /** Calls `ready` in every turn of the loop in which the socket has something to read, until it is removed. Throws an Error. */
  add(socket: number, ready: () => void): void;
  /** Forgets the socket; to be called before it is closed. Does nothing for one that is not known. */
  remove(socket: number): void;
  /** Calls `work` once, after others have had their turn. Promises that were settled before have had theirs by then. */
  soon(work: () => void): void;
}

/** Node's own event loop, which waits for descriptors beside all else that it waits for (libuv's uv_poll_t). */
export class EventLoop implements SocketWaits {
  readonly #libc: Libc;
  readonly #handles = new Map<number, PollHandle>();

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  add(socket: number, ready: () => void): void {
    const handle = this.#libc.poll(socket, (status) => {
      try {
        ready();
      } catch (error) {
        // The loop calls from outside of Node's scopes, where an error would be lost.
        setImmediate(() => {
          throw error;
        });
      }
      // Reading takes an error of the socket away, such as an ICMP message; then there may be more to read.
      if (status < 0 && this.#handles.get(socket) === handle) handle.start();
    });
    this.#handles.set(socket, handle);
  }

  remove(socket: number): void {
    this.#handles.get(socket)?.close();
    this.#handles.delete(socket);
  }

  soon(work: () => void): void {
    setImmediate(work);
  }
}
