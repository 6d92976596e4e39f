/** A request on its way in, in the works, or its response on the way out (RFC 9113 §5.1). */
export class Http2Stream {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  /** What the client says of the body's length; -1 for nothing. */
  readonly contentLength: number;
  /** Octets that the client may still send, paddings included. */
  receiveWindow: number;
  /** Octets that may still be sent to the client. */
  sendWindow: number;
  /** The request is whole. */
  complete = false;
  /** The client wants no response any more. */
  cancelled = false;
  /** Octets of the body that came, those beyond what is kept included. */
  bodyLength = 0;
  readonly #parts: Uint8Array[] = [];
  /** What of the response's body waits for the client's window. */
  unsent: Uint8Array | undefined;

  constructor(
    id: number,
    request: Pick<Http2Stream, 'method' | 'path' | 'contentLength'>,
    windows: { readonly receive: number; readonly send: number },
  ) {
    this.id = id;
    this.method = request.method;
    this.path = request.path;
    this.contentLength = request.contentLength;
    this.receiveWindow = windows.receive;
    this.sendWindow = windows.send;
  }

  /** Adds octets of the body, which is kept as long as it is not longer than `maximum`. */
  addBody(octets: Uint8Array, maximum: number): void {
    if (octets.length === 0) return;
    this.bodyLength += octets.length;
    if (this.bodyLength <= maximum) this.#parts.push(octets);
    else this.#parts.length = 0;
  }

  /** The whole body. */
  body(): Uint8Array {
    const [first] = this.#parts;
    if (first === undefined) return NOTHING;
    return this.#parts.length === 1 ? first : Buffer.concat(this.#parts);
  }
}

const NOTHING = new Uint8Array(0);
