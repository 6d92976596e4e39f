import type { WireMessage } from '../../dns/wire-message.ts';
import { Exchange } from './exchange.ts';
import { ConnectionClosed, ReplyTimeout } from './failure.ts';
import { readDatagram, readReply } from './reply-reader.ts';
import type { Asker, Pending, Upstream, UpstreamQuery } from './upstream.ts';

/**
 * A datagram with the right id that does not fit the question may be forged: the true reply has this long to come after it, in milliseconds. A
 * forger's datagram races with the reply, so it comes in a round trip's time.
 */
const DOUBT_TIMEOUT = 100;

/** One query to one upstream by UDP, TCP or TLS. */
export class Try extends Exchange implements Pending {
  readonly query: Uint8Array;
  readonly timeout: number;
  readonly #upstream: Upstream;
  readonly #asked: UpstreamQuery;
  readonly #asker: Asker;
  readonly #datagram: boolean;
  readonly #start: number;
  /** Is the connection one that was open before? Such a one may have been closed by the peer in the meantime. */
  #used: boolean;
  /** What came: the reply, or what is wrong with it. */
  #result: WireMessage | Error | undefined;
  #fits = false;

  constructor(
    upstream: Upstream,
    asked: UpstreamQuery,
    asker: Asker,
    how: { readonly datagram: boolean; readonly used: boolean; readonly start: number },
  ) {
    super();
    this.query = asked.octets;
    this.timeout = upstream.readTimeout;
    this.#upstream = upstream;
    this.#asked = asked;
    this.#asker = asker;
    this.#datagram = how.datagram;
    this.#used = how.used;
    this.#start = how.start;
  }

  accepts(octets: Buffer): boolean {
    const reply = this.#read(octets);
    const fits = !(reply instanceof Error) && reply.repliesTo(this.#asked.question);
    if (fits || !this.#datagram) {
      this.#result = reply;
      this.#fits = fits;
      return true;
    }
    // The first one that is wrong counts if no better one comes.
    if (this.#result === undefined) {
      this.#result = reply;
      this.connection?.postpone(this, Math.min(DOUBT_TIMEOUT, this.timeout));
    }
    return false;
  }

  received(_octets?: Buffer, now?: number): void {
    const result = this.#result;
    if (result instanceof Error) this.#asker.failed(result, this.#upstream);
    else if (result !== undefined) this.#upstream.finish(result, this.#fits, this.#asker, this.#start, now);
  }

  failed(error: Error): void {
    if (error instanceof ReplyTimeout && this.#result !== undefined) {
      this.received();
      return;
    }
    if (this.#used && !this.#datagram) {
      if (error instanceof ReplyTimeout) this.#upstream.discardIdleStreams();
      if (error instanceof ConnectionClosed) {
        this.#used = false;
        if (this.#upstream.askAnew(this)) return;
      }
    }
    this.#asker.failed(error, this.#upstream);
  }

  #read(octets: Buffer): WireMessage | Error {
    try {
      return this.#datagram ? readDatagram(octets, this.#asked.payloadSize) : readReply(octets);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
