import type { Socket } from 'node:net';
import { InputBuffer } from '../stream/input-buffer.ts';
import type { OutputBatch } from '../stream/output-batch.ts';
import { Patience } from '../stream/patience.ts';
import type { StreamConnection } from '../stream/stream-server.ts';
import {
  ConnectionError,
  DEFAULT_WINDOW,
  ERROR,
  FLAG,
  FRAME,
  FRAME_HEADER,
  MAXIMUM_FRAME,
  MAXIMUM_WINDOW,
  PREFACE,
  sendAcknowledgement,
  sendNumbers,
  sendSettings,
  SETTING,
  writeFrameHeader,
} from './frame.ts';
import { HpackDecoder, HpackError } from './hpack-decoder.ts';
import type { HuffmanCode } from './huffman.ts';
import { RequestFields } from './request-fields.ts';
import { Http2Stream } from './stream.ts';

/** A whole request; without a body where that is longer than requests may be. */
export interface Http2Request {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array | undefined;
}

/** What answers requests. */
export interface Http2Application<Response extends { readonly body: Uint8Array }> {
  /** Octets of a body that are of use. */
  readonly maximumBody: number;
  /** Octets that the fields of a response may take, encoded. */
  readonly maximumFields: number;
  /** Calls `respond` exactly once, at once or later. */
  readonly answer: (request: Http2Request, respond: (response: Response) => void) => void;
  /** Writes the header block of a response to `octets` at `at`, and returns where it ends. */
  readonly writeFields: (response: Response, octets: Buffer, at: number) => number;
}

export interface Http2Limits {
  /** Milliseconds in which a request has to be whole. */
  readonly readTimeout: number;
  /** Milliseconds in which a client has to take a part of its responses. */
  readonly writeTimeout: number;
  /** Milliseconds without any request. */
  readonly idleTimeout: number;
  /** Requests on the way in, in the works and on the way out. */
  readonly maximumStreams: number;
}

/** Octets of a header section, as they come and as they are counted (RFC 9113 §6.5.2): a query of the greatest length in a path, and as much again. */
const MAXIMUM_HEADER_LIST = 2 * 87_382;
/** Octets that the client may send for one request: a body that is too long by less is answered, not cut off. */
const STREAM_WINDOW = 131_072;
/** Octets of bodies that one connection may have us keep. */
const CONNECTION_WINDOW = 1 << 20;
/** Octets of responses that may wait for the client's windows: 16 of the largest. Past that no new request is taken. */
const MAXIMUM_BLOCKED = 16 * 65_535;
/** What a client does not take piles up to this many octets before its connection is not read any more. */
const MAXIMUM_UNSENT = 2 * 65_537;
/** Frames in a row that bring no request further. HTTP/2 lets a client send them for ever. */
const MAXIMUM_IDLE_FRAMES = 10_000;
/** Streams that were reset, of which frames may still be on the way. */
const REMEMBERED_RESETS = 128;

/** An HTTP/2 connection from the server's side (RFC 9113), for short requests and responses. Prior knowledge or ALPN has brought it here. */
export class Http2Connection<Response extends { readonly body: Uint8Array }> implements StreamConnection {
  readonly #socket: Socket;
  readonly #limits: Http2Limits;
  readonly #application: Http2Application<Response>;
  readonly #batch: OutputBatch;
  readonly #decoder: HpackDecoder;
  readonly #fields = new RequestFields();
  readonly #input = new InputBuffer();
  #patience: Patience;
  readonly #streams = new Map<number, Http2Stream>();
  /** Streams that were reset by us, the latest ones. */
  readonly #reset = new Set<number>();
  /** A header block whose end has not come yet. */
  #partial: { readonly stream: number; readonly flags: number; readonly parts: Buffer[]; length: number } | undefined;
  #greeted = false;
  #lastStream = 0;
  #asked = 0;
  /** Requests that the application has not answered, those of cancelled streams included. */
  #inWorks = 0;
  /** Requests on the way in. */
  #arriving = 0;
  #idleFrames = 0;
  #receiveWindow = CONNECTION_WINDOW;
  #sendWindow = DEFAULT_WINDOW;
  #initialSendWindow = DEFAULT_WINDOW;
  /** Octets of responses that wait for a window. */
  #blocked = 0;
  #gathering = false;
  /** Responses that came between two chunks; they leave together at the end of this turn of the event loop. */
  #late: { readonly stream: Http2Stream; readonly response: Response }[] = [];
  #finishing = false;
  /** Nothing is read any more. */
  #closed = false;

  /** `since` is when the connection began, on the clock of `performance.now`. */
  constructor(
    socket: Socket,
    limits: Http2Limits,
    application: Http2Application<Response>,
    shared: { readonly batch: OutputBatch; readonly huffman: HuffmanCode },
    since: number,
  ) {
    this.#socket = socket;
    this.#limits = limits;
    this.#application = application;
    this.#batch = shared.batch;
    this.#decoder = new HpackDecoder(shared.huffman);
    this.#patience = new Patience(
      () => this.#allowedSilence(),
      () => this.#giveUp(),
      since,
    );
    socket.on('close', () => {
      this.#closed = true;
      this.#patience.stop();
    });
    socket.on('data', (chunk: Buffer) => {
      this.#input.append(chunk);
      this.#read();
    });
    socket.on('end', () => this.#end());
    socket.on('drain', () => {
      if (!socket.isPaused()) return;
      socket.resume();
      this.#read();
    });
    this.#gather(() => {
      sendSettings(this.#batch, [
        [SETTING.MAX_CONCURRENT_STREAMS, limits.maximumStreams],
        [SETTING.INITIAL_WINDOW_SIZE, STREAM_WINDOW],
        [SETTING.MAX_HEADER_LIST_SIZE, MAXIMUM_HEADER_LIST],
      ]);
      sendNumbers(this.#batch, FRAME.WINDOW_UPDATE, 0, CONNECTION_WINDOW - DEFAULT_WINDOW);
    });
  }

  finish(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    this.#gather(() => sendNumbers(this.#batch, FRAME.GOAWAY, 0, this.#lastStream, ERROR.NO_ERROR));
    this.#endWhenDone();
  }

  #allowedSilence(): number {
    if (this.#blocked > 0 || this.#socket.writableLength > 0) return this.#limits.writeTimeout;
    if (this.#inWorks > 0) return Infinity;
    return this.#arriving > 0 || this.#asked === 0 ? this.#limits.readTimeout : this.#limits.idleTimeout;
  }

  /** An idle client is told that it goes; the others know. */
  #giveUp(): void {
    if (this.#streams.size > 0 || this.#finishing || this.#asked === 0) {
      this.#socket.destroy();
      return;
    }
    this.finish();
    this.#patience = new Patience(
      () => this.#limits.readTimeout,
      () => this.#socket.destroy(),
      performance.now(),
    );
  }

  /** The client sends no more: what it has asked is answered. */
  #end(): void {
    this.#closed = true;
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    if (!this.#finishing && !this.#closed) return;
    // Requests of a client that has closed its side do not become whole any more.
    const left = this.#closed ? this.#inWorks + this.#blocked : this.#streams.size + this.#inWorks;
    if (left === 0 && !this.#gathering) this.#socket.end();
  }

  /** Lets everything that is said meanwhile leave in one write. */
  #gather(say: () => void): void {
    this.#batch.begin(this.#socket);
    this.#gathering = true;
    say();
    this.#gathering = false;
    this.#batch.end();
  }

  #read(): void {
    const asked = this.#asked;
    this.#batch.begin(this.#socket);
    this.#gathering = true;
    try {
      if (this.#greet()) this.#readFrames();
    } catch (error) {
      if (error instanceof ConnectionError) this.#fail(error.code);
      else if (error instanceof HpackError) this.#fail(ERROR.COMPRESSION_ERROR);
      else throw error;
    } finally {
      this.#gathering = false;
      this.#batch.end();
    }
    this.#input.release();
    if (this.#asked > asked) this.#patience.progress();
    this.#endWhenDone();
  }

  #fail(code: number): void {
    this.#closed = true;
    sendNumbers(this.#batch, FRAME.GOAWAY, 0, this.#lastStream, code);
  }

  /** True once the client has said who it is. */
  #greet(): boolean {
    if (this.#greeted) return true;
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

  #readFrames(): void {
    const input = this.#input;
    while (!this.#closed && input.length >= FRAME_HEADER) {
      if (this.#socket.writableLength > MAXIMUM_UNSENT) {
        this.#socket.pause();
        return;
      }
      const { octets, start } = input;
      const length = octets.readUIntBE(start, 3);
      if (length > MAXIMUM_FRAME) throw new ConnectionError(ERROR.FRAME_SIZE_ERROR, 'a frame longer than allowed');
      const payload = start + FRAME_HEADER;
      if (payload + length > input.end) return;
      input.start = payload + length;
      const stream = octets.readUInt32BE(start + 5) & 0x7fff_ffff;
      this.#readFrame(octets[start + 3] ?? 0, octets[start + 4] ?? 0, stream, payload, input.start);
      if (++this.#idleFrames > MAXIMUM_IDLE_FRAMES)
        throw new ConnectionError(ERROR.ENHANCE_YOUR_CALM, 'frames for nothing');
    }
  }

  #readFrame(type: number, flags: number, stream: number, start: number, end: number): void {
    if (this.#partial !== undefined && type !== FRAME.CONTINUATION)
      throw new ConnectionError(ERROR.PROTOCOL_ERROR, 'a header block is cut short');
    switch (type) {
      case FRAME.HEADERS:
        this.#readHeaders(flags, stream, start, end);
        break;
      case FRAME.DATA:
        this.#readData(flags, stream, start, end);
        break;
      case FRAME.CONTINUATION:
        this.#continueHeaders(flags, stream, start, end);
        break;
      case FRAME.WINDOW_UPDATE:
        this.#readWindowUpdate(stream, start, end);
        break;
      case FRAME.RST_STREAM:
        this.#readReset(stream, start, end);
        break;
      case FRAME.SETTINGS:
        this.#readSettings(flags, stream, start, end);
        break;
      case FRAME.PING:
        expect(stream === 0, ERROR.PROTOCOL_ERROR);
        expect(end - start === 8, ERROR.FRAME_SIZE_ERROR);
        if ((flags & FLAG.ACK) === 0)
          sendAcknowledgement(this.#batch, FRAME.PING, this.#input.octets.subarray(start, end));
        break;
      case FRAME.PRIORITY:
        // Priorities of this kind are of the past (RFC 9113 §5.3.2).
        expect(stream !== 0, ERROR.PROTOCOL_ERROR);
        if (end - start !== 5) this.#resetStream(stream, ERROR.FRAME_SIZE_ERROR);
        else if (this.#dependsOnItself(stream, start)) this.#resetStream(stream, ERROR.PROTOCOL_ERROR);
        break;
      case FRAME.GOAWAY:
        expect(stream === 0, ERROR.PROTOCOL_ERROR);
        expect(end - start >= 8, ERROR.FRAME_SIZE_ERROR);
        break;
      case FRAME.PUSH_PROMISE:
        throw new ConnectionError(ERROR.PROTOCOL_ERROR, 'clients promise nothing');
      default:
        // Unknown frames are for those who know them (RFC 9113 §5.5).
        break;
    }
  }

  #dependsOnItself(stream: number, start: number): boolean {
    return (this.#input.octets.readUInt32BE(start) & 0x7fff_ffff) === stream;
  }

  #readHeaders(flags: number, stream: number, start: number, end: number): void {
    expect(stream % 2 === 1, ERROR.PROTOCOL_ERROR);
    const bounds = this.#withoutPadding(flags, start, end);
    let first = bounds.start;
    let dependsOnItself = false;
    if ((flags & FLAG.PRIORITY) !== 0) {
      expect(bounds.end - first >= 5, ERROR.FRAME_SIZE_ERROR);
      dependsOnItself = this.#dependsOnItself(stream, first);
      first += 5;
    }
    if ((flags & FLAG.END_HEADERS) === 0) {
      const part = this.#input.octets.subarray(first, bounds.end);
      this.#partial = { stream, flags, parts: [part], length: part.length };
    } else {
      this.#takeHeaders(flags, stream, this.#input.octets, first, bounds.end);
    }
    if (dependsOnItself) this.#resetStream(stream, ERROR.PROTOCOL_ERROR);
  }

  #continueHeaders(flags: number, stream: number, start: number, end: number): void {
    const partial = this.#partial;
    if (partial === undefined || partial.stream !== stream)
      throw new ConnectionError(ERROR.PROTOCOL_ERROR, 'nothing to continue');
    partial.parts.push(this.#input.octets.subarray(start, end));
    partial.length += end - start;
    if (partial.length > MAXIMUM_HEADER_LIST)
      throw new ConnectionError(ERROR.ENHANCE_YOUR_CALM, 'a header block longer than allowed');
    if ((flags & FLAG.END_HEADERS) === 0) return;
    this.#partial = undefined;
    this.#takeHeaders(partial.flags, stream, Buffer.concat(partial.parts), 0, partial.length);
  }

  /** A whole header block: a request begins, or ends with trailers. It has to be read in any case, later ones build on it. */
  #takeHeaders(flags: number, id: number, octets: Buffer, start: number, end: number): void {
    const fields = this.#fields;
    fields.clear();
    this.#decoder.decode(octets, start, end, this.#addField);
    const endsStream = (flags & FLAG.END_STREAM) !== 0;
    if (id <= this.#lastStream) {
      this.#takeTrailers(id, endsStream);
      return;
    }
    // What comes after GOAWAY is the client's to ask elsewhere (RFC 9113 §6.8).
    if (this.#finishing) return;
    this.#lastStream = id;
    if (!fields.isRequest) {
      this.#resetStream(id, ERROR.PROTOCOL_ERROR);
      return;
    }
    const busy = Math.max(this.#streams.size, this.#inWorks + this.#arriving) >= this.#limits.maximumStreams;
    if (busy || this.#blocked > MAXIMUM_BLOCKED) {
      this.#resetStream(id, ERROR.REFUSED_STREAM);
      return;
    }
    const { method, path, contentLength } = fields;
    const stream = new Http2Stream(
      { id, method, path, contentLength },
      { receive: STREAM_WINDOW, send: this.#initialSendWindow },
    );
    this.#streams.set(id, stream);
    this.#arriving++;
    if (endsStream) this.#complete(stream);
  }

  readonly #addField = (field: Parameters<RequestFields['add']>[0]): void => this.#fields.add(field);

  #takeTrailers(id: number, endsStream: boolean): void {
    const stream = this.#openStream(id);
    if (stream === undefined) return;
    if (stream.complete) this.#resetStream(id, ERROR.STREAM_CLOSED);
    else if (!endsStream || !this.#fields.isTrailers) this.#resetStream(id, ERROR.PROTOCOL_ERROR);
    else this.#complete(stream);
  }

  /** The stream if it is open; undefined if it was reset while the frame was on its way. */
  #openStream(id: number): Http2Stream | undefined {
    const stream = this.#streams.get(id);
    if (stream === undefined && !this.#reset.has(id))
      throw new ConnectionError(ERROR.STREAM_CLOSED, 'the stream is over');
    return stream;
  }

  #readData(flags: number, id: number, start: number, end: number): void {
    expect(id !== 0 && id <= this.#lastStream, ERROR.PROTOCOL_ERROR);
    const length = end - start;
    this.#receiveWindow -= length;
    expect(this.#receiveWindow >= 0, ERROR.FLOW_CONTROL_ERROR);
    const bounds = this.#withoutPadding(flags, start, end);
    const stream = this.#openStream(id);
    if (stream === undefined || stream.complete) {
      this.#widen(length);
      if (stream !== undefined) this.#resetStream(id, ERROR.STREAM_CLOSED);
      return;
    }
    stream.receiveWindow -= length;
    if (stream.receiveWindow < 0) {
      this.#widen(length);
      this.#resetStream(id, ERROR.FLOW_CONTROL_ERROR);
      return;
    }
    const { maximumBody } = this.#application;
    stream.addBody(this.#input.octets.subarray(bounds.start, bounds.end), maximumBody);
    if ((flags & FLAG.END_STREAM) !== 0 || stream.bodyLength > maximumBody) this.#complete(stream);
  }

  /** Lets the client send `count` more octets; it is told when that is worth a frame. */
  #widen(count: number): void {
    this.#unclaimed += count;
    if (this.#unclaimed < CONNECTION_WINDOW / 4) return;
    this.#receiveWindow += this.#unclaimed;
    sendNumbers(this.#batch, FRAME.WINDOW_UPDATE, 0, this.#unclaimed);
    this.#unclaimed = 0;
  }

  /** Octets that came and are done with, but whose room the client does not know to be free. */
  #unclaimed = 0;

  /** A request is whole, or too long to become so. */
  #complete(stream: Http2Stream): void {
    this.#finishArriving(stream);
    const { method, path, contentLength, bodyLength } = stream;
    const tooLong = bodyLength > this.#application.maximumBody;
    if (!tooLong && contentLength >= 0 && contentLength !== bodyLength) {
      this.#resetStream(stream.id, ERROR.PROTOCOL_ERROR);
      return;
    }
    this.#asked++;
    this.#idleFrames = 0;
    this.#inWorks++;
    const body = tooLong ? undefined : stream.body();
    this.#application.answer({ method, path, body }, (response) => {
      if (this.#gathering) {
        this.#inWorks--;
        this.#respond(stream, response);
      } else {
        if (this.#late.length === 0) setImmediate(() => this.#flushLate());
        this.#late.push({ stream, response });
      }
    });
  }

  #finishArriving(stream: Http2Stream): void {
    if (stream.complete) return;
    stream.complete = true;
    this.#arriving--;
    this.#widen(STREAM_WINDOW - stream.receiveWindow);
  }

  #flushLate(): void {
    const late = this.#late;
    this.#late = [];
    this.#inWorks -= late.length;
    this.#gather(() => {
      for (const { stream, response } of late) this.#respond(stream, response);
    });
    this.#patience.progress();
    this.#endWhenDone();
  }

  #respond(stream: Http2Stream, response: Response): void {
    if (stream.cancelled || !this.#socket.writable) return;
    const { maximumFields } = this.#application;
    const batch = this.#batch;
    const at = batch.reserve(FRAME_HEADER + maximumFields);
    const end = this.#application.writeFields(response, batch.octets, at + FRAME_HEADER);
    batch.giveBack(at + FRAME_HEADER + maximumFields - end);
    const bare = stream.method === 'HEAD' || response.body.length === 0;
    writeFrameHeader(batch.octets, at, {
      length: end - at - FRAME_HEADER,
      type: FRAME.HEADERS,
      flags: bare ? FLAG.END_HEADERS | FLAG.END_STREAM : FLAG.END_HEADERS,
      stream: stream.id,
    });
    if (bare) this.#close(stream);
    else this.#sendBody(stream, response.body);
  }

  /** Sends as much of a response's body as the windows let through. */
  #sendBody(stream: Http2Stream, body: Uint8Array): void {
    let rest = body;
    while (rest.length > 0) {
      const count = Math.min(rest.length, MAXIMUM_FRAME, this.#sendWindow, stream.sendWindow);
      if (count <= 0) break;
      const last = count === rest.length;
      const at = this.#batch.reserve(FRAME_HEADER + count);
      const flags = last ? FLAG.END_STREAM : 0;
      const { octets } = this.#batch;
      const next = writeFrameHeader(octets, at, { length: count, type: FRAME.DATA, flags, stream: stream.id });
      octets.set(last ? rest : rest.subarray(0, count), next);
      this.#sendWindow -= count;
      stream.sendWindow -= count;
      rest = last ? NOTHING : rest.subarray(count);
    }
    this.#blocked += rest.length - (stream.unsent?.length ?? 0);
    stream.unsent = rest.length === 0 ? undefined : rest;
    if (rest.length === 0) this.#close(stream);
  }

  /** The response has left. A client that is still sending its request may stop (RFC 9113 §8.1). */
  #close(stream: Http2Stream): void {
    this.#streams.delete(stream.id);
    if (stream.bodyLength > this.#application.maximumBody) this.#resetStream(stream.id, ERROR.NO_ERROR);
  }

  #readWindowUpdate(id: number, start: number, end: number): void {
    expect(end - start === 4, ERROR.FRAME_SIZE_ERROR);
    expect(id <= this.#lastStream, ERROR.PROTOCOL_ERROR);
    const increment = this.#input.octets.readUInt32BE(start) & 0x7fff_ffff;
    if (id === 0) {
      expect(increment > 0, ERROR.PROTOCOL_ERROR);
      this.#sendWindow += increment;
      expect(this.#sendWindow <= MAXIMUM_WINDOW, ERROR.FLOW_CONTROL_ERROR);
      this.#sendBlocked();
      return;
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    stream.sendWindow += increment;
    if (increment === 0) this.#resetStream(id, ERROR.PROTOCOL_ERROR);
    else if (stream.sendWindow > MAXIMUM_WINDOW) this.#resetStream(id, ERROR.FLOW_CONTROL_ERROR);
    else if (stream.unsent !== undefined) this.#goOn(stream, stream.unsent);
  }

  #sendBlocked(): void {
    if (this.#blocked === 0) return;
    for (const stream of this.#streams.values()) {
      if (stream.unsent !== undefined) this.#goOn(stream, stream.unsent);
    }
  }

  #goOn(stream: Http2Stream, unsent: Uint8Array): void {
    const before = this.#blocked;
    this.#sendBody(stream, unsent);
    if (this.#blocked < before) this.#patience.progress();
  }

  #readReset(id: number, start: number, end: number): void {
    expect(end - start === 4, ERROR.FRAME_SIZE_ERROR);
    expect(id !== 0 && id <= this.#lastStream, ERROR.PROTOCOL_ERROR);
    const stream = this.#streams.get(id);
    if (stream !== undefined) this.#forget(stream);
  }

  #readSettings(flags: number, stream: number, start: number, end: number): void {
    expect(stream === 0, ERROR.PROTOCOL_ERROR);
    if ((flags & FLAG.ACK) !== 0) {
      expect(end === start, ERROR.FRAME_SIZE_ERROR);
      return;
    }
    expect((end - start) % 6 === 0, ERROR.FRAME_SIZE_ERROR);
    const { octets } = this.#input;
    for (let at = start; at < end; at += 6) this.#applySetting(octets.readUInt16BE(at), octets.readUInt32BE(at + 2));
    sendAcknowledgement(this.#batch, FRAME.SETTINGS, NOTHING);
    this.#sendBlocked();
  }

  #applySetting(id: number, value: number): void {
    if (id === SETTING.ENABLE_PUSH) {
      expect(value <= 1, ERROR.PROTOCOL_ERROR);
    } else if (id === SETTING.MAX_FRAME_SIZE) {
      expect(value >= MAXIMUM_FRAME && value <= 0xff_ffff, ERROR.PROTOCOL_ERROR);
    } else if (id === SETTING.INITIAL_WINDOW_SIZE) {
      expect(value <= MAXIMUM_WINDOW, ERROR.FLOW_CONTROL_ERROR);
      const change = value - this.#initialSendWindow;
      this.#initialSendWindow = value;
      for (const stream of this.#streams.values()) {
        stream.sendWindow += change;
        expect(stream.sendWindow <= MAXIMUM_WINDOW, ERROR.FLOW_CONTROL_ERROR);
      }
    }
  }

  #resetStream(id: number, code: number): void {
    sendNumbers(this.#batch, FRAME.RST_STREAM, id, code);
    this.#reset.add(id);
    if (this.#reset.size > REMEMBERED_RESETS) {
      for (const oldest of this.#reset) {
        this.#reset.delete(oldest);
        break;
      }
    }
    const stream = this.#streams.get(id);
    if (stream !== undefined) this.#forget(stream);
  }

  /** Nothing more is said on the stream. */
  #forget(stream: Http2Stream): void {
    this.#finishArriving(stream);
    stream.cancelled = true;
    this.#blocked -= stream.unsent?.length ?? 0;
    stream.unsent = undefined;
    this.#streams.delete(stream.id);
  }

  #withoutPadding(flags: number, start: number, end: number): { readonly start: number; readonly end: number } {
    if ((flags & FLAG.PADDED) === 0) return { start, end };
    expect(end > start, ERROR.FRAME_SIZE_ERROR);
    const padding = this.#input.octets[start] ?? 0;
    expect(start + 1 + padding <= end, ERROR.PROTOCOL_ERROR);
    return { start: start + 1, end: end - padding };
  }
}

const NOTHING = new Uint8Array(0);

function expect(met: boolean, code: number): void {
  if (!met) throw new ConnectionError(code, 'a frame that must not be');
}
