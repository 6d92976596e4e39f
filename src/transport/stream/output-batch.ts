import type { Socket } from 'node:net';

/** Room for a message of the greatest length with its frame, and as much again, so that most batches leave in one write. */
const CAPACITY = 2 * 65_600;

const NOTHING = Buffer.alloc(0);

/**
 * Gathers what one turn of the event loop has to say to one client, so that it leaves in one write: a system call and a TLS record for
 * many answers. One is shared by all connections of a listener, one after the other.
 */
export class OutputBatch {
  /** Where `reserve` made room. */
  octets: Buffer = NOTHING;
  #length = 0;
  #socket: Socket | undefined;

  /** From now on, until `end`, everything is for this client. */
  begin(socket: Socket): void {
    this.#socket = socket;
  }

  /** Makes room for `count` octets, at most 65,600, and returns where in `octets` it starts. */
  reserve(count: number): number {
    if (this.octets.length === 0) this.octets = Buffer.allocUnsafeSlow(CAPACITY);
    if (this.#length + count > this.octets.length) this.#flush();
    const start = this.#length;
    this.#length += count;
    return start;
  }

  /** Gives back what was reserved last and not needed. */
  giveBack(count: number): void {
    this.#length -= count;
  }

  /** Hands everything to the socket. False when the client does not keep up. */
  end(): boolean {
    const ready = this.#flush();
    this.#socket = undefined;
    return ready;
  }

  #flush(): boolean {
    const length = this.#length;
    const socket = this.#socket;
    this.#length = 0;
    if (socket === undefined || length === 0 || !socket.writable) return true;
    // The socket may keep what it is given until the client has taken it, so it gets a copy.
    return socket.write(Buffer.from(this.octets.subarray(0, length)));
  }
}
