import type { Endpoint } from '../endpoint.ts';
import { type HttpRequest, readDohRequest } from './doh-request.ts';
import { type DohAnswer, type DohResponse, invalidRequest, notFound, responseTo } from './doh-response.ts';

/** Handles one message of a request. `answer` is called exactly once, at once or later. */
export type DohHandler = (
  octets: Uint8Array,
  client: Endpoint,
  local: Endpoint,
  answer: (answer: DohAnswer) => void,
) => void;

/** The two ends of a connection. */
export interface Ends {
  readonly client: Endpoint;
  readonly local: Endpoint;
}

/** Answers HTTP requests with DNS messages (RFC 8484), whatever version of HTTP they come in. */
export class DohService {
  readonly #handler: DohHandler;
  readonly #count: (status: number) => void;

  /** `count` is told the status of every response. */
  constructor(handler: DohHandler, count: (status: number) => void) {
    this.#handler = handler;
    this.#count = count;
  }

  /** Calls `respond` exactly once, at once or later. */
  answer(request: HttpRequest, ends: Ends, respond: (response: DohResponse) => void): void {
    const message = readDohRequest(request);
    if (message instanceof Uint8Array) {
      this.#handler(message, ends.client, ends.local, (answer) => {
        const response = responseTo(answer);
        this.#count(response.status);
        respond(response);
      });
      return;
    }
    const response = message === 'elsewhere' ? notFound : invalidRequest;
    this.#count(response.status);
    respond(response);
  }
}
