import type { Field } from './field.ts';
import { ConnectionError, ERROR, expect, FLAG } from './frame.ts';
import type { Frame } from './frame-reader.ts';
import { HpackDecoder } from './hpack-decoder.ts';
import type { HuffmanCode } from './huffman.ts';
import { RequestFields } from './request-fields.ts';

/**
 * Octets of a header section, as they come and as they are counted (RFC 9113 §6.5.2): a query of the greatest length in a path, and as much
 * again.
 */
export const MAXIMUM_HEADER_LIST: number = 2 * 87_382;

/** Octets of a priority in a HEADERS frame. */
const PRIORITY = 5;

/** Puts header blocks together from HEADERS and CONTINUATION frames, and reads them (RFC 9113 §4.3). */
export class HeaderBlocks {
  /** What the last whole block says. */
  readonly fields: RequestFields = new RequestFields();
  /** Does the stream end with that block? */
  endsStream = false;
  readonly #decoder: HpackDecoder;
  readonly #take = (field: Field): void => this.fields.add(field);
  #stream = 0;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(huffman: HuffmanCode) {
    this.#decoder = new HpackDecoder(huffman);
  }

  /** Has a block begun that is not whole yet? Only its continuation may come then. */
  get isPartial(): boolean {
    return this.#stream !== 0;
  }

  /** Takes a HEADERS frame; true when the block is whole. Throws a ConnectionError or an HpackError. */
  begin(frame: Frame): boolean {
    expect(frame.stream % 2 === 1, ERROR.PROTOCOL_ERROR);
    let { start } = frame;
    if ((frame.flags & FLAG.PRIORITY) !== 0) {
      expect(frame.end - start >= PRIORITY, ERROR.FRAME_SIZE_ERROR);
      start += PRIORITY;
    }
    this.endsStream = (frame.flags & FLAG.END_STREAM) !== 0;
    if ((frame.flags & FLAG.END_HEADERS) !== 0) {
      this.#read(frame.octets, start, frame.end);
      return true;
    }
    this.#stream = frame.stream;
    this.#parts = [frame.octets.subarray(start, frame.end)];
    this.#length = frame.end - start;
    return false;
  }

  /** Takes a CONTINUATION frame; true when the block is whole. Throws a ConnectionError or an HpackError. */
  proceed(frame: Frame): boolean {
    expect(this.isPartial && frame.stream === this.#stream, ERROR.PROTOCOL_ERROR);
    this.#parts.push(frame.octets.subarray(frame.start, frame.end));
    this.#length += frame.end - frame.start;
    if (this.#length > MAXIMUM_HEADER_LIST)
      throw new ConnectionError(ERROR.ENHANCE_YOUR_CALM, 'a header block longer than allowed');
    if ((frame.flags & FLAG.END_HEADERS) === 0) return false;
    this.#read(Buffer.concat(this.#parts), 0, this.#length);
    this.#stream = 0;
    this.#parts = [];
    return true;
  }

  #read(octets: Buffer, start: number, end: number): void {
    this.fields.clear();
    this.#decoder.decode(octets, start, end, this.#take);
  }
}
