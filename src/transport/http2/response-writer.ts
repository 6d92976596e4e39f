import type { OutputBatch } from '../stream/output-batch.ts';
import {
  DEFAULT_WINDOW,
  ERROR,
  expect,
  FLAG,
  FRAME,
  FRAME_HEADER,
  MAXIMUM_FRAME,
  MAXIMUM_WINDOW,
  writeFrameHeader,
} from './frame.ts';
import type { Http2Stream } from './stream.ts';

/** How the fields of responses are encoded. */
export interface FieldsEncoder<Response> {
  /** Octets that the fields of a response may take, encoded. */
  readonly maximumFields: number;
  /** Writes the header block of a response to `octets` at `at`, and returns where it ends. */
  readonly writeFields: (response: Response, octets: Buffer, at: number) => number;
}

/** Writes responses into the batch, as far as the client's windows let them through (RFC 9113 §5.2). */
export class ResponseWriter<Response extends { readonly body: Uint8Array }> {
  readonly #batch: OutputBatch;
  readonly #encoder: FieldsEncoder<Response>;
  readonly #sent: (stream: Http2Stream) => void;
  #window = DEFAULT_WINDOW;
  #initialWindow = DEFAULT_WINDOW;
  #blocked = 0;

  /** `sent` is called when a response has been written as a whole. */
  constructor(batch: OutputBatch, encoder: FieldsEncoder<Response>, sent: (stream: Http2Stream) => void) {
    this.#batch = batch;
    this.#encoder = encoder;
    this.#sent = sent;
  }

  /** Octets of responses that wait for the client's windows. */
  get blocked(): number {
    return this.#blocked;
  }

  /** Octets that may be sent on a new stream. */
  get initialWindow(): number {
    return this.#initialWindow;
  }

  respond(stream: Http2Stream, response: Response): void {
    const { maximumFields, writeFields } = this.#encoder;
    const at = this.#batch.reserve(FRAME_HEADER + maximumFields);
    const { octets } = this.#batch;
    const end = writeFields(response, octets, at + FRAME_HEADER);
    this.#batch.giveBack(at + FRAME_HEADER + maximumFields - end);
    const bare = stream.method === 'HEAD' || response.body.length === 0;
    const flags = bare ? FLAG.END_HEADERS | FLAG.END_STREAM : FLAG.END_HEADERS;
    writeFrameHeader(octets, at, end - at - FRAME_HEADER, FRAME.HEADERS, flags, stream.id);
    if (bare) this.#sent(stream);
    else this.#send(stream, response.body);
  }

  /** The client takes more on the whole connection. Throws a ConnectionError. */
  widen(increment: number, streams: Iterable<Http2Stream>): void {
    expect(increment > 0, ERROR.PROTOCOL_ERROR);
    this.#window += increment;
    expect(this.#window <= MAXIMUM_WINDOW, ERROR.FLOW_CONTROL_ERROR);
    this.goOn(streams);
  }

  /** The client takes more on one stream. Returns what is wrong with that, or `NO_ERROR`. */
  widenStream(stream: Http2Stream, increment: number): number {
    if (increment === 0) return ERROR.PROTOCOL_ERROR;
    stream.sendWindow += increment;
    if (stream.sendWindow > MAXIMUM_WINDOW) return ERROR.FLOW_CONTROL_ERROR;
    if (stream.unsent !== undefined) this.#send(stream, stream.unsent);
    return ERROR.NO_ERROR;
  }

  /** The client takes so much on every stream. Throws a ConnectionError. */
  setInitialWindow(value: number, streams: Iterable<Http2Stream>): void {
    expect(value <= MAXIMUM_WINDOW, ERROR.FLOW_CONTROL_ERROR);
    const change = value - this.#initialWindow;
    this.#initialWindow = value;
    for (const stream of streams) {
      stream.sendWindow += change;
      expect(stream.sendWindow <= MAXIMUM_WINDOW, ERROR.FLOW_CONTROL_ERROR);
    }
  }

  /** Sends of what waits as much as the windows let through by now. */
  goOn(streams: Iterable<Http2Stream>): void {
    if (this.#blocked === 0) return;
    for (const stream of streams) {
      if (stream.unsent !== undefined) this.#send(stream, stream.unsent);
    }
  }

  /** Nothing more is sent on the stream. */
  cancel(stream: Http2Stream): void {
    this.#blocked -= stream.unsent?.length ?? 0;
    stream.unsent = undefined;
  }

  /** Sends as much of a response's body as the windows let through. */
  #send(stream: Http2Stream, body: Uint8Array): void {
    let start = 0;
    while (start < body.length) {
      const left = body.length - start;
      const count = Math.min(left, MAXIMUM_FRAME, this.#window, stream.sendWindow);
      if (count <= 0) break;
      const at = this.#batch.reserve(FRAME_HEADER + count);
      const { octets } = this.#batch;
      const flags = count === left ? FLAG.END_STREAM : 0;
      const next = writeFrameHeader(octets, at, count, FRAME.DATA, flags, stream.id);
      octets.set(count === body.length ? body : body.subarray(start, start + count), next);
      this.#window -= count;
      stream.sendWindow -= count;
      start += count;
    }
    const unsent = start === body.length ? undefined : body.subarray(start);
    this.#blocked += (unsent?.length ?? 0) - (stream.unsent?.length ?? 0);
    stream.unsent = unsent;
    if (unsent === undefined) this.#sent(stream);
  }
}
