/** What the server does to whoever connects. */
export type FaultMode = 'up' | 'refused' | 'hanging';

/** Which faults are on. The server asks about each request. */
export class FaultState {
  #mode: FaultMode = 'up';
  #overloaded = { requests: 0, retryAfterSeconds: 0 };
  #delay = 0;

  get mode(): FaultMode {
    return this.#mode;
  }

  set mode(mode: FaultMode) {
    this.#mode = mode;
  }

  /** Milliseconds that every answer is held back. */
  get delay(): number {
    return this.#delay;
  }

  set delay(milliseconds: number) {
    this.#delay = milliseconds;
  }

  /** The next requests are answered 429 with Retry-After. */
  overload(requests: number, retryAfterSeconds: number): void {
    this.#overloaded = { requests, retryAfterSeconds };
  }

  /** The seconds of Retry-After when this request is to be refused; undefined when it is not. */
  takeOverload(): number | undefined {
    if (this.#overloaded.requests === 0) return undefined;
    this.#overloaded.requests--;
    return this.#overloaded.retryAfterSeconds;
  }
}
