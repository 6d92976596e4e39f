/** Bytes that do not have the form that the API promises; `message` says which. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

// etcd refuses requests over 1.5 MiB, so an object has at most that in its stored (binary) form. As JSON, with field
// names and escapes, it becomes up to four times as large, and a watch event adds a few bytes around it.
export const MAXIMUM_OBJECT_BYTES: number = 8 * 1024 * 1024;

/** Puts together one piece of data whose bytes come in several chunks; each byte is copied at most once. */
export class Pieces {
  #parts: Uint8Array[] = [];
  #size = 0;

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Throws WireError when the whole gets larger than any object can be. */
  add(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#size += part.length;
    if (this.#size > MAXIMUM_OBJECT_BYTES) {
      throw new WireError(`an object has more than ${MAXIMUM_OBJECT_BYTES} bytes, which no API server stores`);
    }
    this.#parts.push(part);
  }

  /** All bytes so far, and starts anew. */
  take(): Uint8Array {
    const [only] = this.#parts;
    const whole = this.#parts.length === 1 && only !== undefined ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    return whole;
  }
}

const LINE_FEED = 0x0a;

/** Cuts a stream into lines. */
export class LineSplitter {
  readonly #rest = new Pieces();

  /** The lines that are complete with this chunk, without line ends, empty ones left out. */
  push(chunk: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#rest.add(chunk.subarray(start, end));
      if (!this.#rest.isEmpty) lines.push(this.#rest.take());
      start = end + 1;
    }
    this.#rest.add(chunk.subarray(start));
    return lines;
  }
}
