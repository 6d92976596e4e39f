import type { IncomingMessage } from 'node:http';
import { finished, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TransportError } from './transport-error.ts';

/** The body of an answer, piece by piece. Reading it to the end, or ending the iteration early, frees the connection. */
export interface ResponseBody extends AsyncIterable<Uint8Array> {
  /** Of the content: `application/json`, in lower case and without parameters; empty when the server named none. */
  readonly mediaType: string;
  /**
   * Nothing but news is to come from now on: the answer counts no more as one in flight, and fails after so many
   * milliseconds without a byte.
   */
  becomeWatch(silence: number): void;
}

export interface BodyOptions {
  readonly silence: Silence;
  readonly signal: AbortSignal;
  /** For errors. */
  readonly url: string;
  /** Called when the answer becomes a watch, and when it has ended in any way. */
  readonly release: () => void;
}

/** Reading it throws TransportError for a cut or silent answer, and the reason of `signal` when that aborts. */
export function readBody(response: IncomingMessage, { silence, signal, url, release }: BodyOptions): ResponseBody {
  response.once('close', release);
  silence.onTimeout = () => response.destroy(silence.error(url));
  return {
    mediaType: (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '',
    becomeWatch: (milliseconds) => {
      release();
      silence.allow(milliseconds);
    },
    [Symbol.asyncIterator]: () => readChunks(response, silence, signal, url),
  };
}

async function* readChunks(
  response: IncomingMessage,
  silence: Silence,
  signal: AbortSignal,
  url: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of piecesOf(decompressed(response))) {
      silence.restart();
      if (chunk instanceof Uint8Array) yield chunk;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw TransportError.from(error, url);
  } finally {
    silence.end();
    response.destroy();
  }
}

/**
 * The data of a stream just as it came. To iterate over the stream itself would join what has come meanwhile, a second
 * copy of a whole list that is garbage at once.
 */
async function* piecesOf(stream: Readable): AsyncGenerator<unknown, void, undefined> {
  let piece: unknown;
  let hasEnded = false;
  let failure: Error | null | undefined;
  let wake = (): void => {};
  stream.on('data', (data) => {
    stream.pause();
    piece = data;
    wake();
  });
  finished(stream, { writable: false }, (error) => {
    failure = error;
    hasEnded = true;
    wake();
  });
  for (;;) {
    if (piece !== undefined) {
      const next = piece;
      piece = undefined;
      yield next;
      stream.resume();
    } else if (!hasEnded) await new Promise<void>((resolve) => (wake = resolve));
    else if (failure) throw failure;
    else return;
  }
}

function decompressed(response: IncomingMessage): Readable {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  const gunzip = createGunzip();
  // Errors reach the reader through gunzip, which pipeline destroys with them.
  pipeline(response, gunzip, () => {});
  return gunzip;
}

/** A watchdog that barks once after some time without `restart`. */
export class Silence {
  onTimeout: () => void = () => {};
  #milliseconds: number;
  #timer: NodeJS.Timeout;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#timer = this.#start();
  }

  restart(): void {
    this.#timer.refresh();
  }

  /** Starts anew with another limit. */
  allow(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#milliseconds = milliseconds;
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** What a request fails with that was silent for too long. */
  error(url: string): TransportError {
    return new TransportError(`Get "${url}": no byte for ${this.#milliseconds / 1000} s: i/o timeout`, 'ETIMEDOUT');
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => this.onTimeout(), this.#milliseconds);
  }
}
