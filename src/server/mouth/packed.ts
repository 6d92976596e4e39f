const FIRST_ROOM = 4096;

/** Octets put one after the other, to be handed over in one piece. */
export class Packed {
  #bytes = new Uint8Array(FIRST_ROOM);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(octets: Uint8Array): void {
    const needed = this.#length + octets.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(octets, this.#length);
    this.#length = needed;
  }

  /** All since the last time, in memory of their own. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    // A burst shall not cost memory for ever.
    if (this.#bytes.length > 64 * FIRST_ROOM) this.#bytes = new Uint8Array(FIRST_ROOM);
    return taken;
  }
}

/** What Packed has put together, taken apart again: `length` octets at a time. */
export class Unpacked {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
