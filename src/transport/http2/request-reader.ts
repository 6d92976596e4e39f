import type { OutputBatch } from '../stream/output-batch.ts';
import {
  ConnectionError,
  ERROR,
  expect,
  FLAG,
  FRAME,
  MAXIMUM_FRAME,
  sendAcknowledgement,
  sendNumbers,
  SETTING,
} from './frame.ts';
import type { Frame } from './frame-reader.ts';
import { HeaderBlocks } from './header-blocks.ts';
import type { HuffmanCode } from './huffman.ts';
import type { ResponseWriter } from './response-writer.ts';
import { Http2Stream } from './stream.ts';
import type { StreamTable } from './stream-table.ts';

/** Octets that a client may send for one request: a body that is too long by less is answered, not cut off. */
export const STREAM_WINDOW = 131_072;
/** Octets of bodies that one connection may have us keep. */
export const CONNECTION_WINDOW: number = 1 << 20;

/** What frames act on. */
export interface ConnectionState {
  readonly batch: OutputBatch;
  readonly streams: StreamTable;
  readonly responses: Pick<
    ResponseWriter<never>,
    'initialWindow' | 'widen' | 'widenStream' | 'setInitialWindow' | 'goOn' | 'cancel'
  >;
  /** Octets of a body that are of use. */
  readonly maximumBody: number;
}

/** What becomes of requests. */
export interface RequestTaker {
  /** Are there as many requests as may be? */
  readonly isBusy: () => boolean;
  /** Has the client been told to ask elsewhere? */
  readonly isFinishing: () => boolean;
  /** Gets every whole request; and one whose body is longer than of use, as it is by then. */
  readonly take: (stream: Http2Stream) => void;
}

/** Reads the frames of a client: makes requests of them, and keeps the rules of RFC 9113. */
export class RequestReader {
  readonly #state: ConnectionState;
  readonly #taker: RequestTaker;
  readonly #blocks: HeaderBlocks;
  #window = CONNECTION_WINDOW;
  /** Octets that came and are done with, but whose room the client does not know to be free. */
  #unclaimed = 0;

  constructor(state: ConnectionState, huffman: HuffmanCode, taker: RequestTaker) {
    this.#state = state;
    this.#taker = taker;
    this.#blocks = new HeaderBlocks(huffman);
  }

  /** Acts on one frame. Throws a ConnectionError or an HpackError when the connection cannot go on. */
  read(frame: Frame): void {
    if (this.#blocks.isPartial && frame.type !== FRAME.CONTINUATION)
      throw new ConnectionError(ERROR.PROTOCOL_ERROR, 'a header block is cut short');
    switch (frame.type) {
      case FRAME.HEADERS:
        if (this.#blocks.begin(frame)) this.#takeHeaders(frame.stream);
        if ((frame.flags & FLAG.PRIORITY) !== 0) this.#checkPriority(frame);
        break;
      case FRAME.CONTINUATION:
        if (this.#blocks.proceed(frame)) this.#takeHeaders(frame.stream);
        break;
      case FRAME.DATA:
        this.#readData(frame);
        break;
      case FRAME.WINDOW_UPDATE:
        this.#readWindowUpdate(frame);
        break;
      case FRAME.RST_STREAM:
        this.#readReset(frame);
        break;
      case FRAME.SETTINGS:
        this.#readSettings(frame);
        break;
      case FRAME.PRIORITY:
        expect(frame.stream !== 0, ERROR.PROTOCOL_ERROR);
        if (frame.length === 5) this.#checkPriority(frame);
        else this.#reset(frame.stream, ERROR.FRAME_SIZE_ERROR);
        break;
      case FRAME.PING:
        expectConnection(frame, frame.length === 8);
        if ((frame.flags & FLAG.ACK) === 0) this.#acknowledge(frame);
        break;
      case FRAME.GOAWAY:
        expectConnection(frame, frame.length >= 8);
        break;
      case FRAME.PUSH_PROMISE:
        throw new ConnectionError(ERROR.PROTOCOL_ERROR, 'clients promise nothing');
      default:
        // Unknown frames are for those who know them (RFC 9113 §5.5).
        break;
    }
  }

  /** The response has left. A client that is still sending its request may stop (RFC 9113 §8.1). */
  finish(stream: Http2Stream): void {
    this.#state.streams.delete(stream);
    if (stream.bodyLength > this.#state.maximumBody) this.#reset(stream.id, ERROR.NO_ERROR);
  }

  /** Priorities of this kind are of the past (RFC 9113 §5.3.2), but a stream still may not depend on itself (RFC 7540 §5.3.1). */
  #checkPriority(frame: Frame): void {
    const dependency = frame.octets.readUInt32BE(frame.start) & 0x7fff_ffff;
    if (dependency === frame.stream) this.#reset(frame.stream, ERROR.PROTOCOL_ERROR);
  }

  /** A whole header block has come: a request begins, or ends with trailers. */
  #takeHeaders(id: number): void {
    const { streams, responses } = this.#state;
    const { fields, endsStream } = this.#blocks;
    if (id <= streams.last) {
      this.#takeTrailers(id);
      return;
    }
    // What comes after GOAWAY is the client's to ask elsewhere (RFC 9113 §6.8).
    if (this.#taker.isFinishing()) return;
    streams.last = id;
    if (!fields.isRequest) {
      this.#reset(id, ERROR.PROTOCOL_ERROR);
    } else if (this.#taker.isBusy()) {
      this.#reset(id, ERROR.REFUSED_STREAM);
    } else {
      const stream = new Http2Stream(id, fields, { receive: STREAM_WINDOW, send: responses.initialWindow });
      streams.add(stream);
      if (endsStream) this.#complete(stream);
    }
  }

  #takeTrailers(id: number): void {
    const { fields, endsStream } = this.#blocks;
    const stream = this.#state.streams.open(id);
    if (stream === undefined) return;
    if (stream.complete) this.#reset(id, ERROR.STREAM_CLOSED);
    else if (!endsStream || !fields.isTrailers) this.#reset(id, ERROR.PROTOCOL_ERROR);
    else this.#complete(stream);
  }

  #readData(frame: Frame): void {
    const { streams, maximumBody } = this.#state;
    expect(frame.stream !== 0 && frame.stream <= streams.last, ERROR.PROTOCOL_ERROR);
    this.#window -= frame.length;
    expect(this.#window >= 0, ERROR.FLOW_CONTROL_ERROR);
    const stream = streams.open(frame.stream);
    if (stream === undefined || stream.complete) {
      this.#widen(frame.length);
      if (stream !== undefined) this.#reset(frame.stream, ERROR.STREAM_CLOSED);
      return;
    }
    stream.receiveWindow -= frame.length;
    if (stream.receiveWindow < 0) {
      this.#reset(frame.stream, ERROR.FLOW_CONTROL_ERROR);
      return;
    }
    stream.addBody(frame.octets.subarray(frame.start, frame.end), maximumBody);
    if ((frame.flags & FLAG.END_STREAM) !== 0 || stream.bodyLength > maximumBody) this.#complete(stream);
  }

  /** A request is whole, or too long to become so. */
  #complete(stream: Http2Stream): void {
    this.#finishArriving(stream);
    const { contentLength, bodyLength } = stream;
    const tooLong = bodyLength > this.#state.maximumBody;
    if (!tooLong && contentLength >= 0 && contentLength !== bodyLength) this.#reset(stream.id, ERROR.PROTOCOL_ERROR);
    else this.#taker.take(stream);
  }

  #finishArriving(stream: Http2Stream): void {
    if (stream.complete) return;
    this.#state.streams.finishArriving(stream);
    this.#widen(STREAM_WINDOW - stream.receiveWindow);
  }

  /** Lets the client send `count` more octets; it is told when that is worth a frame. */
  #widen(count: number): void {
    this.#unclaimed += count;
    if (this.#unclaimed < CONNECTION_WINDOW / 4) return;
    this.#window += this.#unclaimed;
    sendNumbers(this.#state.batch, FRAME.WINDOW_UPDATE, 0, this.#unclaimed);
    this.#unclaimed = 0;
  }

  #readWindowUpdate(frame: Frame): void {
    const { streams, responses } = this.#state;
    expect(frame.length === 4, ERROR.FRAME_SIZE_ERROR);
    expect(frame.stream <= streams.last, ERROR.PROTOCOL_ERROR);
    const increment = frame.octets.readUInt32BE(frame.start) & 0x7fff_ffff;
    if (frame.stream === 0) {
      responses.widen(increment, streams.values());
      return;
    }
    const stream = streams.get(frame.stream);
    if (stream === undefined) return;
    const code = responses.widenStream(stream, increment);
    if (code !== ERROR.NO_ERROR) this.#reset(frame.stream, code);
  }

  #readReset(frame: Frame): void {
    const { streams } = this.#state;
    expect(frame.length === 4, ERROR.FRAME_SIZE_ERROR);
    expect(frame.stream !== 0 && frame.stream <= streams.last, ERROR.PROTOCOL_ERROR);
    const stream = streams.get(frame.stream);
    if (stream !== undefined) this.#forget(stream);
  }

  #readSettings(frame: Frame): void {
    const acknowledges = (frame.flags & FLAG.ACK) !== 0;
    expectConnection(frame, acknowledges ? frame.length === 0 : frame.length % 6 === 0);
    if (acknowledges) return;
    for (let at = frame.start; at < frame.end; at += 6)
      this.#applySetting(frame.octets.readUInt16BE(at), frame.octets.readUInt32BE(at + 2));
    const { batch, streams, responses } = this.#state;
    sendAcknowledgement(batch, FRAME.SETTINGS, NOTHING);
    responses.goOn(streams.values());
  }

  #applySetting(id: number, value: number): void {
    const { streams, responses } = this.#state;
    if (id === SETTING.ENABLE_PUSH) expect(value <= 1, ERROR.PROTOCOL_ERROR);
    else if (id === SETTING.MAX_FRAME_SIZE) expect(value >= MAXIMUM_FRAME && value <= 0xff_ffff, ERROR.PROTOCOL_ERROR);
    else if (id === SETTING.INITIAL_WINDOW_SIZE) responses.setInitialWindow(value, streams.values());
  }

  #acknowledge(frame: Frame): void {
    sendAcknowledgement(this.#state.batch, FRAME.PING, frame.octets.subarray(frame.start, frame.end));
  }

  #reset(id: number, code: number): void {
    const { batch, streams } = this.#state;
    sendNumbers(batch, FRAME.RST_STREAM, id, code);
    streams.noteReset(id);
    const stream = streams.get(id);
    if (stream !== undefined) this.#forget(stream);
  }

  /** Nothing more is said on the stream. */
  #forget(stream: Http2Stream): void {
    const { streams, responses } = this.#state;
    this.#finishArriving(stream);
    stream.cancelled = true;
    responses.cancel(stream);
    streams.delete(stream);
  }
}

const NOTHING = new Uint8Array(0);

/** A frame about the connection as a whole, of a length that it may have. */
function expectConnection(frame: Frame, hasLength: boolean): void {
  expect(frame.stream === 0, ERROR.PROTOCOL_ERROR);
  expect(hasLength, ERROR.FRAME_SIZE_ERROR);
}
