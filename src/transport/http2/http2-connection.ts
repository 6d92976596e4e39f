import type { Socket } from 'node:net';
import type { OutputBatch } from '../stream/output-batch.ts';
import { Patience } from '../stream/patience.ts';
import type { StreamConnection } from '../stream/stream-server.ts';
import { ConnectionError, DEFAULT_WINDOW, ERROR, FRAME, sendNumbers, sendSettings, SETTING } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { MAXIMUM_HEADER_LIST } from './header-blocks.ts';
import { HpackError } from './hpack-decoder.ts';
import type { HuffmanCode } from './huffman.ts';
import { CONNECTION_WINDOW, RequestReader, STREAM_WINDOW } from './request-reader.ts';
import { type FieldsEncoder, ResponseWriter } from './response-writer.ts';
import type { Http2Stream } from './stream.ts';
import { StreamTable } from './stream-table.ts';

/** A whole request; without a body where that is longer than requests may be. */
export interface Http2Request {
  readonly method: string;
  readonly path: string;
  readonly body: Uint8Array | undefined;
}

/** What answers requests. */
export interface Http2Application<Response> extends FieldsEncoder<Response> {
  /** Octets of a body that are of use. */
  readonly maximumBody: number;
  /** Calls `respond` exactly once, at once or later. */
  readonly answer: (request: Http2Request, respond: (response: Response) => void) => void;
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

/** What a client does not take piles up to this many octets before its connection is not read any more. */
const MAXIMUM_UNSENT = 2 * 65_537;
/** Octets of responses that may wait for the client's windows: 16 of the largest. Past that no new request is taken. */
const MAXIMUM_BLOCKED = 16 * 65_535;

/**
 * An HTTP/2 connection from the server's side (RFC 9113), for short requests and responses. Why not node:http2: it costs twice as much a
 * request, and does not let fields and body of a response leave in one write.
 */
export class Http2Connection<Response extends { readonly body: Uint8Array }> implements StreamConnection {
  readonly #socket: Socket;
  readonly #limits: Http2Limits;
  readonly #application: Http2Application<Response>;
  readonly #batch: OutputBatch;
  readonly #frames = new FrameReader();
  readonly #streams = new StreamTable();
  readonly #requests: RequestReader;
  readonly #responses: ResponseWriter<Response>;
  #patience: Patience;
  #asked = 0;
  /** Requests that the application has not answered, those of cancelled streams included. */
  #inWorks = 0;
  /** What is said goes into the batch. */
  #gathering = false;
  /** Responses that leave one by one. */
  #ready: { readonly stream: Http2Stream; readonly response: Response }[] = [];
  /** Octets of their bodies. */
  #readyLength = 0;
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
    this.#responses = new ResponseWriter(shared.batch, application, (stream) => this.#requests.finish(stream));
    this.#requests = new RequestReader(
      { batch: shared.batch, streams: this.#streams, responses: this.#responses, maximumBody: application.maximumBody },
      shared.huffman,
      { isBusy: () => this.#isBusy(), isFinishing: () => this.#finishing, take: (stream) => this.#answer(stream) },
    );
    this.#patience = new Patience(
      () => this.#allowedSilence(),
      Math.min(limits.readTimeout, limits.writeTimeout, limits.idleTimeout),
      () => this.#giveUp(),
      since,
    );
    this.#listen();
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
    this.#gather(() => sendNumbers(this.#batch, FRAME.GOAWAY, 0, this.#streams.last, ERROR.NO_ERROR));
    this.#endWhenDone();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('close', () => {
      this.#closed = true;
      this.#patience.stop();
    });
    socket.on('data', (chunk: Buffer) => {
      this.#frames.append(chunk);
      this.#read();
    });
    socket.on('end', () => {
      this.#closed = true;
      this.#endWhenDone();
    });
    socket.on('drain', () => {
      if (!socket.isPaused()) return;
      socket.resume();
      this.#read();
    });
  }

  #allowedSilence(): number {
    if (this.#responses.blocked > 0 || this.#socket.writableLength > 0) return this.#limits.writeTimeout;
    if (this.#inWorks > 0) return Infinity;
    return this.#streams.arriving > 0 || this.#asked === 0 ? this.#limits.readTimeout : this.#limits.idleTimeout;
  }

  /** An idle client is told that it may go and ask elsewhere; one that does not do its part is not. */
  #giveUp(): void {
    if (this.#streams.size > 0 || this.#finishing || this.#asked === 0) {
      this.#socket.destroy();
      return;
    }
    this.finish();
    const { readTimeout } = this.#limits;
    this.#patience = new Patience(
      () => readTimeout,
      readTimeout,
      () => this.#socket.destroy(),
      performance.now(),
    );
  }

  #endWhenDone(): void {
    if ((!this.#finishing && !this.#closed) || this.#gathering) return;
    // Requests of a client that has closed its side do not become whole any more, and its windows no wider.
    const left = this.#closed ? this.#inWorks : this.#streams.size + this.#inWorks;
    if (left === 0) this.#socket.end();
  }

  /** Lets everything that is said meanwhile leave in one write. */
  #gather(say: () => void): void {
    this.#batch.begin(this.#socket);
    this.#gathering = true;
    try {
      say();
    } finally {
      this.#gathering = false;
      this.#batch.end();
    }
  }

  #read(): void {
    const asked = this.#asked;
    const { blocked } = this.#responses;
    this.#gather(() => {
      try {
        this.#readFrames();
      } catch (error) {
        if (error instanceof ConnectionError) this.#fail(error.code);
        else if (error instanceof HpackError) this.#fail(ERROR.COMPRESSION_ERROR);
        else throw error;
      }
    });
    this.#frames.release();
    if (this.#asked > asked || this.#responses.blocked < blocked) this.#patience.progress();
    this.#endWhenDone();
  }

  #readFrames(): void {
    while (!this.#closed) {
      if (this.#socket.writableLength > MAXIMUM_UNSENT) {
        this.#socket.pause();
        return;
      }
      if (!this.#frames.next()) return;
      this.#requests.read(this.#frames);
    }
  }

  #fail(code: number): void {
    this.#closed = true;
    sendNumbers(this.#batch, FRAME.GOAWAY, 0, this.#streams.last, code);
  }

  #isBusy(): boolean {
    const { size, arriving } = this.#streams;
    return (
      Math.max(size, this.#inWorks + arriving) >= this.#limits.maximumStreams ||
      this.#responses.blocked + this.#readyLength > MAXIMUM_BLOCKED
    );
  }

  #answer(stream: Http2Stream): void {
    this.#asked++;
    this.#inWorks++;
    this.#frames.progress();
    const { method, path } = stream;
    const body = stream.bodyLength > this.#application.maximumBody ? undefined : stream.body();
    this.#application.answer({ method, path, body }, (response) => {
      if (this.#ready.length === 0) setImmediate(() => this.#sendNext());
      this.#ready.push({ stream, response });
      this.#readyLength += response.body.length;
    });
  }

  /**
   * Sends one response, and the next one in the next turn of the event loop: so each has a TLS record of its own. Clients that take one answer
   * from a read (dnsperf does) lose those that come in one record.
   */
  #sendNext(): void {
    const next = this.#ready.shift();
    if (next === undefined) return;
    const { stream, response } = next;
    this.#inWorks--;
    this.#readyLength -= response.body.length;
    if (!stream.cancelled && this.#socket.writable) this.#gather(() => this.#responses.respond(stream, response));
    if (this.#ready.length > 0) setImmediate(() => this.#sendNext());
    this.#patience.progress();
    this.#endWhenDone();
  }
}
