const NOTHING = Buffer.alloc(0);

/** What came on a stream and was not read yet: `octets` from `start` to `end`. */
export class InputBuffer {
  octets: Buffer = NOTHING;
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  /**
   * Adds a chunk. It is not copied when everything before it has been read; otherwise room at least doubles, so that a client that drips does
   * not have the same octets copied again and again.
   */
  append(chunk: Buffer): void {
    const left = this.end - this.start;
    if (left === 0) {
      this.octets = chunk;
      this.start = 0;
      this.end = chunk.length;
      return;
    }
    if (this.end + chunk.length > this.octets.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * left, left + chunk.length));
      larger.set(this.octets.subarray(this.start, this.end));
      this.octets = larger;
      this.start = 0;
      this.end = left;
    }
    this.octets.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Lets a chunk that has been read go. */
  release(): void {
    if (this.start === this.end) this.octets = NOTHING;
  }
}
