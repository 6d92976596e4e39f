import { MAXIMUM_OBJECT_BYTES, WireError } from './frames.ts';

// A chunk of a TLS record is 16 KiB, one from a socket up to 64 KiB.
const INITIAL_OCTETS = 64 * 1024;

/**
 * Octets that came and are not used up yet, in one buffer that is used again and again: what is decoded while a list
 * of many megabytes arrives needs no more memory than its largest object.
 */
export class OctetQueue {
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  /** Valid between `start` and `end`, until the next `add`. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** Puts a copy of `chunk` at the end. Throws WireError when more waits than any object can have. */
  add(chunk: Uint8Array): void {
    const length = this.length + chunk.length;
    if (length > MAXIMUM_OBJECT_BYTES) {
      throw new WireError(`an object has more than ${MAXIMUM_OBJECT_BYTES} bytes, which no API server stores`);
    }
    if (length > this.#buffer.length) this.#moveTo(Buffer.allocUnsafeSlow(roundUp(length)));
    else if (this.#end + chunk.length > this.#buffer.length) this.#moveTo(this.#buffer);
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Takes octets from the beginning. */
  drop(octets: number): void {
    this.#start += octets;
    if (this.#start !== this.#end) return;
    this.#start = 0;
    this.#end = 0;
  }

  #moveTo(buffer: Buffer): void {
    this.#buffer.copy(buffer, 0, this.#start, this.#end);
    this.#buffer = buffer;
    this.#end -= this.#start;
    this.#start = 0;
  }
}

/** To a power of two, so that a growing object is copied only a few times. */
function roundUp(octets: number): number {
  let size = INITIAL_OCTETS;
  while (size < octets) size *= 2;
  return size;
}
