import { ConnectionError, ERROR } from './frame.ts';
import type { Http2Stream } from './stream.ts';

/** Streams that were reset, of which frames may still be on the way. */
const REMEMBERED_RESETS = 128;

/** The streams of one connection. */
export class StreamTable {
  /** The highest number that the client has used. */
  last = 0;
  readonly #streams = new Map<number, Http2Stream>();
  /** Streams that were reset by us, the latest ones. */
  readonly #reset = new Set<number>();
  #arriving = 0;

  /** Streams whose response has not left as a whole. */
  get size(): number {
    return this.#streams.size;
  }

  /** Streams whose request is on its way. */
  get arriving(): number {
    return this.#arriving;
  }

  get(id: number): Http2Stream | undefined {
    return this.#streams.get(id);
  }

  /** The stream if it is open; undefined if it was reset while a frame was on its way. Throws a ConnectionError when it is over. */
  open(id: number): Http2Stream | undefined {
    const stream = this.#streams.get(id);
    if (stream === undefined && !this.#reset.has(id)) {
      throw new ConnectionError(ERROR.STREAM_CLOSED, 'the stream is over');
    }
    return stream;
  }

  values(): Iterable<Http2Stream> {
    return this.#streams.values();
  }

  add(stream: Http2Stream): void {
    this.#streams.set(stream.id, stream);
    this.#arriving++;
  }

  /** The request is whole, or nothing more of it is wanted. */
  finishArriving(stream: Http2Stream): void {
    if (stream.complete) return;
    stream.complete = true;
    this.#arriving--;
  }

  delete(stream: Http2Stream): void {
    this.#streams.delete(stream.id);
  }

  noteReset(id: number): void {
    this.#reset.add(id);
    if (this.#reset.size <= REMEMBERED_RESETS) return;
    const [oldest] = this.#reset;
    if (oldest !== undefined) this.#reset.delete(oldest);
  }
}
