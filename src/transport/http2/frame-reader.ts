import { InputBuffer } from '../stream/input-buffer.ts';
import { ConnectionError, ERROR, expect, FLAG, FRAME, FRAME_HEADER, MAXIMUM_FRAME, PREFACE } from './frame.ts';

/** The frame that is being read. Its payload is in `octets` from `start` to `end`, without padding. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** 0 for the connection as a whole. */
  readonly stream: number;
  /** Octets of the payload with its padding: what counts for flow control. */
  readonly length: number;
  readonly octets: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Frames in a row that bring no request further. HTTP/2 lets a client send them for ever. */
const MAXIMUM_IDLE_FRAMES = 10_000;

/** Reads the preface and the frames of a client. One object is all frames, one after the other, so that a frame costs no memory. */
export class FrameReader implements Frame {
  type = 0;
  flags = 0;
  stream = 0;
  length = 0;
  start = 0;
  end = 0;
  readonly #input = new InputBuffer();
  #greeted = false;
  #idleFrames = 0;

  get octets(): Buffer {
    return this.#input.octets;
  }

  append(chunk: Buffer): void {
    this.#input.append(chunk);
  }

  release(): void {
    this.#input.release();
  }

  /** A request is whole: the frames before it were of use. */
  progress(): void {
    this.#idleFrames = 0;
  }

  /** Is there another whole frame? Throws a ConnectionError when there is something else. */
  next(): boolean {
    if (!this.#greeted && !this.#greet()) return false;
    const input = this.#input;
    if (input.length < FRAME_HEADER) return false;
    const { octets, start } = input;
    const length = octets.readUIntBE(start, 3);
    if (length > MAXIMUM_FRAME) throw new ConnectionError(ERROR.FRAME_SIZE_ERROR, 'a frame longer than allowed');
    if (start + FRAME_HEADER + length > input.end) return false;
    this.length = length;
    this.type = octets[start + 3] ?? 0;
    this.flags = octets[start + 4] ?? 0;
    this.stream = octets.readUInt32BE(start + 5) & 0x7fff_ffff;
    this.start = start + FRAME_HEADER;
    this.end = this.start + length;
    input.start = this.end;
    if ((this.flags & FLAG.PADDED) !== 0 && (this.type === FRAME.DATA || this.type === FRAME.HEADERS)) {
      this.#leavePadding();
    }
    this.#idleFrames++;
    if (this.#idleFrames > MAXIMUM_IDLE_FRAMES)
      throw new ConnectionError(ERROR.ENHANCE_YOUR_CALM, 'frames for nothing');
    return true;
  }

  /** True once the client has said that it speaks HTTP/2. */
  #greet(): boolean {
    const input = this.#input;
    const length = Math.min(input.length, PREFACE.length);
    if (PREFACE.compare(input.octets, input.start, input.start + length, 0, length) !== 0) {
      throw new ConnectionError(ERROR.PROTOCOL_ERROR, 'no preface');
    }
    if (length < PREFACE.length) return false;
    input.start += length;
    this.#greeted = true;
    return true;
  }

  #leavePadding(): void {
    expect(this.length > 0, ERROR.FRAME_SIZE_ERROR);
    const padding = this.octets[this.start] ?? 0;
    expect(padding < this.length, ERROR.PROTOCOL_ERROR);
    this.start++;
    this.end -= padding;
  }
}
